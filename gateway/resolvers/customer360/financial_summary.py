"""The money of an account in one place (OVR-3)."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.billing.balance import AccountBalance
from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.billing.payments import AutopayInstruction, Payment
from gateway.resolvers.collections.credit import CreditProfile
from gateway.resolvers.comparisons.bill_pairs import MAX_BILLS, current_bill, newest_bills_window, previous_bill
from gateway.resolvers.comparisons.payment_history import (
    billed_in_a_year,
    last_payment,
    may_have_fallen_due,
    newest_payments_window,
    on_time_percent,
)
from gateway.resolvers.customer360.next_bill import NextBill, next_bill
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import NotKnown, nullable, state_of
from gateway.resolvers.graph.relations import field_of, loads, many_of, one_of, relation
from gateway.resolvers.graph.shared import once
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import Money

BALANCE = relation(AccountBalance, "account_id")
CREDIT = relation(CreditProfile, "account_id")
AUTOPAY = relation(AutopayInstruction, "account_id")
T = TypeVar("T")
B = TypeVar("B", Bill, Payment)


async def _balance(summary: "FinancialSummary", info: Info) -> AccountBalance | None:
    return await one_of(info.context.loader, AccountBalance, "account_id", summary.account.id)


async def _payoff_differs(summary: "FinancialSummary", info: Info) -> bool | None:
    balance = await _balance(summary, info)
    return _connected(balance.differs()) if balance else None


async def _next_bill_on(summary: "FinancialSummary", info: Info) -> date | None:
    balance = await _balance(summary, info)
    if balance is None:
        return None
    if balance.next_bill_on is not None and balance.next_bill_on < summary.account.today(info):
        raise NotKnown  # the bill is late, or the day is old
    return balance.next_bill_on


async def _credit_profile(summary: "FinancialSummary", info: Info) -> CreditProfile | None:
    return await one_of(info.context.loader, CreditProfile, "account_id", summary.account.id)


async def _bills(summary: "FinancialSummary", info: Info) -> list[Bill]:
    window = newest_bills_window(summary.account.zone_in(info))
    return _connected(await many_of(info.context.loader, Bill, "account_id", summary.account.id, window))


async def _payments(summary: "FinancialSummary", info: Info) -> list[Payment]:
    window = newest_payments_window(summary.account.zone_in(info))
    return _connected(await many_of(info.context.loader, Payment, "account_id", summary.account.id, window))


async def _last_bill(summary: "FinancialSummary", info: Info) -> Bill | None:
    bills = await _bills(summary, info)
    return _decided(current_bill(bills), bills)


async def _previous_bill(summary: "FinancialSummary", info: Info) -> Bill | None:
    current = await _last_bill(summary, info)
    return previous_bill(await _bills(summary, info), current) if current else None


async def _last_payment(summary: "FinancialSummary", info: Info) -> Payment | None:
    payments = await _payments(summary, info)
    return _decided(last_payment(payments), payments)


async def _billed(summary: "FinancialSummary", info: Info) -> Money:
    bills, account = await _bills(summary, info), summary.account
    currency = account.currency if account.failure is None else None
    return _connected(billed_in_a_year(bills, account.today(info), currency))


async def _on_time_percent(summary: "FinancialSummary", info: Info) -> float | None:
    bills, payments = await asyncio.gather(_bills(summary, info), _payments(summary, info))
    today = summary.account.today(info)
    percent = on_time_percent(bills, payments, today)
    if percent is None and (may_have_fallen_due(bills, today) or len(bills) >= MAX_BILLS):
        raise NotKnown
    return None if percent is None else float(percent)


def _connected(value: T | None) -> T:
    if value is None:
        raise NotKnown
    return value


def _decided(chosen: B | None, records: Sequence[B]) -> B | None:
    """The chosen record. Raises NotKnown if there is none because one has no status."""
    if chosen is None and any(record.status is None for record in records):
        raise NotKnown
    return chosen


async def autopay_of(info: Info, account: AccountCore) -> AutopayInstruction | None:
    """The first autopay instruction in force today."""
    instructions = await many_of(info.context.loader, AutopayInstruction, "account_id", account.id)
    today = account.today(info)
    in_force_today = in_force(instructions or (), today)
    # Copies: insights share the records, and judge past days.
    return next((replace(each, next_draw_on=_not_past(each.next_draw_on, today)) for each in in_force_today), None)


def _not_past(day: date | None, today: date) -> date | None:
    """The day, unless it has passed: then it is not the next one."""
    return None if day is None or day < today else day


@described
@known_to(PARTNER, without=("credit_rating",))
class FinancialSummary:
    """Balance, bills, payments and credit of an account in one place.

    Each field asks only the systems that it needs.

    current_balance: Amount owed now, due or not; null if unknown.
    payoff_balance: Amount that would settle the account, also if it is the same as `currentBalance`; null if unknown.
    payoff_differs: True if `payoffBalance` is another amount than `currentBalance`; null if unknown.
    deposit: Deposit that the utility holds, 0 if it holds none; null if unknown.
    next_bill_on: Day of the next bill, today or later; null if none is planned, it is late, or it is unknown.
    next_bill: The same with what is known of it, also as a sentence: a bill may be late, or made and not issued.
    last_bill: The newest bill that counts: it was issued, written off or not; null if there is none, or the status of
        a newer bill is unknown.
    previous_bill: The bill of the period before `lastBill`; null if there is none, or `lastBill` is null.
    last_payment: The newest payment that is frozen and was not returned; null if there is none.
    autopay: The autopay instruction in force today; null if there is none.
    credit_rating: Sum of the rating entries in force, in points; null if unknown.
    billed_last12_months: Charges of the bills that count of the last twelve months, today included; null
        if unknown.
    on_time_payment_percent12_months: Share of bills that were paid in full by their due day, in percent with
        one decimal. It counts bills that fell due in the last twelve months; null if none fell due, or
        payments are unknown.
    """

    account: strawberry.Private[AccountCore]

    current_balance = field_of(_balance, "current", Money, BALANCE)
    current_balance_state = state_of(current_balance)
    payoff_balance = field_of(_balance, "payoff", Money, BALANCE, never_none=True)
    payoff_balance_state = state_of(payoff_balance)
    payoff_differs = nullable(_payoff_differs, bool, BALANCE)
    payoff_differs_state = state_of(payoff_differs)
    deposit = field_of(_balance, "deposit", Money, BALANCE, never_none=True)
    deposit_state = state_of(deposit)
    next_bill_on = nullable(_next_bill_on, date, BALANCE)
    next_bill_on_state = state_of(next_bill_on)

    @strawberry.field(metadata=loads(BALANCE))
    @once
    async def next_bill(self, info: Info) -> NextBill:
        return await next_bill(info, self.account)

    last_bill = nullable(_last_bill, Bill)
    last_bill_state = state_of(last_bill)
    previous_bill = nullable(_previous_bill, Bill)
    previous_bill_state = state_of(previous_bill)
    last_payment = nullable(_last_payment, Payment)
    last_payment_state = state_of(last_payment)
    credit_rating = field_of(_credit_profile, "credit_rating", int, CREDIT, never_none=True)
    credit_rating_state = state_of(credit_rating)
    billed_last12_months = nullable(_billed, Money, name="billedLast12Months")
    billed_last12_months_state = state_of(billed_last12_months, name="billedLast12MonthsState")
    on_time_payment_percent12_months = nullable(_on_time_percent, float, name="onTimePaymentPercent12Months")
    on_time_payment_percent12_months_state = state_of(
        on_time_payment_percent12_months, name="onTimePaymentPercent12MonthsState"
    )

    @strawberry.field(metadata=loads(AUTOPAY))
    async def autopay(self, info: Info) -> AutopayInstruction | None:
        return await autopay_of(info, self.account)

    autopay_state = state_of(autopay)

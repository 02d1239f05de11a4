"""Money of an account: balance, bills, payments, credit, collection, and a summary (OVR-3)."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import TypeVar

import strawberry

from gateway.contract.batch import Window
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.account_streams import paged, status_page
from gateway.resolvers.activity.financial_history import FinancialHistoryConnection, FinancialKind, financial_history
from gateway.resolvers.billing.bills import AccountBalance, Adjustment, Bill, BillSegment, BillStatus
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, PaymentStatus, ScheduledPayment
from gateway.resolvers.collections.credit import CreditProfile
from gateway.resolvers.collections.processes import PROCESSES, CreditProcess, ProcessStatus
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement, PayPlan
from gateway.resolvers.comparisons.bill_pairs import current_bill, newest_bills_window, previous_bill
from gateway.resolvers.comparisons.bills import BillComparison, bill_comparison
from gateway.resolvers.comparisons.payment_history import (
    billed_in_a_year,
    last_payment,
    newest_payments_window,
    on_time_percent,
)
from gateway.resolvers.graph.connections import Connection, PageRequest
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import field_of, joined_records, loads, many_of, one, one_of, relation
from gateway.resolvers.graph.values import DateRange, Money


async def _balance(summary: "FinancialSummary", info: Info) -> AccountBalance | None:
    return await one_of(info.context.loader, AccountBalance, "account_id", summary.account.id)


async def _credit_profile(summary: "FinancialSummary", info: Info) -> CreditProfile | None:
    return await one_of(info.context.loader, CreditProfile, "account_id", summary.account.id)


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
class FinancialSummary:
    """Balance, bills, payments and credit of an account in one place.

    Each field asks only the systems that it needs.

    current_balance: Amount owed now, due or not; null if unknown.
    payoff_balance: Amount that would settle the account; null if it does not differ, or is unknown.
    deposit: Deposit that the utility holds; null if there is none, or it is unknown.
    next_bill_on: Day of the next bill, today or later; null if none is planned, it is late, or it is unknown.
    last_bill: The newest complete bill; null if there is none, or the status of a newer bill is unknown.
    previous_bill: The bill of the period before `lastBill`; null if there is none, or `lastBill` is null.
    last_payment: The newest payment that is frozen and was not returned; null if there is none.
    autopay: The autopay instruction in force today; null if there is none.
    credit_rating: Sum of the rating entries in force, in points; null if unknown.
    billed_last12_months: Charges of complete bills of the last twelve months, today included; null if
        unknown.
    on_time_payment_percent12_months: Share of bills that were paid in full by their due day, in percent with
        one decimal. It counts bills that fell due in the last twelve months; null if none fell due, or
        payments are unknown.
    """

    account: strawberry.Private[AccountCore]

    current_balance = field_of(_balance, "current", Money)
    payoff_balance = field_of(_balance, "payoff", Money)
    deposit = field_of(_balance, "deposit", Money)

    @strawberry.field
    async def next_bill_on(self, info: Info) -> date | None:
        balance = await _balance(self, info)
        return None if balance is None else _not_past(balance.next_bill_on, self.account.today(info))

    @strawberry.field
    async def last_bill(self, info: Info) -> Bill | None:
        return current_bill(await self._bills(info) or ())

    @strawberry.field
    async def previous_bill(self, info: Info) -> Bill | None:
        bills = await self._bills(info) or ()
        current = current_bill(bills)
        return previous_bill(bills, current) if current else None

    @strawberry.field
    async def last_payment(self, info: Info) -> Payment | None:
        return last_payment(await self._payments(info) or ())

    @strawberry.field
    async def autopay(self, info: Info) -> AutopayInstruction | None:
        return await autopay_of(info, self.account)

    credit_rating = field_of(_credit_profile, "credit_rating", int)

    @strawberry.field(name="billedLast12Months")
    async def billed_last12_months(self, info: Info) -> Money | None:
        bills = await self._bills(info)
        if bills is None:
            return None
        currency = self.account.currency if self.account.failure is None else None
        return billed_in_a_year(bills, self.account.today(info), currency)

    @strawberry.field(name="onTimePaymentPercent12Months")
    async def on_time_payment_percent12_months(self, info: Info) -> float | None:
        bills, payments = await asyncio.gather(self._bills(info), self._payments(info))
        if bills is None or payments is None:
            return None
        percent = on_time_percent(bills, payments, self.account.today(info))
        return None if percent is None else float(percent)

    async def _bills(self, info: Info) -> list[Bill] | None:
        window = newest_bills_window(self.account.zone_in(info))
        return await many_of(info.context.loader, Bill, "account_id", self.account.id, window)

    async def _payments(self, info: Info) -> list[Payment] | None:
        window = newest_payments_window(self.account.zone_in(info))
        return await many_of(info.context.loader, Payment, "account_id", self.account.id, window)


@described
class AccountMoney(AccountCore):
    """Money of an account.

    balance: Balance of the account; null if unknown.
    adjustments: Adjustments of the balance, newest first; null if an argument is invalid.
    scheduled_payments: Payments that are planned or promised, soonest first; null if unknown.
    credit_profile: Creditworthiness of the account; null if unknown.
    """

    credit_profile: CreditProfile | None = one(CreditProfile, by="account_id", key="id")
    balance: AccountBalance | None = one(AccountBalance, by="account_id", key="id")

    @strawberry.field(metadata=loads(*(relation(process, "account_id") for process in PROCESSES)))
    async def credit_processes(self, info: Info, active_only: bool = False) -> list[CreditProcess] | None:
        """Processes that collect debt of the account, newest first; null if unknown.

        active_only: True to leave out processes that have ended.
        """
        window = Window(zone=self.zone_in(info))
        loader = info.context.loader
        processes = await joined_records(loader.load(record, "account_id", self.id, window) for record in PROCESSES)
        if processes is None:
            return None
        matching = [p for p in processes if not active_only or p.process_status is ProcessStatus.ACTIVE]
        return sorted(matching, key=lambda process: (process.created_at, process.id), reverse=True)

    @strawberry.field(metadata=loads(relation(PaymentArrangement, "account_id")))
    async def payment_arrangements(self, info: Info, active_only: bool = False) -> list[PaymentArrangement] | None:
        """Promises to pay in installments on the bills, newest first; null if unknown.

        active_only: True to leave out arrangements that are not active.
        """
        window = Window(zone=self.zone_in(info))
        arrangements = await many_of(info.context.loader, PaymentArrangement, "account_id", self.id, window)
        return _newest_first(arrangements, active_only=active_only)

    @strawberry.field(metadata=loads(relation(PayPlan, "account_id")))
    async def pay_plans(self, info: Info, active_only: bool = False) -> list[PayPlan] | None:
        """Promises of payments on agreed days, newest first; null if unknown.

        active_only: True to leave out plans that are not active.
        """
        plans = await many_of(info.context.loader, PayPlan, "account_id", self.id)
        return _newest_first(plans, active_only=active_only)

    @strawberry.field
    def financial_summary(self) -> FinancialSummary | None:
        """Balance, bills, payments and credit in one place; null only after an error of the gateway itself."""
        return FinancialSummary(account=self)

    @strawberry.field(metadata=loads(relation(Bill, "account_id"), relation(BillSegment, "bill_id")))
    async def bill_comparison(self, info: Info) -> BillComparison | None:
        """The current bill compared with the previous bill and with the bill of the same period last year.

        Null if bills are unknown.
        """
        return await bill_comparison(info, self)

    @strawberry.field(metadata=loads(relation(Bill, "account_id")))
    async def bills(
        self,
        info: Info,
        status: list[BillStatus] | None = None,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Bill] | None:
        """Bills of the account, newest first; null if an argument is invalid.

        status: Only bills of these statuses; null or empty for all, pending and canceled ones included.
        """
        return Connection(page=await status_page(info, self, Bill, status, PageRequest(range, first, after)))

    @strawberry.field(metadata=loads(relation(Payment, "account_id")))
    async def payments(
        self,
        info: Info,
        status: list[PaymentStatus] | None = None,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Payment] | None:
        """Payments on the account, newest first; null if an argument is invalid.

        status: Only payments of these statuses; null or empty for all, returned and canceled ones included.
        """
        return Connection(page=await status_page(info, self, Payment, status, PageRequest(range, first, after)))

    adjustments = paged(Adjustment)

    @strawberry.field
    async def financial_history(
        self,
        info: Info,
        range: DateRange | None = None,
        kinds: list[FinancialKind] | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> FinancialHistoryConnection | None:
        """Bills, payments and adjustments in one list, newest first; null if an argument is invalid.

        kinds: Only entries of these kinds; null or empty for all.
        """
        return await financial_history(info, self, kinds, PageRequest(range, first, after))

    @strawberry.field(metadata=loads(relation(AutopayInstruction, "account_id")))
    async def autopay(self, info: Info) -> AutopayInstruction | None:
        """The autopay instruction in force today; null if there is none."""
        return await autopay_of(info, self)

    @strawberry.field(metadata=loads(relation(ScheduledPayment, "account_id")))
    async def scheduled_payments(self, info: Info) -> list[ScheduledPayment] | None:
        payments = await many_of(info.context.loader, ScheduledPayment, "account_id", self.id)
        return None if payments is None else sorted(payments, key=lambda payment: payment.due_on)


P = TypeVar("P", PaymentArrangement, PayPlan)


def _newest_first(promises: list[P] | None, *, active_only: bool) -> list[P] | None:
    if promises is None:
        return None
    matching = [promise for promise in promises if not active_only or promise.status is ArrangementStatus.ACTIVE]
    return sorted(matching, key=lambda promise: (promise.since, promise.id), reverse=True)

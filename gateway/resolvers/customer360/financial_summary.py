"""The financial summary of an account (OVR-3).

Each field loads only what it needs. A system that fails affects only its own fields.
"""

import asyncio
from datetime import date
from typing import Any

import strawberry

from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.billing.bills import AccountBalance, Bill
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, autopay_in_force
from gateway.resolvers.collections.credit import CreditProfile
from gateway.resolvers.comparisons.bill_pairs import current_bill, newest_bills_window, previous_bill
from gateway.resolvers.comparisons.payment_history import (
    billed_in_a_year,
    last_payment,
    newest_payments_window,
    on_time_percent,
)
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import many_of, one_of, records_of
from gateway.resolvers.graph.values import Money


def _of_balance(name: str, graphql_type: type) -> Any:
    """A field of the summary that is a field of the account's balance."""

    async def resolve(self: "FinancialSummary", info: Info) -> Any:
        balance = await one_of(info.context.loader, AccountBalance, "account_id", self.account.id)
        return getattr(balance, name, None)

    return strawberry.field(resolver=resolve, graphql_type=graphql_type | None)


async def autopay_of(info: Info, account: AccountCore) -> AutopayInstruction | None:
    """The first autopay instruction in force today."""
    instructions = await many_of(info.context.loader, AutopayInstruction, "account_id", account.id)
    return next(iter(autopay_in_force(instructions or (), account.today(info))), None)


@described
class FinancialSummary:
    """Balance, bills, payments and credit of an account in one place.

    Each field asks only the systems that it needs.

    current_balance: Amount owed now, due or not; null if unknown.
    payoff_balance: Amount that would settle the account; null if it does not differ, or is unknown.
    deposit: Deposit that the utility holds; null if there is none, or it is unknown.
    next_bill_on: Day of the next bill; null if none is planned, or it is unknown.
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

    current_balance = _of_balance("current", Money)
    payoff_balance = _of_balance("payoff", Money)
    deposit = _of_balance("deposit", Money)
    next_bill_on = _of_balance("next_bill_on", date)

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

    @strawberry.field
    async def credit_rating(self, info: Info) -> int | None:
        profile = await one_of(info.context.loader, CreditProfile, "account_id", self.account.id)
        return profile.credit_rating if profile else None

    @strawberry.field(name="billedLast12Months")
    async def billed_last12_months(self, info: Info) -> Money | None:
        bills = await self._bills(info)
        if bills is None:
            return None
        return billed_in_a_year(bills, self.account.today(info), self.account.currency)

    @strawberry.field(name="onTimePaymentPercent12Months")
    async def on_time_payment_percent12_months(self, info: Info) -> float | None:
        bills, payments = await asyncio.gather(self._bills(info), self._payments(info))
        if bills is None or payments is None:
            return None
        percent = on_time_percent(bills, payments, self.account.today(info))
        return None if percent is None else float(percent)

    async def _bills(self, info: Info) -> list[Bill] | None:
        window = newest_bills_window(self.account.zone_in(info))
        return records_of(await info.context.loader.load(Bill, "account_id", self.account.id, window))

    async def _payments(self, info: Info) -> list[Payment] | None:
        window = newest_payments_window(self.account.zone_in(info))
        return records_of(await info.context.loader.load(Payment, "account_id", self.account.id, window))

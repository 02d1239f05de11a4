"""The money of an account: balance, bills, payments, adjustments, what is to come."""

import strawberry

from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.contributions import account_page
from gateway.resolvers.activity.financial_history import (
    FinancialHistoryConnection,
    FinancialKind,
    financial_history,
)
from gateway.resolvers.billing.bills import AccountBalance, Adjustment, Bill, BillSegment
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, ScheduledPayment, autopay_in_force
from gateway.resolvers.comparisons.bills import BillComparison, bill_comparison
from gateway.resolvers.customer360.financial_summary import FinancialSummary
from gateway.resolvers.graph.connections import Connection
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import many_of, one
from gateway.resolvers.graph.values import DateRange


@described
class AccountMoney(AccountCore):
    """Money of an account.

    balance: Balance of the account; null if unknown.
    scheduled_payments: Payments that are planned or promised, soonest first; null if unknown.
    """

    balance: AccountBalance | None = one(AccountBalance, by="account_id", key="id")

    @strawberry.field(description="Where the account stands, what comes next, and how it pays.")
    def financial_summary(self) -> FinancialSummary | None:
        return FinancialSummary(of=self)

    @strawberry.field(
        description="The current bill beside the one before and that of the same period last year.",
        metadata={"asks": ((Bill, ("account_id",)), (BillSegment, ("bill_id",)))},
    )
    async def bill_comparison(self, info: Info) -> BillComparison | None:
        return await bill_comparison(info, self)

    @strawberry.field(description="Bills, newest first.")
    async def bills(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Bill] | None:
        return Connection(made=await account_page(info, self, Bill, range, first, after))

    @strawberry.field(description="Payments, newest first.")
    async def payments(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Payment] | None:
        return Connection(made=await account_page(info, self, Payment, range, first, after))

    @strawberry.field(description="Adjustments, newest first.")
    async def adjustments(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Adjustment] | None:
        return Connection(made=await account_page(info, self, Adjustment, range, first, after))

    @strawberry.field(description="Bills, payments and adjustments in one list, newest first.")
    async def financial_history(
        self,
        info: Info,
        range: DateRange | None = None,
        kinds: list[FinancialKind] | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> FinancialHistoryConnection | None:
        return await financial_history(info, self, range, kinds, first, after)

    @strawberry.field(
        description="The standing order in force today, or null where none is.",
        metadata={"asks": ((AutopayInstruction, ("account_id",)),)},
    )
    async def autopay(self, info: Info) -> AutopayInstruction | None:
        found = await many_of(info.context.loader, AutopayInstruction, "account_id", self.id)
        return next(iter(autopay_in_force(found or (), self.today(info))), None)

    @strawberry.field(metadata={"asks": ((ScheduledPayment, ("account_id",)),)})
    async def scheduled_payments(self, info: Info) -> list[ScheduledPayment] | None:
        found = await many_of(info.context.loader, ScheduledPayment, "account_id", self.id)
        return None if found is None else sorted(found, key=lambda each: each.due_on)

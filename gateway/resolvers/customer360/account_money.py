"""Money of an account: balance, bills, payments and adjustments."""

import strawberry

from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.account_streams import paged
from gateway.resolvers.activity.financial_history import (
    FinancialHistoryConnection,
    FinancialKind,
    financial_history,
)
from gateway.resolvers.billing.bills import AccountBalance, Adjustment, Bill, BillSegment
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, ScheduledPayment
from gateway.resolvers.comparisons.bills import BillComparison, bill_comparison
from gateway.resolvers.customer360.financial_summary import FinancialSummary, autopay_of
from gateway.resolvers.graph.connections import PageRequest
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import loads, many_of, one, relation
from gateway.resolvers.graph.values import DateRange


@described
class AccountMoney(AccountCore):
    """Money of an account.

    balance: Balance of the account; null if unknown.
    bills: Bills of the account, newest first; null if an argument is invalid.
    payments: Payments on the account, newest first; null if an argument is invalid.
    adjustments: Adjustments of the balance, newest first; null if an argument is invalid.
    scheduled_payments: Payments that are planned or promised, soonest first; null if unknown.
    """

    balance: AccountBalance | None = one(AccountBalance, by="account_id", key="id")

    @strawberry.field
    def financial_summary(self) -> FinancialSummary | None:
        """Balance, bills, payments and credit in one place. Never null."""
        return FinancialSummary(account=self)

    @strawberry.field(metadata=loads(relation(Bill, "account_id"), relation(BillSegment, "bill_id")))
    async def bill_comparison(self, info: Info) -> BillComparison | None:
        """The current bill compared with the previous bill and with the bill of the same period last year.

        Null if bills are unknown.
        """
        return await bill_comparison(info, self)

    bills = paged(Bill)
    payments = paged(Payment)
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

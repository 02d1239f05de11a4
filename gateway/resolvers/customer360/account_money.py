"""Money of an account: balance, bills, payments, credit, collection, and a summary (OVR-3)."""

from typing import Annotated, TypeVar

import strawberry

from gateway.contract.batch import Window
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.account_streams import account_page, paged
from gateway.resolvers.activity.financial_entry import FinancialKind
from gateway.resolvers.activity.financial_history import (
    FinancialHistoryConnection,
    FinancialHistoryFilter,
    financial_history,
)
from gateway.resolvers.billing.balance import AccountBalance
from gateway.resolvers.billing.bills import Adjustment, Bill, BillSegment, BillStatus
from gateway.resolvers.billing.filters import AdjustmentFilter, BillFilter, PaymentFilter
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, PaymentStatus, ScheduledPayment
from gateway.resolvers.collections.credit import CreditProfile
from gateway.resolvers.collections.processes import PROCESSES, CreditProcess, ProcessStatus
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement, PayPlan
from gateway.resolvers.comparisons.billing_chart import BillingHistoryMonth, billing_history
from gateway.resolvers.comparisons.bills import BillComparison, bill_comparison
from gateway.resolvers.customer360.financial_summary import FinancialSummary, autopay_of
from gateway.resolvers.graph.connections import Connection
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.costs import QUESTION, sliced_by
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.list_requests import ListOrder, ReplacedRange, list_request, replaced_by, with_values
from gateway.resolvers.graph.relations import joined_records, loads, many_of, one, relation
from gateway.resolvers.graph.shared import once

STATUSES, KINDS = replaced_by("filter.statuses"), replaced_by("filter.kinds")


@described
class AccountMoney(AccountCore):
    """Money of an account.

    balance: Balance of the account; null if unknown.
    adjustments: Adjustments of the balance, by day; null if an argument is invalid.
    scheduled_payments: Payments that are planned or promised, soonest first; null if unknown.
    credit_profile: Creditworthiness of the account; null if unknown.
    """

    credit_profile: CreditProfile | None = one(CreditProfile, by="account_id", key="id")
    credit_profile_state = state_of(credit_profile)
    balance: AccountBalance | None = one(AccountBalance, by="account_id", key="id")
    balance_state = state_of(balance)

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
    @once
    async def bill_comparison(self, info: Info) -> BillComparison | None:
        """The current bill compared with the previous bill and with the bill of the same period last year.

        Null if bills are unknown.
        """
        return await bill_comparison(info, self)

    bill_comparison_state = state_of(bill_comparison)

    @strawberry.field(metadata=loads(relation(Bill, "account_id")))
    async def bills(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        filter: BillFilter | None = None,
        order_by: ListOrder = ListOrder.NEWEST_FIRST,
        status: Annotated[list[BillStatus] | None, strawberry.argument(deprecation_reason=STATUSES)] = None,
        range: ReplacedRange = None,
    ) -> Connection[Bill] | None:
        """Bills of the account, by day of issue; null if an argument is invalid.

        status: Only bills of these statuses; null or empty for all, pending and canceled ones included.
        """
        criteria = with_values(BillFilter, filter, "statuses", "status", status)
        request = list_request(first, after, criteria, order_by, range)
        return Connection(page=await account_page(info, self, Bill, request))

    @strawberry.field(metadata=loads(relation(Payment, "account_id")))
    async def payments(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        filter: PaymentFilter | None = None,
        order_by: ListOrder = ListOrder.NEWEST_FIRST,
        status: Annotated[list[PaymentStatus] | None, strawberry.argument(deprecation_reason=STATUSES)] = None,
        range: ReplacedRange = None,
    ) -> Connection[Payment] | None:
        """Payments on the account, by day of payment; null if an argument is invalid.

        status: Only payments of these statuses; null or empty for all, returned and canceled ones included.
        """
        criteria = with_values(PaymentFilter, filter, "statuses", "status", status)
        request = list_request(first, after, criteria, order_by, range)
        return Connection(page=await account_page(info, self, Payment, request))

    @strawberry.field(metadata={**loads(relation(Bill, "account_id")), "list_size": sliced_by("months", 13)})
    async def billing_history(self, info: Info, months: int = 13) -> list[BillingHistoryMonth] | None:
        """Bills of the account month by month, oldest first, for the billing history chart; null if unknown.

        months: Number of calendar months up to this one, from 1 to the searchable years.
        """
        return await billing_history(info, self, months)

    adjustments = paged(Adjustment, AdjustmentFilter)

    @strawberry.field(metadata={"cost": 3 * QUESTION})
    async def financial_history(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        filter: FinancialHistoryFilter | None = None,
        order_by: ListOrder = ListOrder.NEWEST_FIRST,
        kinds: Annotated[list[FinancialKind] | None, strawberry.argument(deprecation_reason=KINDS)] = None,
        range: ReplacedRange = None,
    ) -> FinancialHistoryConnection | None:
        """Bills, payments and adjustments in one list, by day; null if an argument is invalid.

        kinds: Only entries of these kinds; null or empty for all.
        """
        criteria = with_values(FinancialHistoryFilter, filter, "kinds", "kinds", kinds)
        return await financial_history(info, self, list_request(first, after, criteria, order_by, range))

    @strawberry.field(metadata=loads(relation(AutopayInstruction, "account_id")))
    async def autopay(self, info: Info) -> AutopayInstruction | None:
        """The autopay instruction in force today; null if there is none."""
        return await autopay_of(info, self)

    autopay_state = state_of(autopay)

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

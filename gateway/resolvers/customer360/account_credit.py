"""Credit and collection of an account."""

from typing import TypeVar

import strawberry

from gateway.contract.batch import Window
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.collections.credit import CreditProfile
from gateway.resolvers.collections.processes import PROCESSES, CreditProcess, ProcessStatus
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement, PayPlan
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import joined_records, loads, many_of, one, records_of, relation


@described
class AccountCredit(AccountCore):
    """Credit and collection of an account.

    credit_profile: Creditworthiness of the account; null if unknown.
    """

    credit_profile: CreditProfile | None = one(CreditProfile, by="account_id", key="id")

    @strawberry.field(metadata=loads(*(relation(process, "account_id") for process in PROCESSES)))
    async def credit_processes(self, info: Info, active_only: bool = False) -> list[CreditProcess] | None:
        """Processes that collect debt of the account, newest first; null if unknown.

        active_only: True to leave out processes that have ended.
        """
        window = Window(zone=self.zone_in(info))
        loader = info.context.loader
        processes = await joined_records(
            loader.load(record, "account_id", self.id, window) for record in PROCESSES
        )
        if processes is None:
            return None
        shown = [p for p in processes if not active_only or p.process_status is ProcessStatus.ACTIVE]
        return sorted(shown, key=lambda process: (process.created_at, process.id), reverse=True)

    @strawberry.field(metadata=loads(relation(PaymentArrangement, "account_id")))
    async def payment_arrangements(
        self, info: Info, active_only: bool = False
    ) -> list[PaymentArrangement] | None:
        """Promises to pay in installments on the bills, newest first; null if unknown.

        active_only: True to leave out arrangements that are not active.
        """
        window = Window(zone=self.zone_in(info))
        result = await info.context.loader.load(PaymentArrangement, "account_id", self.id, window)
        return _newest_first(records_of(result), active_only=active_only)

    @strawberry.field(metadata=loads(relation(PayPlan, "account_id")))
    async def pay_plans(self, info: Info, active_only: bool = False) -> list[PayPlan] | None:
        """Promises of payments on agreed days, newest first; null if unknown.

        active_only: True to leave out plans that are not active.
        """
        plans = await many_of(info.context.loader, PayPlan, "account_id", self.id)
        return _newest_first(plans, active_only=active_only)


P = TypeVar("P", PaymentArrangement, PayPlan)


def _newest_first(promises: list[P] | None, *, active_only: bool) -> list[P] | None:
    if promises is None:
        return None
    shown = [promise for promise in promises if not active_only or promise.status is ArrangementStatus.ACTIVE]
    return sorted(shown, key=lambda promise: (promise.since, promise.id), reverse=True)

"""Credit and collection of an account: processes, promises, profile."""

import asyncio
from typing import Any

import strawberry

from gateway.contract.batch import Window
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.collections.credit import CreditProfile
from gateway.resolvers.collections.processes import PROCESSES, CreditProcess, ProcessStatus
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement, PayPlan
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import many_of, one, records_of


@described
class AccountCredit(AccountCore):
    """Credit and collection of an account.

    credit_profile: Creditworthiness of the account; null if unknown.
    """

    credit_profile: CreditProfile | None = one(CreditProfile, by="account_id", key="id")

    @strawberry.field(
        description="Every process that collects a debt of this account, newest first.",
        metadata={"asks": tuple((each, ("account_id",)) for each in PROCESSES)},
    )
    async def credit_processes(
        self,
        info: Info,
        active_only: bool = False,
    ) -> list[CreditProcess] | None:
        window = Window(zone=self.zone_in(info))
        load = info.context.loader
        asked = [load.load(each, "account_id", self.id, window) for each in PROCESSES]
        lists = [records_of(found) for found in await asyncio.gather(*asked)]
        if all(each is None for each in lists):
            return None
        processes = [each for one_list in lists for each in one_list or ()]
        kept = [p for p in processes if not active_only or p.process_status is ProcessStatus.ACTIVE]
        return sorted(kept, key=lambda process: (process.created_at, process.id), reverse=True)

    @strawberry.field(
        description="Promises to pay by installments on the bills, newest first.",
        metadata={"asks": ((PaymentArrangement, ("account_id",)),)},
    )
    async def payment_arrangements(
        self,
        info: Info,
        active_only: bool = False,
    ) -> list[PaymentArrangement] | None:
        window = Window(zone=self.zone_in(info))
        found = await info.context.loader.load(PaymentArrangement, "account_id", self.id, window)
        return _promised(records_of(found), active_only=active_only)

    @strawberry.field(
        description="Promises of payments on agreed days, newest first.",
        metadata={"asks": ((PayPlan, ("account_id",)),)},
    )
    async def pay_plans(
        self,
        info: Info,
        active_only: bool = False,
    ) -> list[PayPlan] | None:
        found = await many_of(info.context.loader, PayPlan, "account_id", self.id)
        return _promised(found, active_only=active_only)


def _promised(found: list[Any] | None, *, active_only: bool) -> list[Any] | None:
    if found is None:
        return None
    kept = [each for each in found if not active_only or each.status is ArrangementStatus.ACTIVE]
    return sorted(kept, key=lambda each: (each.since, each.id), reverse=True)

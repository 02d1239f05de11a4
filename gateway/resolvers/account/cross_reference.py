"""The cross-reference: by which keys the other systems know an account. Everything starts from it."""

from typing import Any

import strawberry

from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.graph.node import Record
from gateway.resolvers.graph.systems import SourceSystem


@strawberry.type
class AccountReference(Record):
    """The keys of one account. `customer_accounts`: how many accounts its customer has, closed ones too."""

    SYSTEM = SourceSystem.CIS

    account_id: str
    customer_id: str | None
    customer_accounts: int | None
    person_ids: list[str] | None
    premise_ids: list[str] | None
    service_point_ids: list[str] | None
    service_agreement_ids: list[str] | None


async def reference_of(load: Loader, account: Any) -> LoadResult[AccountReference]:
    """The cross-reference of an account."""
    return await load.load(AccountReference, "account_id", account.id)


def prime_references(load: Loader, found: LoadResult[AccountReference], account_ids: list[str]) -> None:
    """Remember the cross-references of one customer as those of each of the accounts."""
    own = {each.account_id: each for each in found.records}
    for account_id in account_ids:
        each = own.get(account_id)
        if found.error is not None or each is not None:
            records = [each] if each is not None else []
            load.prime(
                AccountReference,
                "account_id",
                account_id,
                LoadResult(records, found.as_of, found.error, found.from_cache, found.stale),
            )

"""The cross-reference of an account: the keys by which other systems know it."""

from dataclasses import replace

import strawberry

from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.relations import relation
from gateway.resolvers.graph.systems import SourceSystem


@strawberry.type
class AccountReference(Record):
    """The keys of one account.

    customer_accounts: number of accounts of its customer, closed ones included
    """

    SYSTEM = SourceSystem.CIS

    account_id: str
    customer_id: str | None
    customer_accounts: int | None
    person_ids: list[str] | None
    premise_ids: list[str] | None
    service_point_ids: list[str] | None
    service_agreement_ids: list[str] | None


REFERENCE = relation(AccountReference, "account_id")


async def reference_of(loader: Loader, account: AccountCore) -> LoadResult[AccountReference]:
    """The cross-reference of an account."""
    return await loader.load(AccountReference, "account_id", account.id)


def prime_references(loader: Loader, result: LoadResult[AccountReference], account_ids: list[str]) -> None:
    """Share the cross-references of a customer with later loads by account.

    An account that a good result does not contain is loaded by itself.
    """
    references = {reference.account_id: reference for reference in result.records}
    for account_id in account_ids:
        reference = references.get(account_id)
        if result.error is not None or reference is not None:
            records = [] if reference is None else [reference]
            loader.prime(AccountReference, "account_id", account_id, replace(result, records=records))

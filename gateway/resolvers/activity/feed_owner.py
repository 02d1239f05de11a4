"""Whose feed it is: an account's, or a customer's across all accounts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from gateway.errors import SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.merge import MergedPage
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.account_streams import needs_reference
from gateway.resolvers.activity.owners import NO_REFERENCE, Owner, account_owner, customer_owner
from gateway.resolvers.graph.activity import CustomerActivity
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.relations import changed


class ActivityScope(DescribedEnum, labeled=False):
    """Whose activities a feed of an account has."""

    ACCOUNT = (
        "ACCOUNT",
        "Those of the account. Calls and chats that name no account are included if it is the customer's only one.",
    )
    CUSTOMER = (
        "CUSTOMER",
        "Those of all accounts of its customer, closed ones too, and those of the customer that name no account.",
    )


Records = Sequence[type[CustomerActivity]]


@dataclass(frozen=True, slots=True)
class FeedOwner:
    """Whose feed it is.

    name: for cursors, the same while systems are away.
    zone: whose days the feed has.
    load_owner: loads the accounts and keys, the cross-references only if asked for.
    """

    name: tuple[str, ...]
    zone: ZoneInfo
    load_owner: Callable[..., Awaitable[Owner]]

    async def load(self, records: Records) -> Owner:
        return await self.load_owner(needs_reference=needs_reference(records))


def feed_of_account(info: Info, account: AccountCore, scope: ActivityScope) -> FeedOwner:
    zone = account.zone_in(info)
    if scope is ActivityScope.ACCOUNT:
        return FeedOwner((account.id,), zone, partial(account_owner, info, account))
    return FeedOwner(("customer of", account.id), zone, partial(_customer_of, info, account))


def feed_of_customer(info: Info, customer_id: str) -> FeedOwner:
    return FeedOwner(("customer", customer_id), info.context.zone, partial(customer_owner, info, customer_id))


async def _customer_of(info: Info, account: AccountCore, *, needs_reference: bool) -> Owner:
    """All accounts of the account's customer; an account without a customer is alone."""
    if account.failure is not None:
        return _unknown_owner(account.failure)
    if account.customer_id is None:
        return await account_owner(info, account, needs_reference=needs_reference)
    return await customer_owner(info, account.customer_id, needs_reference=needs_reference)


def _unknown_owner(failure: SourceError) -> Owner:
    return Owner((), None, True, True, (), NO_REFERENCE, failure, LoadResult([], error=failure))  # noqa: FBT003


def in_own_zones(info: Info, page: MergedPage, owner: Owner, zone: ZoneInfo) -> MergedPage:
    """The page with each record in the zone of its account."""
    accounts = owner.accounts.records if owner.accounts is not None else []
    zones = {account.id: account.zone_in(info) for account in accounts}
    return page.mapped(partial(_in_own_zone, zones)) if {*zones.values()} - {zone} else page


def _in_own_zone(zones: Mapping[str, ZoneInfo], record: Any) -> Any:
    zone = zones.get(record.account_id or "")
    if zone is None or record.provenance is None:
        return record
    return changed(record, provenance=replace(record.provenance, zone=zone))

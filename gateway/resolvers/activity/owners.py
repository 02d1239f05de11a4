"""Whose records a list has: those of one account, or of all accounts of a customer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.errors import NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.account.core import AccountCore, AccountReference, prime_references, reference_of
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.record import Record

NO_REFERENCE: LoadResult[AccountReference] = LoadResult([], error=NotConfigured("AccountReference"))


@dataclass(frozen=True, slots=True)
class Owner:
    """One account, or all accounts of a customer.

    account_ids: the accounts.
    customer_id: their customer; None if there is none, or it is not known.
    is_whole: whether these are all accounts of the customer: then records that name no account are theirs, too.
    maps_customer: whether the catalog says which customer an account has.
    references: the cross-reference of each account; None where it is not known.
    reference: the load that the cross-references come from.
    failure: why the account, and so its customer, is not known.
    accounts: the load that the accounts of a customer come from.
    """

    account_ids: Sequence[str]
    customer_id: str | None
    is_whole: bool
    maps_customer: bool
    references: Sequence[AccountReference | None]
    reference: LoadResult[AccountReference]
    failure: SourceError | None = None
    accounts: LoadResult[Any] | None = None

    def keys(self, by: str) -> list[str] | None:
        """Keys of the accounts for this lookup; None if they are unknown."""
        if by == "account_id":
            return list(self.account_ids)
        if by == "customer_id":
            return [self.customer_id] if self.customer_id else None
        lists: list[list[str] | None] = [getattr(reference, f"{by}s", None) for reference in self.references]
        return None if None in lists else list(dict.fromkeys(key for keys in lists for key in keys or ()))

    def has_keys(self, info: Info, by: str) -> bool:
        """Whether the catalog maps the keys of this lookup."""
        if by == "customer_id":
            return self.maps_customer
        return by == "account_id" or info.context.loader.fills(AccountReference, f"{by}s")

    def accepts(self, account_id: str | None, *, without_account: bool) -> bool:
        """Whether a record that names this account belongs to the list."""
        return without_account if account_id is None else account_id in self.account_ids

    def via(self, info: Info, *, by_reference: bool) -> tuple[type[Record], LoadResult[Any]] | None:
        """The load that the keys come from."""
        if self.accounts is not None and not (by_reference and self.reference.stale):
            return info.context.records["BillingAccount"], self.accounts
        return (AccountReference, self.reference) if by_reference else None


async def account_owner(info: Info, account: AccountCore, *, needs_reference: bool) -> Owner:
    """One account. Its cross-reference is loaded only if a lookup needs it."""
    reference = await reference_of(info.context.loader, account) if needs_reference else NO_REFERENCE
    return referenced_owner(info, account, reference)


def referenced_owner(info: Info, account: AccountCore, reference: LoadResult[AccountReference]) -> Owner:
    """One account with its cross-reference."""
    first = reference.records[0] if reference.records else None
    return Owner(
        account_ids=(account.id,),
        customer_id=None if account.failure else account.customer_id,
        is_whole=first is not None and first.customer_accounts == 1,
        maps_customer=info.context.loader.fills(type(account), "customer_id"),
        references=(first,),
        reference=reference,
        failure=account.failure,
    )


async def customer_owner(info: Info, customer_id: str, *, needs_reference: bool) -> Owner:
    """All accounts of a customer, closed ones too, with their cross-references if a lookup needs them.

    Raises NotConfigured if the catalog cannot find the accounts of a customer.
    """
    loader = info.context.loader
    accounts, by_customer = await _accounts(info, customer_id, needs_reference=needs_reference)
    if accounts.error is not None and not accounts.error.is_failure:
        raise accounts.error
    ids = [account.id for account in accounts.records]
    if by_customer is not None:
        prime_references(loader, by_customer, ids)
    results = await asyncio.gather(*(reference_of(loader, each) for each in accounts.records if needs_reference))
    return Owner(
        account_ids=ids,
        customer_id=customer_id,
        is_whole=True,
        maps_customer=True,
        references=[result.records[0] if result.records else None for result in results],
        reference=_joined(results) if needs_reference else NO_REFERENCE,
        failure=accounts.failure,
        accounts=accounts,
    )


async def _accounts(
    info: Info, customer_id: str, *, needs_reference: bool
) -> tuple[LoadResult[Any], LoadResult[AccountReference] | None]:
    """The accounts of a customer, and their cross-references if one lookup finds all of them."""
    loader, record = info.context.loader, info.context.records["BillingAccount"]
    by_customer = needs_reference and loader.has_lookup(AccountReference, "customer_id")
    loading_references = loader.load(AccountReference, "customer_id", customer_id) if by_customer else None
    accounts = await loader.load(record, "customer_id", customer_id)
    _prime_accounts(loader, record, accounts)
    return accounts, await loading_references if loading_references is not None else None


def _prime_accounts(loader: Loader, record: type[Record], accounts: LoadResult[Any]) -> None:
    for account in accounts.records:
        loader.prime(record, "id", account.id, replace(accounts, records=[account]))


def _joined(results: Sequence[LoadResult[AccountReference]]) -> LoadResult[AccountReference]:
    """Several loads as one: the first error, a failure before others, and the oldest data."""
    errors = [result.error for result in results if result.error is not None]
    return LoadResult(
        [record for result in results for record in result.records],
        as_of=min((result.as_of for result in results if result.as_of is not None), default=None),
        error=next((error for error in errors if error.is_failure), errors[0] if errors else None),
        from_cache=any(result.from_cache for result in results),
        stale=any(result.stale for result in results),
    )

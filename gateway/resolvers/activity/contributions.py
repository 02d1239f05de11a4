"""Which systems contribute what to an account's lists, and the activity feed made of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.errors import InvalidResponse, NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.merge import Stream
from gateway.resolvers.account.cross_reference import AccountReference, reference_of
from gateway.resolvers.billing.bills import Adjustment, Bill
from gateway.resolvers.billing.payments import Payment
from gateway.resolvers.collections.credit import CashOnlyHistory, CreditRatingHistory
from gateway.resolvers.collections.processes import (
    CollectionProcess,
    CutProcess,
    PayPlanOverdueProcess,
    SeveranceProcess,
    WriteOffProcess,
)
from gateway.resolvers.collections.promises import PaymentArrangement
from gateway.resolvers.contact.conversations import Call, Chat, EmailMessage
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.graph.connections import ConnectionPage, connection_page
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.service.orders import FieldOrder, OutageCall, ServiceOrder
from gateway.resolvers.service.requests import Case, CustomerContact, RebateClaim, ServiceRequest, ServiceTask

ACCOUNT = ("account_id",)
CONVERSATION = ("account_id", "customer_id")
REFERENCE_KEYS = ("service_point_id", "premise_id")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One type of record in an account's lists, and the keys it may be asked by, the best first.

    `of_customer`: it belongs to the customer, whichever account is viewed. Where it is not `required`, its
    system may be connected without any of these keys.
    """

    record: type
    by: tuple[str, ...] = ACCOUNT
    of_customer: bool = False
    required: bool = True


# In the order of ActivityType: at one and the same instant, later ones come first.
CONTRIBUTIONS: tuple[Contribution, ...] = (
    Contribution(Call, CONVERSATION),
    Contribution(Chat, CONVERSATION),
    Contribution(EmailMessage, ("customer_id", "account_id"), of_customer=True),
    Contribution(ServiceTask),
    Contribution(Bill),
    Contribution(Payment),
    Contribution(ServiceRequest),
    Contribution(CustomerContact),
    Contribution(Case),
    Contribution(RebateClaim),
    Contribution(ServiceOrder, ("service_point_id", "account_id")),
    Contribution(FieldOrder, ("service_point_id", "account_id")),
    Contribution(CollectionProcess),
    Contribution(SeveranceProcess),
    Contribution(WriteOffProcess),
    Contribution(PayPlanOverdueProcess),
    Contribution(PaymentArrangement),
    Contribution(CutProcess),
    Contribution(CreditRatingHistory),
    Contribution(CashOnlyHistory),
    Contribution(OutageCall, ("premise_id", "account_id")),
)
OTHERS = (Contribution(Adjustment), Contribution(Interaction, CONVERSATION, required=False))
BY_RECORD = {each.record: each for each in (*CONTRIBUTIONS, *OTHERS)}


def account_stream(
    info: Info, account: Any, reference: LoadResult[AccountReference], record: type, rank: int
) -> Stream:
    """How this account's records of one type are asked."""
    own = BY_RECORD[record]
    keys = reference.records[0] if reference.records else None
    ways = _ways(info, own, account, keys)
    asks = tuple((by, key) for by in ways for key in _keys(by, account, keys) or ())
    error = _why_not(info, own, account, reference) or (None if ways else _unasked(info, own, reference))
    keep = _keep(own, ways, account, keys)
    via = (AccountReference, reference) if own.by is CONVERSATION or {*ways} & {*REFERENCE_KEYS} else None
    return Stream(record.__name__, record, () if error else asks, rank, matches=keep, error=error, via=via)


def _why_not(
    info: Info, own: Contribution, account: Any, reference: LoadResult[AccountReference]
) -> SourceError | None:
    error = reference.error
    return error if error and _hangs_on_it(info, own, account, error) else None


def _unasked(info: Info, own: Contribution, reference: LoadResult[AccountReference]) -> SourceError:
    """Why nobody can be asked: no such system, or nobody knows by which keys."""
    if not any(info.context.loader.has_lookup(own.record, by) for by in own.by):
        return NotConfigured(own.record.__name__)
    return reference.error or InvalidResponse(AccountReference.SYSTEM.name, "no keys of the account")


def _hangs_on_it(info: Info, own: Contribution, account: Any, error: SourceError) -> bool:
    """Whether the missing reference decides how records are asked.

    Asked another way meanwhile, what only the right way finds would be passed over for good: records at
    the account's service points, or without an account.
    """
    if isinstance(error, NotConfigured):
        return False
    offered = [by for by in own.by if info.context.loader.has_lookup(own.record, by)]
    if own.by is CONVERSATION:
        return account.customer_id is not None and "customer_id" in offered
    return bool(offered) and offered[0] in REFERENCE_KEYS


def _ways(info: Info, own: Contribution, account: Any, keys: AccountReference | None) -> tuple[str, ...]:
    """The keys to ask by: the best that is offered.

    For conversations of a customer with one account, that customer too: only so are those without an account
    found (ACT-CALL-4, ACT-CHAT-2); and the account, for those that name no customer.
    """
    offers = info.context.loader.has_lookup
    offered = tuple(by for by in own.by if offers(own.record, by) and _keys(by, account, keys) is not None)
    alone = keys is not None and keys.customer_accounts == 1 and account.customer_id is not None
    return offered if own.by is CONVERSATION and alone else offered[:1]


def _keys(by: str, account: Any, keys: AccountReference | None) -> tuple[str, ...] | None:
    if by == "account_id":
        return (account.id,)
    if by == "customer_id":
        return (account.customer_id,) if account.customer_id else None
    held = None if keys is None else getattr(keys, f"{by}s")
    return None if held is None else tuple(held)


def _keep(
    own: Contribution, ways: tuple[str, ...], account: Any, keys: AccountReference | None
) -> Callable[[Any], bool]:
    if own.of_customer or ways == ACCOUNT:
        return lambda _record: True
    several = own.by is CONVERSATION and not (keys is not None and keys.customer_accounts == 1)
    allowed = (account.id,) if several else (account.id, None)
    return lambda record: record.account_id in allowed


async def account_streams(info: Info, account: Any, records: Sequence[type]) -> list[Stream]:
    """How an account's records of these types are asked; the cross-reference only where it is needed."""
    reference: LoadResult[AccountReference] = LoadResult([], error=NotConfigured("AccountReference"))
    if any(BY_RECORD[each].by != ACCOUNT for each in records):
        reference = await reference_of(info.context.loader, account)
    return [account_stream(info, account, reference, each, rank) for rank, each in enumerate(records)]


async def account_page(
    info: Info,
    account: Any,
    record: type,
    span: DateRange | None,
    first: int | None,
    after: str | None,
    *,
    keep: Callable[[Any], bool] | None = None,
    told: object = None,
) -> ConnectionPage:
    """A page of an account's records of one type. `told` is what `keep` was made from."""
    [own] = await account_streams(info, account, [record])
    if keep is not None:
        both = own.matches
        own = replace(own, matches=lambda each: keep(each) and both(each), unlimited=True)
    of = (record.__name__, account.id, told)
    return await connection_page(info.context, [own], of, span, first, after, account.zone_in(info))

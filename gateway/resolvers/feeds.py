"""Which systems contribute what to an account's lists, and the activity feed made of them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import strawberry

from gateway.context import Info
from gateway.days import Span, checked, earliest, windows
from gateway.errors import BadInput, NotConfigured
from gateway.feed import Bounds, Mark, Marks, Page, Stream, page
from gateway.loaders import Found
from gateway.resolvers.activities import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.bills import Adjustment, Bill
from gateway.resolvers.conversations import Call, Chat, EmailMessage
from gateway.resolvers.credit import (
    CashOnlyHistory,
    CollectionProcess,
    CreditRatingHistory,
    CutProcess,
    PaymentArrangement,
    PayPlanOverdueProcess,
    SeveranceProcess,
    WriteOffProcess,
)
from gateway.resolvers.described import described
from gateway.resolvers.freshness import SourceStatus
from gateway.resolvers.orders import FieldOrder, OutageCall, ServiceOrder
from gateway.resolvers.pages import Made, PageInfo, listed, parsed, scope, size
from gateway.resolvers.payments import Payment
from gateway.resolvers.references import AccountReference, reference_of
from gateway.resolvers.requests import Case, CustomerContact, RebateClaim, ServiceRequest, ServiceTask
from gateway.resolvers.selected import selects
from gateway.resolvers.values import DateRange

ACCOUNT = ("account_id",)
CONVERSATION = ("account_id", "customer_id")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One type of record in an account's lists, and the keys it may be asked by, the best first.

    `of_customer`: it belongs to the customer, whichever account is viewed.
    """

    record: type
    by: tuple[str, ...] = ACCOUNT
    of_customer: bool = False


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
OTHERS = (Contribution(Adjustment),)
BY_RECORD = {each.record: each for each in (*CONTRIBUTIONS, *OTHERS)}


def stream(info: Info, account: Any, reference: Found[AccountReference], record: type, rank: int) -> Stream:
    """How this account's records of one type are asked."""
    own = BY_RECORD[record]
    keys = reference.records[0] if reference.records else None
    by = _way(info, own, account, keys)
    if by is None:
        return Stream(record.__name__, record, "", (), rank, error=NotConfigured(record.__name__))
    asked = _keys(by, account, keys)
    if asked is None:
        error = reference.error or NotConfigured(record.__name__)
        return Stream(record.__name__, record, by, (), rank, error=error)
    return Stream(record.__name__, record, by, asked, rank, keep=_keep(own, by, account, keys))


def _way(info: Info, own: Contribution, account: Any, keys: AccountReference | None) -> str | None:
    offered = [by for by in own.by if info.context.load.offers(own.record, by)]
    alone = keys is not None and keys.customer_accounts == 1 and account.customer_id is not None
    if own.by is CONVERSATION and alone and "customer_id" in offered:
        return "customer_id"  # only so are those without an account found (ACT-CALL-4, ACT-CHAT-2)
    return offered[0] if offered else None


def _keys(by: str, account: Any, keys: AccountReference | None) -> tuple[str, ...] | None:
    if by == "account_id":
        return (account.id,)
    if by == "customer_id":
        return (account.customer_id,) if account.customer_id else None
    held = None if keys is None else getattr(keys, f"{by}s")
    return None if held is None else tuple(held)


def _keep(own: Contribution, by: str, account: Any, keys: AccountReference | None) -> Callable[[Any], bool]:
    if own.of_customer or by == "account_id":
        return lambda _record: True
    several = own.by is CONVERSATION and not (keys is not None and keys.customer_accounts == 1)
    allowed = (account.id,) if several else (account.id, None)
    return lambda record: record.account_id in allowed


async def streams(info: Info, account: Any, records: Sequence[type]) -> list[Stream]:
    """How an account's records of these types are asked; the cross-reference only where it is needed."""
    reference: Found[AccountReference] = Found([], error=NotConfigured("AccountReference"))
    if any(BY_RECORD[each].by != ACCOUNT for each in records):
        reference = await reference_of(info.context.load, account)
    return [stream(info, account, reference, each, rank) for rank, each in enumerate(records)]


async def in_list(
    info: Info,
    account: Any,
    record: type,
    span: DateRange | None,
    first: int | None,
    after: str | None,
    *,
    keep: Callable[[Any], bool] | None = None,
    told: object = None,
) -> Made:
    """A page of an account's records of one type. `told` is what `keep` was made from."""
    [own] = await streams(info, account, [record])
    if keep is not None:
        both = own.keep
        own = Stream(
            own.name,
            own.record,
            own.by,
            own.keys,
            own.rank,
            keep=lambda each: keep(each) and both(each),
            whole=True,
            error=own.error,
        )
    of = (record.__name__, account.id, told)
    return await listed(info.context, [own], of, span, first, after, account.zone_in(info))


# -- the activity feed --


@described
class CustomerActivityEdge:
    """An activity, and where it stands in the feed.

    cursor: hand it back as `after` for what follows it.
    node: the activity.
    """

    cursor: str
    node: CustomerActivity


@described
class ActivityWindow:
    """The window that was searched, and how far back one may go.

    since: its first day.
    until: its last day.
    earliest: the earliest searchable day.
    max_months: how long a range may be, in calendar months.
    history_years: how many years are kept.
    """

    since: date
    until: date
    earliest: date
    max_months: int
    history_years: int


@described
class CategoryCount:
    """How many activities of a category the window holds.

    category: which one.
    count: how many; null where a system that should know did not answer.
    """

    category: ActivityCategory
    count: int | None


@described
class CustomerActivityConnection:
    """A page of the activity feed, newest first. It stays inside one window.

    window: the window that was searched.
    """

    made: strawberry.Private[Made]
    counted: strawberry.Private[Page | None]
    window: ActivityWindow

    @strawberry.field(description="The activities with their cursors.")
    def edges(self) -> list[CustomerActivityEdge]:
        made = self.made
        return [CustomerActivityEdge(cursor=made.cursor(o), node=node) for o, node in made.page.records]

    @strawberry.field(description="The activities alone.")
    def nodes(self) -> list[CustomerActivity]:
        return [node for _, node in self.made.page.records]

    @strawberry.field(
        description="Where the page stands. Where a system was missing, `endCursor` asks for what it owes."
    )
    def page_info(self) -> PageInfo:
        return self.made.info()

    @strawberry.field(description="How many activities the whole window holds, by category asked for.")
    def counts(self) -> list[CategoryCount] | None:
        if self.counted is None:
            return None
        counts: dict[ActivityCategory, int | None] = {}
        for filled in self.counted.filled:
            category = filled.stream.record.CATEGORY  # type: ignore[attr-defined]  # an activity
            known = counts.get(category, 0)
            counts[category] = None if filled.failed or known is None else known + len(filled.records)
        return [CategoryCount(category=category, count=count) for category, count in counts.items()]

    @strawberry.field(
        description="False when a system that should have contributed did not: `sources` says which."
    )
    def complete(self) -> bool:
        return not self.made.page.failed

    @strawberry.field(description="The systems that were to contribute, and how each fared.")
    def sources(self) -> list[SourceStatus]:
        return self.made.sources()


def chosen(categories: Sequence[ActivityCategory] | None, types: Sequence[ActivityType] | None) -> list[type]:
    """The records that match both filters; a filter that is absent or empty lets all through (ACT-RES-1)."""
    return [
        each.record
        for each in CONTRIBUTIONS
        if (not categories or each.record.CATEGORY in categories)  # type: ignore[attr-defined]  # an activity
        and (not types or each.record.TYPE in types)  # type: ignore[attr-defined]  # an activity
    ]


async def activity_feed(
    info: Info,
    account: Any,
    categories: Sequence[ActivityCategory] | None,
    types: Sequence[ActivityType] | None,
    span: DateRange | None,
    first: int | None,
    after: str | None,
) -> CustomerActivityConnection:
    """The next page of everything that happened on an account."""
    zone, today, rules = account.zone_in(info), account.today(info), info.context.rules
    asked = checked(span.since, span.until, today, rules) if span else None
    most = size(first, info.context)
    own = await streams(info, account, chosen(categories, types))
    of = scope("activities", account.id, [s.name for s in own], span and (span.since, span.until))
    anchor, marks = parsed(after, of, own)
    day = _day(anchor) if anchor else today
    top = (asked or Span(day, day)).end(zone)
    spans = [asked] if asked else list(windows(day, rules))
    window = next((each for each in spans if not _spent(marks.all, each, zone)), spans[-1])
    now = info.context.now()
    made, counted = await asyncio.gather(
        page(info.context.load, own, Bounds(window.start(zone), top, zone, now), marks, most),
        _counted(info, own, window, top, zone),
    )
    older = window is not spans[-1]
    return CustomerActivityConnection(
        made=Made(made, of, day.isoformat(), now, older=older),
        counted=counted,
        window=ActivityWindow(
            since=window.since,
            until=window.until,
            earliest=earliest(today, rules),
            max_months=rules.window_months,
            history_years=rules.history_years,
        ),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("That is not a cursor of this list.") from error


def _spent(mark: Mark | None, window: Span, zone: Any) -> bool:
    """Whether everything in the window has been given: its bottom has been passed."""
    return mark is not None and mark.passed() <= Mark(window.start(zone)).passed()


async def _counted(info: Info, own: Sequence[Stream], window: Span, top: Any, zone: Any) -> Page | None:
    """The whole window, only where somebody asks how many there are."""
    if not selects(info, "counts"):
        return None
    whole = [replace(each, whole=True) for each in own]
    now = info.context.now()
    bounds = Bounds(window.start(zone), min(top, window.end(zone)), zone, now)
    return await page(info.context.load, whole, bounds, Marks(), 1)

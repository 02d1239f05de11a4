"""Generated activity feeds, their expected entries, and ways to walk them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from gateway.contract.record import stored_fields
from gateway.ids import global_id
from gateway.resolvers.activity.account_streams import ACTIVITIES
from support.harness import KINDS, NEW_YORK, Harness, Held
from support.rows import row

TYPES = [record.__name__ for record in ACTIVITIES]
ACCOUNT = global_id("BillingAccount", "A")
TODAY = date(2026, 11, 15)
EARLIEST = date(2023, 11, 15)

# Few moments, so that ties across types are frequent: edges of windows, of the range and of the day, both
# halves of the hour that daylight saving repeats, and one moment with two offsets.
MOMENTS = (
    "2026-11-15T11:59:59.999999-05:00",
    "2026-11-15T17:00:00Z",
    "2026-11-15T19:00:00-05:00",
    "2026-11-16T00:00:00-05:00",
    "2026-11-14T09:00:00-05:00",
    "2026-11-14T14:00:00Z",
    "2026-11-01T01:30:00-04:00",
    "2026-11-01T01:30:00-05:00",
    "2026-11-01T00:00:00-04:00",
    "2026-05-15T00:00:00-04:00",
    "2026-05-14T23:59:59.999999-04:00",
    "2025-11-15T05:00:00Z",
    "2025-11-15T04:59:59.999999Z",
    "2024-03-10T07:00:00Z",
    "2023-11-15T00:00:00-05:00",
    "2023-11-14T23:59:59.999999-05:00",
)
DAYS = tuple(sorted({datetime.fromisoformat(each).astimezone(NEW_YORK).date() for each in MOMENTS}))
QUERY = """
query Feed($account: ID!, $first: Int, $after: String, $categories: [ActivityCategory!], $range: DateRange,
           $across: Boolean! = false) {
  billingAccount(id: $account) {
    activities(first: $first, after: $after, categories: $categories, range: $range, acrossWindows: $across) {
      complete
      window { since until earliest }
      sources { system state }
      pageInfo { hasNextPage endCursor owed { system types since until } }
      edges { cursor node { __typename id } }
    }
  }
}
"""
Entry = tuple[str, str]


def has_days(kind: str) -> bool:
    """Whether records of this type have a day, and not a moment, as their time."""
    return stored_fields(KINDS[kind])[str(KINDS[kind].TIME)] is date


@st.composite
def records(draw: st.DrawFn, owners: tuple[str | None, ...] = ("A", None, "B")) -> Held:
    """Up to 24 records of any type, at few moments: of this account, of no account, of another."""
    tables: Held = {}
    for number in range(draw(st.integers(0, 24))):
        kind = draw(st.sampled_from(TYPES))
        cls = KINDS[kind]
        at = draw(st.sampled_from(DAYS)).isoformat() if has_days(kind) else draw(st.sampled_from(MOMENTS))
        fields = {"id": f"{draw(st.integers(0, 9))}{number}", cls.TIME: at}
        tables.setdefault(kind, []).append(row(kind, **fields, **_owner(draw, kind, owners)))
    return tables


def _owner(draw: st.DrawFn, kind: str, owners: tuple[str | None, ...]) -> dict[str, Any]:
    where = {"ServiceOrder": "service_point_id", "FieldOrder": "service_point_id", "OutageCall": "premise_id"}
    account = {"account_id": draw(st.sampled_from(owners))}
    if kind in ("Call", "Chat", "EmailMessage"):
        return {**account, "customer_id": "C"}
    if kind == "OutageCall":
        return {**account, where[kind]: "P1"}
    return {**account, where[kind]: draw(st.sampled_from(("S1", "S2")))} if kind in where else {"account_id": "A"}


def utility(feed: Held, accounts: int = 1) -> Held:
    """The tables of a customer with some accounts, and this feed."""
    reference = {
        "account_id": "A",
        "customer_id": "C",
        "customer_accounts": accounts,
        "premise_ids": ["P1"],
        "service_point_ids": ["S1", "S2"],
    }
    account = row("BillingAccount", id="A", customer_id="C", account_number="1001")
    return {**feed, "BillingAccount": [account], "AccountReference": [reference]}


def expected(feed: Held, accounts: int = 1, since: date = EARLIEST, until: date = TODAY) -> list[Entry]:
    """The entries of the account's feed in order, by the simplest computation."""
    entries: list[tuple[datetime, int, str]] = []
    low = datetime.combine(since, datetime.min.time(), NEW_YORK).astimezone(UTC)
    high = datetime.combine(until + timedelta(days=1), datetime.min.time(), NEW_YORK).astimezone(UTC)
    for kind, rows in feed.items():
        for each in rows:
            at = _instant(each[KINDS[kind].TIME])
            if low <= at < high and visible(kind, each["account_id"], accounts):
                entries.append((at, TYPES.index(kind), each["id"]))
    return [(TYPES[rank], global_id(TYPES[rank], key)) for _, rank, key in sorted(entries, reverse=True)]


def instants(feed: Held) -> dict[Entry, datetime]:
    """When each record of a feed happened."""
    rows = ((kind, each) for kind, rows in feed.items() for each in rows)
    return {(kind, global_id(kind, each["id"])): _instant(each[KINDS[kind].TIME]) for kind, each in rows}


def visible(kind: str, account: str | None, accounts: int) -> bool:
    """Whether account A may show a record of this account or of none."""
    if account == "A":
        return True
    return account is None and (kind not in ("Call", "Chat") or accounts == 1)


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=NEW_YORK)).astimezone(UTC)


@dataclass
class Walk:
    """A feed followed to its end. Pages have the size `first`, or the sizes in turn.

    `before` runs before each page, and may change the harness. `leave` tells after which of its edges each
    page is left, by that edge's cursor; what is left behind has to come again.
    """

    harness: Harness
    first: int | Sequence[int]
    before: Callable[[int], None] = lambda _page: None
    leave: Sequence[int] | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    pages: list[dict[str, Any]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    async def follow(self) -> list[Entry]:
        """Every entry of all pages, until the feed is complete."""
        after = None
        while True:
            self.before(len(self.pages))
            size = self.first if isinstance(self.first, int) else self.first[len(self.pages) % len(self.first)]
            data = await self.harness.ask(QUERY, account=ACCOUNT, first=size, after=after, **self.arguments)
            page = data["billingAccount"]["activities"]
            self.pages.append(page)
            assert len(page["edges"]) <= size
            left = self._left(page["edges"])
            edges = _until(page["edges"], left)
            self.entries += [(edge["node"]["__typename"], edge["node"]["id"]) for edge in edges]
            after = left or page["pageInfo"]["endCursor"]
            if page["complete"] and not page["pageInfo"]["hasNextPage"] and left is None:
                return self.entries
            assert len(self.pages) < 200, "it never ends"

    def _left(self, edges: list[Any]) -> str | None:
        if not self.leave or not edges:
            return None
        return edges[self.leave[len(self.pages) % len(self.leave)] % len(edges)]["cursor"]  # type: ignore[no-any-return]  # JSON


def _until(edges: list[Any], cursor: str | None) -> list[Any]:
    """The edges up to the one with this cursor."""
    last = next((n for n, edge in enumerate(edges) if edge["cursor"] == cursor), len(edges) - 1)
    return edges[: last + 1]


def ordered(edges: list[Any], feed: Held) -> bool:
    """Whether these edges are in the feed's order."""
    order = expected(feed)
    places = [order.index((edge["node"]["__typename"], edge["node"]["id"])) for edge in edges]
    return places == sorted(places)

"""Pages that windows do not cut: their rounds and batches, what they owe, and when to ask for it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.answers import keys
from support.rows import row
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown, SourceError, UpstreamRateLimited, UpstreamUnauthorized
from gateway.resolvers.activity.account_streams import ACTIVITIES
from gateway.resolvers.graph.source_status import SourceSystem

QUERY = """
query($account: ID!, $types: [ActivityType!], $range: DateRange, $first: Int, $after: String,
      $across: Boolean! = true) {
  billingAccount(id: $account) {
    activities(types: $types, range: $range, first: $first, after: $after, acrossWindows: $across) {
      complete
      window { since until }
      pageInfo {
        hasNextPage hasPreviousPage endCursor retryAfterSeconds
        owed { system label types since until code message retryable retryAfterSeconds }
      }
      nodes { __typename id }
    }
  }
}
"""
WINDOWS = ("2026-05-15", "2025-11-15", "2025-05-15", "2024-11-15", "2024-05-15", "2023-11-15")
CONTRIBUTORS = sorted({record.SYSTEM for record in ACTIVITIES} | {SourceSystem.CIS}, key=lambda each: each.name)
# With two accounts, conversations are those of the account.
FEED = sorted(f"{record.__name__} by {record.ACCOUNT_LOOKUPS[0]} x 1" for record in ACTIVITIES)
START = ["AccountReference by account_id x 1", "BillingAccount by id x 1"]


async def feed(at: Harness, **arguments: Any) -> Any:
    """The feed of account A1."""
    return (await at.ask(QUERY, account=ACCOUNT, **arguments))["billingAccount"]["activities"]


def cases(*days: str) -> list[dict[str, Any]]:
    return [row("Case", id=f"{n}", account_id="A1", created_at=f"{day}T12:00:00-05:00") for n, day in enumerate(days)]


def spread(at: Harness) -> None:
    """Three cases in each window, and nothing else."""
    for record in ACTIVITIES:
        at.held[record.__name__] = []
    at.held["Case"] = cases(*(day for since in WINDOWS for day in (since,) * 3))


async def scroll(at: Harness, before: Callable[[int], None] = lambda _page: None, **arguments: Any) -> list[Any]:
    """The pages of a client that follows `hasNextPage` and `endCursor`, and nothing else."""
    pages: list[Any] = []
    after, has_next = None, True
    while has_next:
        before(len(pages))
        pages.append(await feed(at, after=after, **arguments))
        after, has_next = pages[-1]["pageInfo"]["endCursor"], pages[-1]["pageInfo"]["hasNextPage"]
        assert len(pages) < 50, "the scroller loops"
    return pages


@pytest.mark.parametrize(("first", "sizes"), [(18, [18]), (7, [7, 7, 4]), (4, [4, 4, 4, 4, 2]), (9, [9, 9])])
async def test_pages_are_filled_across_windows(at: Harness, first: int, sizes: list[int]) -> None:
    spread(at)
    pages = await scroll(at, first=first)
    assert [len(page["nodes"]) for page in pages] == sizes
    assert len({key for page in pages for key in keys(page["nodes"])}) == 18


async def test_every_page_takes_two_rounds_and_one_batch_per_type(at: Harness) -> None:
    spread(at)
    batches: list[list[str]] = []
    after = None
    for _ in range(3):
        after = (await feed(at, first=7, after=after))["pageInfo"]["endCursor"]
        batches.append(at.gate.batch_names())
        assert len(at.gate.rounds) == 2
    assert batches == [sorted([*START, *FEED])] * 3


async def test_dropped_records_cost_at_most_two_more_rounds(at: Harness) -> None:
    spread(at)
    of_others = {"service_point_id": "S1", "account_id": "A2", "created_at": "2024-01-10T12:00:00-05:00"}
    at.held["ServiceOrder"] = [row("ServiceOrder", id=f"{n}", **of_others) for n in range(300)]
    page = await feed(at, first=5)
    assert len(page["nodes"]) == 5
    assert [len(batches) for batches in at.gate.rounds] == [2, 21, 1, 1]


async def test_the_window_of_a_page_is_all_that_was_searched(at: Harness) -> None:
    spread(at)
    windows = [page["window"] for page in await scroll(at, first=7)]
    assert windows == [
        {"since": WINDOWS[2], "until": "2026-11-15"},
        {"since": WINDOWS[4], "until": "2025-11-14"},
        {"since": WINDOWS[5], "until": "2024-11-14"},
    ]


async def test_a_cursor_of_one_way_of_paging_continues_the_other(at: Harness) -> None:
    spread(at)
    by_window = await feed(at, first=2, across=False)
    following = await feed(at, first=500, after=by_window["pageInfo"]["endCursor"])
    assert len(following["nodes"]) == 16
    assert set(keys(by_window["nodes"])).isdisjoint(keys(following["nodes"]))


async def test_a_range_is_one_list_of_its_own(at: Harness) -> None:
    spread(at)
    pages = await scroll(at, first=2, range={"since": WINDOWS[1], "until": "2026-05-14"})
    assert [len(page["nodes"]) for page in pages] == [2, 1]
    assert pages[-1]["window"] == {"since": WINDOWS[1], "until": "2026-05-14"}


@pytest.mark.parametrize("system", CONTRIBUTORS, ids=lambda each: each.name)
@pytest.mark.parametrize("first", [2, 500])
async def test_a_scroller_ends_while_a_system_is_away(at: Harness, system: SourceSystem, first: int) -> None:
    healthy = {key for page in await scroll(at, first=first) for key in keys(page["nodes"])}
    at.gate.down = {system.name: SourceDown}
    pages = await scroll(at, first=first)
    assert len(pages) <= len(healthy) // first + 1
    assert (pages[-1]["complete"], [each["system"] for each in pages[-1]["pageInfo"]["owed"]]) == (False, [system.name])
    before = [key for page in pages for key in keys(page["nodes"])]
    waiting = await feed(at, first=first, after=pages[-1]["pageInfo"]["endCursor"])
    assert (waiting["nodes"], waiting["pageInfo"]) == ([], {**pages[-1]["pageInfo"], "hasPreviousPage": True})
    at.gate.down = {}
    after, late = waiting["pageInfo"]["endCursor"], list[str]()
    for _ in range(50):
        page = await feed(at, first=first, after=after)
        late += keys(page["nodes"])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert page["pageInfo"]["owed"] == []
    assert sorted([*before, *late]) == sorted(healthy)


async def test_without_it_a_system_away_still_has_a_next_page(at: Harness) -> None:
    at.gate.down = {"EMAIL": SourceDown}
    page = await feed(at, types=["EMAIL"], across=False)
    assert page["pageInfo"]["hasNextPage"]
    assert [each["system"] for each in page["pageInfo"]["owed"]] == ["EMAIL"]


async def test_what_is_owed_has_its_system_types_and_instants(at: Harness) -> None:
    spread(at)
    at.gate.down = {"CONTACT_CENTER": UpstreamUnauthorized, "BILLING": SourceDown}
    first = await feed(at, first=7)
    calls, bills = first["pageInfo"]["owed"]
    assert bills == {
        "system": "BILLING",
        "label": "Billing",
        "types": ["Bill"],
        "since": "2025-05-15T13:00:00-04:00",
        "until": "2026-11-15T23:59:59.999999-05:00",
        "code": "SOURCE_DOWN",
        "message": "Billing did not answer.",
        "retryable": True,
        "retryAfterSeconds": None,
    }
    assert (calls["types"], calls["code"], calls["retryable"]) == (["Call", "Chat"], "SOURCE_FORBIDDEN", False)


async def test_what_is_owed_begins_where_the_system_went_away(at: Harness) -> None:
    spread(at)
    at.held["Case"] = cases(*WINDOWS[:4])
    first = await feed(at, first=2)
    at.gate.down = {"SERVICE": SourceDown}
    second = await feed(at, first=2, after=first["pageInfo"]["endCursor"])
    [owed] = second["pageInfo"]["owed"]
    assert (owed["since"], owed["until"]) == ("2023-11-15T00:00:00-05:00", f"{WINDOWS[1]}T12:00:00-05:00")


async def test_keys_that_are_unknown_are_owed_by_their_own_system(at: Harness) -> None:
    at.gate.down = {"AccountReference by account_id": SourceDown}
    page = await feed(at)
    [owed] = page["pageInfo"]["owed"]
    assert (owed["system"], owed["types"]) == ("CIS", ["Call", "Chat", "ServiceOrder", "FieldOrder", "OutageCall"])


WAITS: dict[str, tuple[dict[str, Callable[[str], SourceError]], int | None]] = {
    "no time is known": ({"EMAIL": SourceDown}, None),
    "of the source": ({"EMAIL": partial(UpstreamRateLimited, retry_after=12.2)}, 13),
    "now": ({"EMAIL": partial(SourceDown, retry_after=0.0)}, 1),
    "the longest": ({"EMAIL": partial(SourceDown, retry_after=7), "SERVICE": partial(SourceDown, retry_after=90)}, 90),
}


@pytest.mark.parametrize(("down", "seconds"), WAITS.values(), ids=WAITS)
async def test_the_page_says_when_to_ask_again(at: Harness, down: Any, seconds: int | None) -> None:
    at.gate.down = down
    info = (await feed(at))["pageInfo"]
    assert info["retryAfterSeconds"] == seconds
    assert len(info["owed"]) == len(down)


async def test_an_open_breaker_says_when_it_tries_again() -> None:
    text = catalog_text().replace("breaker = false", "breaker = { min_calls = 1, open_for = 40 }")
    async with harness(utility(2), text=text) as at:
        at.gate.down = {"EMAIL": SourceDown}
        opening = (await feed(at))["pageInfo"]
        while_open = (await feed(at))["pageInfo"]
    # The first failure opened the breaker; the second question was not sent.
    assert 30 < while_open["retryAfterSeconds"] <= opening["retryAfterSeconds"] <= 40


async def test_a_complete_page_owes_nothing(at: Harness) -> None:
    info = (await feed(at))["pageInfo"]
    assert (info["owed"], info["retryAfterSeconds"], info["hasNextPage"]) == ([], None, False)


async def test_a_system_that_is_not_connected_owes_nothing() -> None:
    async with harness(utility(2), text=catalog_text(["CONTACT_CENTER"])) as at:
        page = await feed(at)
    assert (page["complete"], page["pageInfo"]["owed"]) == (True, [])


async def test_rows_that_cannot_be_read_are_not_owed(at: Harness) -> None:
    at.held["ServiceRequest"].append(row("ServiceRequest", id="odd", account_id="A1") | {"state": "???"})
    page = await feed(at)
    assert (page["complete"], page["pageInfo"]["owed"], page["pageInfo"]["hasNextPage"]) == (False, [], False)

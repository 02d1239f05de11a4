"""The activity feed, page after page to its end, while systems go away and come back."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from support.faults.fault_kinds import ALL, FAULTS
from support.faults.faulty_utility import FaultyGateway, FaultyUtility, faulty_gateway
from support.faults.oracle_wording import HEALTHY, leaks, unhealthy_systems, wrong_errors
from support.faults.requests import page_of_feed

from gateway.resolvers.records import RECORDS

pytestmark = pytest.mark.anyio
CASE = "plain residential"
SIZE = 12
MOST = 120  # pages: far more than there are
CONTRIBUTORS = (
    "service",
    "service_orders",
    "field_work",
    "contact_center",
    "email",
    "self_service",
    "outage",
    "cis",
    "billing",
    "payments",
    "collections",
)
BEFALLS = ("error json", "cut", "types values", "shape bare", "others", "duplicates")
EVERY = tuple((system, fault, begins) for system in CONTRIBUTORS for fault in BEFALLS for begins in (0, 2))
TURNS = EVERY if ALL else EVERY[::5]  # so that each system and each fault begins at once, and later
Node = dict[str, Any]


@dataclass
class Walk:
    """A reader of the feed, who goes on from where the last page ended."""

    day: FaultyGateway
    nodes: list[Node] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    after: str | None = None
    ended: bool = False

    async def turn(self) -> dict[str, Any]:
        """Read one page; one that is null is to be asked for again."""
        body = dict(await self.day.ask(page_of_feed(CASE, self.after, SIZE)))
        account = (body["data"] or {}).get("billingAccount")
        page = account and account["activities"]
        if page is not None:
            self.pages.append(page)
            self.nodes += [each["node"] for each in page["edges"]]
            self.ended = not page["pageInfo"]["hasNextPage"]
            self.after = page["pageInfo"]["endCursor"] or self.after
        return body

    async def to_the_end(self) -> None:
        """Read on until there is no next page."""
        for _ in range(MOST):
            if self.ended:
                return
            await self.turn()
        pytest.fail("the feed has no end")


async def _whole(day: FaultyGateway) -> list[Node]:
    day.faults.clear()
    walk = Walk(day)
    await walk.to_the_end()
    assert all(page["complete"] for page in walk.pages)
    return walk.nodes


@pytest.fixture(scope="module")
async def whole(day: FaultyGateway) -> list[Node]:
    """The feed of a day without faults."""
    return await _whole(day)


def _owed(page: dict[str, Any], faulty: frozenset[str]) -> frozenset[str]:
    """The systems that a page says it lacks: it is complete exactly where there are none."""
    named = unhealthy_systems(page)
    assert named <= faulty
    assert page["complete"] == (not named)
    return named


def _by_id(nodes: list[Node]) -> dict[str, Node]:
    found = {each["id"]: each for each in nodes}
    assert len(found) == len(nodes), "a record was given twice"
    return found


@pytest.mark.parametrize(("system", "fault", "begins"), TURNS)
async def test_a_feed_read_across_a_fault_gives_each_record_once_and_none_in_silence(
    day: FaultyGateway, whole: list[Node], system: str, fault: str, begins: int
) -> None:
    walk, faulty = Walk(day), day.systems_of(system)
    for _ in range(begins):
        await walk.turn()
    day.befall(system, FAULTS[fault])
    for _ in range(3):
        body = await walk.turn()
        assert [*wrong_errors(body, faulty), *leaks(body)] == []
    day.faults.clear()
    await walk.to_the_end()
    for page in walk.pages:
        _owed(page, faulty)
    assert _by_id(walk.nodes) == _by_id(whole)


@pytest.mark.parametrize("system", [each for each in CONTRIBUTORS if each != "cis"])
async def test_what_a_feed_lacks_to_its_end_is_what_its_pages_say_they_lack(
    day: FaultyGateway, whole: list[Node], system: str
) -> None:
    walk, faulty = Walk(day), day.systems_of(system)
    day.befall(system, FAULTS["error json"])
    before: object = walk
    while not walk.ended and before != (walk.after, len(walk.nodes)):
        before = (walk.after, len(walk.nodes))
        await walk.turn()
        assert len(walk.pages) < MOST
    day.faults.clear()
    owed = frozenset().union(*(_owed(page, faulty) for page in walk.pages))
    assert not walk.ended, "it owes something, and says that it is at its end"
    lacking = _lacking(whole, walk.nodes)
    assert {RECORDS[each["__typename"]].SYSTEM.name for each in lacking} <= owed
    await walk.to_the_end()
    assert _by_id(walk.nodes) == _by_id(whole)


def _lacking(whole: list[Node], given: list[Node]) -> list[Node]:
    ids = _by_id(given).keys()
    return [each for each in whole if each["id"] not in ids]


async def test_a_feed_read_while_a_system_keeps_silent_says_so_on_each_page(utility: FaultyUtility) -> None:
    async with faulty_gateway(utility, impatient=("email",)) as day:
        whole, walk = await _whole(day), Walk(day)
        day.befall("email", FAULTS["silence"])
        for _ in range(3):
            await walk.turn()
        assert [
            [each["state"] for each in page["sources"] if each["state"] not in HEALTHY] for page in walk.pages
        ] == [["TIMEOUT"]] * 3
        day.faults.clear()
        await walk.to_the_end()
        assert _by_id(walk.nodes) == _by_id(whole)

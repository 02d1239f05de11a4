"""The activity feed, read to its end while systems fail and recover."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.faults.fault_kinds import ALL, FAULTS
from support.faults.faulty_utility import FaultyGateway, FaultyUtility, faulty_gateway
from support.faults.oracle_wording import HEALTHY, leaks, unhealthy_systems, wrong_errors
from support.faults.requests import GraphQLRequest, full_page_of_feed, page_of_feed

from gateway.resolvers.records import RECORDS

pytestmark = pytest.mark.anyio
CASE = "plain residential"
SIZE = 12
MAX_PAGES = 120  # pages: far more than the feed has
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
FEED_FAULTS = ("error json", "cut", "types values", "shape bare", "others", "duplicates")
EVERY = tuple((system, fault, begins) for system in CONTRIBUTORS for fault in FEED_FAULTS for begins in (0, 2))
TURNS = EVERY if ALL else EVERY[::5]  # each system and each fault, at the start and later
Node = dict[str, Any]


@dataclass
class FeedReader:
    """A reader of the feed that continues where the last page ended."""

    gateway: FaultyGateway
    request: Callable[..., GraphQLRequest] = page_of_feed
    nodes: list[Node] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    after: str | None = None
    ended: bool = False

    async def read_page(self) -> dict[str, Any]:
        """Read a page; if it is null, the next call reads it again."""
        body = dict(await self.gateway.ask(self.request(CASE, self.after, SIZE)))
        account = (body["data"] or {}).get("billingAccount")
        page = account and account["activities"]
        if page is not None:
            self.pages.append(page)
            self.nodes += [each["node"] for each in page["edges"]]
            self.ended = not page["pageInfo"]["hasNextPage"]
            self.after = page["pageInfo"]["endCursor"] or self.after
        return body

    async def read_to_end(self) -> None:
        """Read until there is no next page."""
        for _ in range(MAX_PAGES):
            if self.ended:
                return
            await self.read_page()
        pytest.fail("the feed does not end")


@pytest.fixture(scope="module")
async def healthy_feed(gateway: FaultyGateway) -> list[Node]:
    """The feed without faults."""
    gateway.faults.clear()
    reader = FeedReader(gateway)
    await reader.read_to_end()
    assert all(page["complete"] for page in reader.pages)
    return reader.nodes


def _missing_systems(page: dict[str, Any], faulty: frozenset[str]) -> frozenset[str]:
    """The systems that a page reports as missing; it is complete exactly if there are none."""
    unhealthy = unhealthy_systems(page)
    assert unhealthy <= faulty
    assert page["complete"] == (not unhealthy)
    return unhealthy


def _by_id(nodes: list[Node]) -> dict[str, Node]:
    nodes_by_id = {each["id"]: each for each in nodes}
    assert len(nodes_by_id) == len(nodes), "a record was returned twice"
    return nodes_by_id


def _with_days_of(healthy_feed: list[Node], nodes: list[Node]) -> dict[str, Node]:
    """The nodes by id. Those that say that their day is unknown, as without the CIS, have it from the healthy feed."""
    healthy, day = _by_id(healthy_feed), ("occurredOn", "occurredOnState")
    unknown = {each["id"] for each in nodes if each["occurredOnState"] == "UNKNOWN"}
    days = {key: {name: healthy[key][name] for name in day} for key in unknown & healthy.keys()}
    return {key: {**node, **days.get(key, {})} for key, node in _by_id(nodes).items()}


@pytest.mark.parametrize(("system", "fault", "begins"), TURNS)
async def test_a_feed_read_across_a_fault_returns_each_record_once(
    gateway: FaultyGateway, healthy_feed: list[Node], system: str, fault: str, begins: int
) -> None:
    reader, faulty = FeedReader(gateway), gateway.systems_of(system)
    for _ in range(begins):
        await reader.read_page()
    gateway.set_faults(system, FAULTS[fault])
    for _ in range(3):
        body = await reader.read_page()
        assert [*wrong_errors(body, faulty), *leaks(body)] == []
    gateway.faults.clear()
    await reader.read_to_end()
    for page in reader.pages:
        _missing_systems(page, faulty)
    assert _with_days_of(healthy_feed, reader.nodes) == _by_id(healthy_feed)


@pytest.mark.parametrize("system", [each for each in CONTRIBUTORS if each != "cis"])
async def test_pages_report_every_system_whose_records_are_missing(
    gateway: FaultyGateway, healthy_feed: list[Node], system: str
) -> None:
    reader, faulty = FeedReader(gateway), gateway.systems_of(system)
    gateway.set_faults(system, FAULTS["error json"])
    before: object = reader
    while not reader.ended and before != (reader.after, len(reader.nodes)):
        before = (reader.after, len(reader.nodes))
        await reader.read_page()
        assert len(reader.pages) < MAX_PAGES
    gateway.faults.clear()
    missing = frozenset().union(*(_missing_systems(page, faulty) for page in reader.pages))
    assert not reader.ended, "records are missing, but the feed says it is at its end"
    absent = _absent(healthy_feed, reader.nodes)
    assert {RECORDS[each["__typename"]].SYSTEM.name for each in absent} <= missing
    await reader.read_to_end()
    assert _with_days_of(healthy_feed, reader.nodes) == _by_id(healthy_feed)


def _absent(healthy_feed: list[Node], returned: list[Node]) -> list[Node]:
    ids = _by_id(returned).keys()
    return [each for each in healthy_feed if each["id"] not in ids]


@pytest.mark.parametrize("system", CONTRIBUTORS)
async def test_a_scroller_across_windows_ends_while_a_system_fails(
    gateway: FaultyGateway, healthy_feed: list[Node], system: str
) -> None:
    reader, faulty = FeedReader(gateway, full_page_of_feed), gateway.systems_of(system)
    gateway.set_faults(system, FAULTS["error json"])
    await reader.read_to_end()
    assert len(reader.pages) <= len(healthy_feed) // SIZE + 1
    assert all(len(page["edges"]) == SIZE for page in reader.pages[:-1])
    owed = {each["system"] for each in reader.pages[-1]["pageInfo"]["owed"]}
    assert owed == _missing_systems(reader.pages[-1], faulty)
    gateway.faults.clear()
    reader.ended = False
    await reader.read_to_end()
    assert _with_days_of(healthy_feed, reader.nodes) == _by_id(healthy_feed)


async def test_each_page_reports_a_system_that_hangs(utility: FaultyUtility, healthy_feed: list[Node]) -> None:
    async with faulty_gateway(utility, impatient=("email",)) as gateway:
        reader = FeedReader(gateway)
        gateway.set_faults("email", FAULTS["silence"])
        for _ in range(3):
            await reader.read_page()
        for page in reader.pages:
            [state] = [each["state"] for each in page["sources"] if each["state"] not in HEALTHY]
            assert state in ("TIMEOUT", "OVERLOADED")  # the latter where this machine was late
        gateway.faults.clear()
        await reader.read_to_end()
        assert _with_days_of(healthy_feed, reader.nodes) == _by_id(healthy_feed)

"""What is asked in one moment goes out as one question, and everybody is answered."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rows import row
from support.world import NEW_YORK, World, catalog_text, world

from gateway.contract.batch import Answers, Batch, Fetch, Position, Window
from gateway.errors import InvalidResponse, NotConfigured, SourceDown, SourceError
from gateway.loading.finder import Finder, LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.contact.conversations import Call
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.service.requests import Case

START = datetime(2026, 1, 1, tzinfo=UTC)
CASES = [
    row("Case", id=f"{n}", account_id=f"A{n % 3}", created_at=(START + timedelta(days=n // 2)).isoformat())
    for n in range(24)
]
INSTANTS = st.none() | st.integers(-1, 13).map(lambda day: START + timedelta(days=day))
WINDOWS = st.builds(
    Window,
    since=INSTANTS,
    until=INSTANTS,
    limit=st.none() | st.integers(1, 5),
    after=st.none() | st.integers(0, 23).map(lambda n: Position(START + timedelta(days=n // 2), f"{n}")),
    zone=st.just(NEW_YORK),
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module: its utility outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[World]:  # noqa: ARG001  # its loop lives as long
    """A utility with two dozen cases, two at each moment."""
    async with world({"Case": CASES}, text=catalog_text(["CONTACT_CENTER"])) as made:
        yield made


@pytest.fixture
def load(at: World) -> Loader:
    """The loaders of one request."""
    at.fill({"Case": CASES, "Bill": [row("Bill", id="B", account_id="A1", issued_on="2026-03-01")]})
    at.gate.forget()
    return Loader(at.engine.finder)


def over(at: World, fetch: Fetch) -> Loader:
    """The loaders of a request whose every source is asked by this fetch."""
    catalog = at.engine.finder.catalog
    return Loader(Finder(catalog, dict.fromkeys(catalog.sources, fetch), lambda _error: None))


async def test_keys_asked_in_one_moment_go_out_as_one_batch(at: World, load: Loader) -> None:
    await asyncio.gather(*(load.load(Case, "account_id", key) for key in ("A0", "A1", "A2", "A1")))
    assert [each.keys for each in at.gate.batches] == [("A0", "A1", "A2")]


async def test_days_of_another_zone_are_never_told_from_this_one_s(at: World, load: Loader) -> None:
    chicago = ZoneInfo("America/Chicago")
    everything, some = Window(zone=NEW_YORK), Window(until=START + timedelta(days=90), limit=1, zone=chicago)
    await asyncio.gather(*(load.load(Bill, "account_id", "A1", each) for each in (everything, some)))
    assert [each.window for each in at.gate.batches] == [everything, some]


async def test_one_question_is_asked_once_however_late_it_comes_again(at: World, load: Loader) -> None:
    first = await load.many(Case, "account_id", "A0")
    assert await load.many(Case, "account_id", "A0") is first
    assert len(at.gate.batches) == 1


async def test_two_lookups_are_two_batches_in_one_round(at: World, load: Loader) -> None:
    await asyncio.gather(load.many(Case, "account_id", "A0"), load.many(Bill, "account_id", "A1"))
    assert [len(each) for each in at.gate.rounds] == [2]


async def test_what_wakes_up_in_the_same_round_still_joins_it(at: World, load: Loader) -> None:
    async def after_a_few_steps(steps: int) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)
        await load.load(Case, "account_id", f"A{steps}")

    await asyncio.gather(*(after_a_few_steps(steps) for steps in range(3)))
    assert [each.keys for each in at.gate.batches] == [("A0", "A1", "A2")]


async def test_the_wider_question_answers_the_narrower(at: World, load: Loader) -> None:
    window = Window(zone=NEW_YORK, limit=5)
    wide = load.load(Case, "account_id", "A0", window)
    small = load.load(Case, "account_id", "A0", Window(START + timedelta(days=9), zone=NEW_YORK, limit=2))
    assert [each.id for each in (await wide).records] == ["21", "18", "15", "12", "9"]
    assert [each.id for each in (await small).records] == ["21", "18"]
    assert [(each.window.limit, each.window.since) for each in at.gate.batches] == [(5, None)]
    assert len((await load.load(Case, "account_id", "A0", window)).records) == 5
    assert len(at.gate.batches) == 1


@settings(max_examples=60, deadline=None)
@given(asked=st.lists(st.tuples(st.sampled_from(("A0", "A1", "A2")), WINDOWS), min_size=1, max_size=6))
async def test_whatever_is_asked_together_is_answered_as_if_asked_alone(
    at: World, asked: list[tuple[str, Window]]
) -> None:
    together = Loader(at.engine.finder)
    found = await asyncio.gather(*(together.load(Case, "account_id", key, window) for key, window in asked))
    for (key, window), each in zip(asked, found, strict=True):
        alone = await Loader(at.engine.finder).load(Case, "account_id", key, window)
        assert [case.id for case in each.records] == [case.id for case in alone.records]


async def test_each_key_has_its_own_error(at: World, load: Loader) -> None:
    at.gate.down["A1"] = SourceDown
    good, bad = await asyncio.gather(*(load.load(Case, "account_id", key) for key in ("A0", "A1")))
    assert (good.error, len(good.records)) == (None, 8)
    assert (type(bad.error), bad.records) == (SourceDown, [])
    with pytest.raises(SourceDown):
        await load.many(Case, "account_id", "A1")


async def test_a_row_that_does_not_fit_costs_its_own_key_only(at: World, load: Loader) -> None:
    at.held["Case"].append({**row("Case", id="x", account_id="A1"), "is_open": "perhaps"})
    good, bad = await asyncio.gather(*(load.load(Case, "account_id", key) for key in ("A0", "A1")))
    assert good.error is None
    assert isinstance(bad.error, InvalidResponse)
    assert "perhaps" not in bad.error.reason


async def test_a_key_left_out_of_the_answers_has_no_records(load: Loader) -> None:
    found = await load.load(Case, "account_id", "nobody")
    assert (found.records, found.error) == ([], None)
    assert await load.one(Case, "account_id", "nobody") is None


async def test_a_system_that_nobody_connected_is_not_configured(at: World, load: Loader) -> None:
    found = await load.load(Call, "account_id", "A0")
    assert isinstance(found.error, NotConfigured)
    assert not load.has_lookup(Call, "account_id")
    assert at.gate.batches == []


async def test_a_primed_record_is_not_asked_for(at: World, load: Loader) -> None:
    known: LoadResult[Any] = LoadResult([object()])
    load.prime(BillingAccount, "id", "A0", known)
    load.prime(BillingAccount, "id", "A0", LoadResult([]))
    assert await load.load(BillingAccount, "id", "A0") is known
    assert at.gate.batches == []


async def test_a_fetch_that_raises_leaves_nobody_waiting(at: World) -> None:
    flights: list[Any] = []

    async def broken(_batch: Batch) -> Answers:
        flights.append(asyncio.current_task())
        raise RuntimeError("a bug")

    load = over(at, broken)
    narrower = Window(limit=1)
    asked = [load.load(Case, "account_id", "A0"), load.load(Case, "account_id", "A0", narrower)]
    told = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
    assert [type(each) for each in told] == [RuntimeError, RuntimeError]
    await asyncio.gather(*flights, return_exceptions=True)


async def test_a_fetch_that_forgets_a_key_answers_it_with_nothing(at: World) -> None:
    async def forgetful(_batch: Batch) -> Mapping[str, SourceError]:
        return {}

    assert (await over(at, forgetful).load(Case, "account_id", "A0")).records == []


async def test_a_request_that_ends_takes_its_questions_with_it(at: World) -> None:
    ended: list[str] = []
    began = asyncio.Event()

    async def endless(batch: Batch) -> Answers:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(batch.lookup.name)
        return {}

    load = over(at, endless)
    asked = [load.load(Case, "account_id", "A0"), load.load(Case, "account_id", "A0", Window(limit=1))]
    await began.wait()
    load.close()
    assert all(
        isinstance(each, asyncio.CancelledError)
        for each in await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
    )
    assert (ended, load.tasks) == (["Case by account_id"], set())

"""Loads of one moment become one batch, and every load gets its result."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import NEW_YORK, Harness, catalog_text, harness
from support.rows import row

from gateway.contract.batch import Answers, Batch, Fetch, Position, Window
from gateway.errors import InvalidResponse, NotConfigured, SourceDown, SourceError
from gateway.loading.finder import Finder, LoadResult
from gateway.loading.loader import Loader
from gateway.loading.releases import SLICE
from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.contact.conversations import Call
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.service.cases import Case

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
    """One event loop for the module, as its utility outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    """A utility with 24 cases, two at each moment."""
    async with harness({"Case": CASES}, text=catalog_text(["CONTACT_CENTER"])) as at:
        yield at


@pytest.fixture
def loader(at: Harness) -> Loader:
    at.fill({"Case": CASES, "Bill": [row("Bill", id="B", account_id="A1", issued_on="2026-03-01")]})
    at.gate.clear()
    return Loader(at.engine.finder)


def loader_over(at: Harness, fetch: Fetch) -> Loader:
    """A loader whose sources all use this fetch."""
    catalog = at.engine.finder.catalog
    return Loader(Finder(catalog, dict.fromkeys(catalog.sources, fetch), lambda _error: None))


async def test_keys_of_one_moment_become_one_batch(at: Harness, loader: Loader) -> None:
    await asyncio.gather(*(loader.load(Case, "account_id", key) for key in ("A0", "A1", "A2", "A1")))
    assert [batch.keys for batch in at.gate.batches] == [("A0", "A1", "A2")]


async def test_windows_in_different_zones_are_separate_batches(at: Harness, loader: Loader) -> None:
    chicago = ZoneInfo("America/Chicago")
    everything, some = Window(zone=NEW_YORK), Window(until=START + timedelta(days=90), limit=1, zone=chicago)
    await asyncio.gather(*(loader.load(Bill, "account_id", "A1", window) for window in (everything, some)))
    assert [batch.window for batch in at.gate.batches] == [everything, some]


async def test_a_key_is_loaded_once_per_request(at: Harness, loader: Loader) -> None:
    first = await loader.load(Case, "account_id", "A0")
    assert await loader.load(Case, "account_id", "A0") is first
    assert len(at.gate.batches) == 1


async def test_two_lookups_are_two_batches_in_one_round(at: Harness, loader: Loader) -> None:
    await asyncio.gather(loader.load(Case, "account_id", "A0"), loader.load(Bill, "account_id", "A1"))
    assert [len(batches) for batches in at.gate.rounds] == [2]


async def test_loads_of_later_event_loop_passes_join_the_batch(at: Harness, loader: Loader) -> None:
    async def after_a_few_steps(steps: int) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)
        await loader.load(Case, "account_id", f"A{steps}")

    await asyncio.gather(*(after_a_few_steps(steps) for steps in range(3)))
    assert [batch.keys for batch in at.gate.batches] == [("A0", "A1", "A2")]


async def test_a_wider_window_answers_a_narrower_one(at: Harness, loader: Loader) -> None:
    window = Window(zone=NEW_YORK, limit=5)
    wide = loader.load(Case, "account_id", "A0", window)
    small = loader.load(Case, "account_id", "A0", Window(START + timedelta(days=9), zone=NEW_YORK, limit=2))
    assert [case.id for case in (await wide).records] == ["21", "18", "15", "12", "9"]
    assert [case.id for case in (await small).records] == ["21", "18"]
    assert [(batch.window.limit, batch.window.since) for batch in at.gate.batches] == [(5, None)]
    assert len((await loader.load(Case, "account_id", "A0", window)).records) == 5
    assert len(at.gate.batches) == 1


@settings(max_examples=60, deadline=None)
@given(loads=st.lists(st.tuples(st.sampled_from(("A0", "A1", "A2")), WINDOWS), min_size=1, max_size=6))
async def test_coalesced_loads_give_the_same_results_as_separate_ones(
    at: Harness, loads: list[tuple[str, Window]]
) -> None:
    loader = Loader(at.engine.finder)
    results = await asyncio.gather(*(loader.load(Case, "account_id", key, window) for key, window in loads))
    for (key, window), result in zip(loads, results, strict=True):
        separate = await Loader(at.engine.finder).load(Case, "account_id", key, window)
        assert [case.id for case in result.records] == [case.id for case in separate.records]


async def test_each_key_has_its_own_error(at: Harness, loader: Loader) -> None:
    at.gate.down["A1"] = SourceDown
    good, bad = await asyncio.gather(*(loader.load(Case, "account_id", key) for key in ("A0", "A1")))
    assert (good.error, len(good.records)) == (None, 8)
    assert (type(bad.error), bad.records) == (SourceDown, [])


async def test_an_invalid_row_fails_its_own_key_only(at: Harness, loader: Loader) -> None:
    at.held["Case"].append({**row("Case", id="x", account_id="A1"), "is_open": "perhaps"})
    good, bad = await asyncio.gather(*(loader.load(Case, "account_id", key) for key in ("A0", "A1")))
    assert good.error is None
    assert isinstance(bad.error, InvalidResponse)
    assert "perhaps" not in bad.error.reason


async def test_a_key_without_an_answer_has_no_records(loader: Loader) -> None:
    result = await loader.load(Case, "account_id", "nobody")
    assert (result.records, result.error) == ([], None)


async def test_a_lookup_without_a_source_is_not_configured(at: Harness, loader: Loader) -> None:
    result = await loader.load(Call, "account_id", "A0")
    assert isinstance(result.error, NotConfigured)
    assert not loader.has_lookup(Call, "account_id")
    assert at.gate.batches == []


async def test_a_primed_record_is_not_loaded(at: Harness, loader: Loader) -> None:
    primed: LoadResult[Any] = LoadResult([object()])
    loader.prime(BillingAccount, "id", "A0", primed)
    loader.prime(BillingAccount, "id", "A0", LoadResult([]))
    assert await loader.load(BillingAccount, "id", "A0") is primed
    assert at.gate.batches == []


async def test_a_fetch_that_raises_fails_its_loads(at: Harness) -> None:
    tasks: list[Any] = []

    async def broken(_batch: Batch) -> Answers:
        tasks.append(asyncio.current_task())
        raise RuntimeError("a bug")

    loader = loader_over(at, broken)
    narrower = Window(limit=1)
    loads = [loader.load(Case, "account_id", "A0"), loader.load(Case, "account_id", "A0", narrower)]
    errors = await asyncio.wait_for(asyncio.gather(*loads, return_exceptions=True), 5)
    assert [type(error) for error in errors] == [RuntimeError, RuntimeError]
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_key_that_a_fetch_leaves_out_has_no_records(at: Harness) -> None:
    async def forgetful(_batch: Batch) -> Mapping[str, SourceError]:
        return {}

    assert (await loader_over(at, forgetful).load(Case, "account_id", "A0")).records == []


async def test_closing_the_loader_cancels_its_loads(at: Harness) -> None:
    ended: list[str] = []
    started = asyncio.Event()

    async def endless(batch: Batch) -> Answers:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(batch.lookup.name)
        return {}

    loader = loader_over(at, endless)
    loads = [loader.load(Case, "account_id", "A0"), loader.load(Case, "account_id", "A0", Window(limit=1))]
    await started.wait()
    loader.close()
    results = await asyncio.wait_for(asyncio.gather(*loads, return_exceptions=True), 5)
    assert [type(result) for result in results] == [asyncio.CancelledError] * 2
    assert (ended, loader.tasks) == (["Case by account_id"], set())


async def test_resolvers_of_several_loads_work_in_turns(at: Harness) -> None:
    loader, worked = Loader(at.engine.finder), list[int]()

    async def resolve(number: int) -> None:
        await asyncio.gather(*(loader.load(Case, "id", f"{key}") for key in range(3)))
        await loader.turn(SLICE)
        worked.append(number)

    resolving = [asyncio.create_task(resolve(number)) for number in range(50)]
    most = 0
    while not all(task.done() for task in resolving):
        before = len(worked)
        await asyncio.sleep(0)
        most = max(most, len(worked) - before)
    assert (sorted(worked), most) == (list(range(50)), 1)


async def test_turns_end_with_their_loader(at: Harness) -> None:
    loader = Loader(at.engine.finder)
    turns = [asyncio.create_task(loader.turn(SLICE)) for _ in range(3)]
    await asyncio.sleep(0)
    await loader.drain()
    late = asyncio.create_task(loader.turn(SLICE))
    await asyncio.wait([*turns, late])
    assert [task.cancelled() for task in [*turns, late]] == [False, True, True, True]

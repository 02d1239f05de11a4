"""One contract for every adapter: each theorem holds in each harness."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sources import harness_graphql, harness_memory, harness_rest, harness_sql
from support.sources import harness_green_button as harness_espi

from gateway.contract.batch import ALL_ROWS, Answer, Answers, Batch, Lookup, Position, Row, Source, Window
from gateway.contract.paths import Key
from gateway.contract.windows import SortKey, apply_window, sort_key
from gateway.errors import SourceError

MODULES = (harness_memory, harness_sql, harness_graphql, harness_rest, harness_espi)
HARNESSES = {name: opened for each in MODULES for name, opened in each.HARNESSES.items()}
NEW_YORK = ZoneInfo("America/New_York")

# Harnesses in which any text can be a key.
ANY_TEXT = ("memory", "graphql", "sqlite: text", "sqlite: view, epoch", "postgres: text", "postgres: view")

OWNERS = ("7", "23", "417", "1000000")
UNKNOWN = ("24", "999999999999", "007", "7.0", " 7", "x")
NASTY = (
    "'; DROP TABLE notes; --",
    '" OR "1"="1',
    "../admin",
    "..",
    ".",
    "a/b?x=1&owner=7#z",
    "%",
    "100%25",
    "_",
    "7,23",
    "[7]",
    "$1",
    ":owner",
    "{key}",
    "Zoë 名前 🙂",
    "two\nlines",
    "back\\slash",
    "",
)

START = datetime(2026, 3, 7, 22, 30, tzinfo=UTC)
# Few moments, near and far: within a second, and in hours that daylight saving skips or repeats.
MOMENTS = (
    *(START + timedelta(minutes=17 * n) for n in range(40)),
    *(START + timedelta(hours=5, microseconds=n) for n in (1, 2, 500_000, 999_999)),
    *(datetime(2026, 11, 1, 4, 30, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(6)),
    *(START - timedelta(days=30 * n) for n in range(1, 20)),
)


def notes(owner: Key, count: int, step: int) -> list[Row]:
    """Notes with many ties in time; their ids sort differently as text and as numbers."""
    moments = [MOMENTS[(n * step) % len(MOMENTS)] for n in range(count)]
    return [
        {
            "id": f"{'aBéb'[n % 4]}{n}-{owner}",
            "owner": owner,
            "at": moment.isoformat().replace("+00:00", "Z"),
            "note": f"note {n} of {owner}",
        }
        for n, moment in enumerate(moments)
    ]


ROWS = [row for n, owner in enumerate(OWNERS) for row in notes(owner, 18 * n + 12, n + 1)]
NASTY_ROWS = [row | {"id": f"nasty {n}"} for n, key in enumerate(NASTY) for row in notes(key, 1, 1)]
ENDS = sorted({m + timedelta(microseconds=d) for m in MOMENTS for d in (-1, 0, 1)})


@dataclass(frozen=True)
class Harness:
    """A source over the same rows as all others, and its answer to every key."""

    name: str
    source: Source
    lookup: Lookup
    everything: dict[Key, Sequence[Row]] = field(repr=False)

    async def ask(self, keys: Sequence[Key], window: Window = ALL_ROWS) -> Answers:
        return await self.source.fetch(Batch(self.lookup, tuple(keys), window))

    def expected(self, key: Key, window: Window) -> list[str]:
        """The ids that the window holds, derived from everything."""
        rows = self.everything.get(key, ())
        stamped: list[tuple[SortKey, str]] = [(sort_key(self.lookup, row, window), row["id"]) for row in rows]
        return [name for _, name in apply_window(window, stamped)]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=HARNESSES)
async def harness(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # anyio's
    async with HARNESSES[request.param]([*ROWS, *NASTY_ROWS]) as opened:
        source, lookup = opened[0], opened[1]
        answers = await source.fetch(Batch(lookup, OWNERS))
        yield Harness(request.param, source, lookup, {key: rows(answers, key) for key in OWNERS})


def rows(answers: Answers, key: Key) -> Sequence[Row]:
    """The rows of a key. Raises its error."""
    answer = answers.get(key, Answer((), datetime.now(UTC)))
    if isinstance(answer, SourceError):
        raise AssertionError(f"{key}: {answer} {answer.reason}")
    return answer.rows


def ids(answers: Answers, key: Key) -> list[str]:
    return [row["id"] for row in rows(answers, key)]


async def test_every_key_gets_exactly_its_rows(harness: Harness):
    for owner in OWNERS:
        assert sorted(row["id"] for row in harness.everything[owner]) == sorted(
            row["id"] for row in ROWS if row["owner"] == owner
        )
        assert all(str(row["note"]).endswith(f" of {owner}") for row in harness.everything[owner])


async def test_times_keep_the_precision_of_their_format(harness: Harness):
    given = {row["id"]: datetime.fromisoformat(row["at"]) for row in ROWS}
    for owner in OWNERS:
        for row in harness.everything[owner]:
            moment, name = sort_key(harness.lookup, row, Window(zone=NEW_YORK))
            assert abs(moment - given[name]) <= timedelta(days=1)


async def test_one_key_gets_the_same_rows_as_among_many(harness: Harness):
    for owner in OWNERS:
        assert ids(await harness.ask([owner]), owner) == [row["id"] for row in harness.everything[owner]]


async def test_unknown_keys_are_left_out(harness: Harness):
    answers = await harness.ask([*UNKNOWN, *OWNERS])
    assert not any(ids(answers, key) for key in UNKNOWN)
    assert all(ids(answers, owner) == harness.expected(owner, ALL_ROWS) for owner in OWNERS)
    for key in UNKNOWN:
        assert not ids(await harness.ask([key]), key)


def windows() -> st.SearchStrategy[Window]:
    ends = st.none() | st.sampled_from(ENDS)
    names = st.sampled_from(sorted(row["id"] for row in ROWS)) | st.sampled_from(["", "~", "\0", "B"])
    return st.builds(
        Window,
        since=ends,
        until=ends,
        limit=st.none() | st.integers(1, 60),
        after=st.none() | st.builds(Position, time=st.sampled_from(ENDS), id=names),
        zone=st.sampled_from([ZoneInfo("UTC"), NEW_YORK]),
    )


@given(window=windows(), keys=st.lists(st.sampled_from(OWNERS), min_size=1, unique=True))
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_window_holds_the_same_rows_in_every_source(harness: Harness, window: Window, keys: list[Key]):
    answers = await harness.ask(keys, window)
    assert {key: ids(answers, key) for key in keys} == {key: harness.expected(key, window) for key in keys}


@pytest.mark.parametrize("size", [1, 2, 7])
async def test_pages_return_every_row_once_and_in_order(harness: Harness, size: int):
    owner, window, pages = OWNERS[1], Window(limit=size), []
    while True:
        page = rows(await harness.ask([owner], window), owner)
        if not page:
            break
        pages += [row["id"] for row in page]
        moment, name = sort_key(harness.lookup, page[-1], window)
        window = replace(window, after=Position(moment.astimezone(UTC), name))
    assert pages == harness.expected(owner, ALL_ROWS)


@pytest.mark.parametrize("first", [1, 3, 7, 15])
async def test_without_a_time_the_first_rows_start_the_whole_list(harness: Harness, first: int):
    untimed = replace(harness.lookup, time=None)
    few, more = [
        await harness.source.fetch(Batch(untimed, OWNERS, Window(first=count))) for count in (first, first + 5)
    ]
    for owner in OWNERS:
        whole = {row["id"] for row in harness.everything[owner]}
        assert len(ids(few, owner)) == min(first, len(whole))
        assert ids(few, owner) == ids(more, owner)[:first]
        assert set(ids(few, owner)) <= whole


async def test_a_key_is_data_and_matches_only_its_rows(harness: Harness):
    expected = {key: f"nasty {n}" for n, key in enumerate(NASTY)}
    together = await harness.ask(NASTY)
    for key in NASTY:
        for answers in (together, await harness.ask([key])):
            answer = answers.get(key)
            seen = [row["id"] for row in answer.rows] if isinstance(answer, Answer) else []
            assert seen in ([expected[key]], []), key
            assert seen or not harness.name.startswith(ANY_TEXT), key
    assert ids(await harness.ask(["7"]), "7") == harness.expected("7", ALL_ROWS)


async def test_five_thousand_keys_get_their_rows(harness: Harness):
    many = [f"9{n:06d}" for n in range(5_000)]
    keys = [*many[:2_500], *OWNERS, *many[2_500:]]
    answers = await harness.ask(keys, Window(limit=3))
    assert {key: ids(answers, key) for key in OWNERS} == {key: harness.expected(key, Window(limit=3)) for key in OWNERS}
    assert not any(ids(answers, key) for key in many)


async def test_an_answer_has_the_time_of_its_request(harness: Harness):
    before = datetime.now(UTC)
    answer = (await harness.ask([OWNERS[0]]))[OWNERS[0]]
    assert isinstance(answer, Answer)
    assert before <= answer.as_of <= datetime.now(UTC)
    assert not answer.from_cache


async def test_a_probe_returns_rows_with_key_and_time(harness: Harness):
    for row in await harness.source.probe(harness.lookup):
        assert set(harness.lookup.columns) <= set(row)

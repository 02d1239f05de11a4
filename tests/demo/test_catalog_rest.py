from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.rest_answers import ANSWERS, MOMENTS, NEVER_FILLED
from support.demo.rest_catalog import Lookup, Opened, documents, never_filled, opened
from support.demo.rest_codes import WORDS, WORDS_IN_LISTS
from support.demo.rest_expected import LOOKUPS

from gateway.contract.batch import Row, Window
from gateway.contract.paths import value_at
from gateway.resolvers.records import RECORDS

NEW_YORK = ZoneInfo("America/New_York")
READ: Mapping[str, Callable[[Any], datetime]] = {
    "iso": datetime.fromisoformat,
    # In UTC: Python never compares a time in a repeated hour equal to one of another zone.
    "new york": lambda text: datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC),
    "seconds": lambda number: datetime.fromtimestamp(number, UTC),
    "milliseconds": lambda number: datetime.fromtimestamp(number / 1000, UTC),
}
HALF_A_YEAR = Window(datetime(2026, 5, 15, tzinfo=NEW_YORK), datetime(2026, 11, 2, tzinfo=NEW_YORK), 5)
TIMED = [lookup for lookup in LOOKUPS if getattr(RECORDS[lookup[0]], "TIME", None)]


def lookup_id(lookup: Lookup) -> str:
    return " by ".join(lookup)


each_lookup = pytest.mark.parametrize("lookup", LOOKUPS, ids=lookup_id)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, so that the systems start once."""
    return "asyncio"


@pytest.fixture(scope="module")
async def rest(demo: DemoFolder) -> AsyncIterator[Opened]:
    async with opened(demo) as opened_rest:
        yield opened_rest


def of(record: Any, path: str) -> Any:
    """The value at a dotted path of a record, or None."""
    for name in path.split("."):
        record = getattr(record, name, None)
    return getattr(record, "value", record)


async def all_records(rest: Opened, demo: DemoFolder, lookup: Lookup) -> list[Any]:
    return await rest.records(lookup, LOOKUPS[lookup].ids(demo))


async def test_the_catalog_has_exactly_these_lookups(rest: Opened):
    assert set(rest.catalog.entries) == set(LOOKUPS)


@each_lookup
async def test_every_key_gets_all_its_records(rest: Opened, demo: DemoFolder, lookup: Lookup):
    expected = LOOKUPS[lookup].ids(demo)
    read = rest.entry(lookup).mapper.read
    rows = await rest.rows(lookup, [*expected, "0000000000"])
    ids = {key: sorted(read(row).id for row in some) for key, some in rows.items()}
    assert ids == expected


@each_lookup
async def test_the_probe_of_the_check_is_answered(rest: Opened, lookup: Lookup):
    entry = rest.entry(lookup)
    for row in await rest.sources[entry.lookup.source].probe(entry.lookup):
        entry.mapper.read(row)


@pytest.mark.parametrize("lookup", TIMED, ids=lookup_id)
async def test_a_window_returns_each_keys_newest_records_inside_it(rest: Opened, demo: DemoFolder, lookup: Lookup):
    ids = LOOKUPS[lookup].ids(demo)
    kind = ANSWERS[lookup[0], "id"][0]
    at = {name: when for name, (when, _) in documents(demo, LOOKUPS[lookup].store, kind).items()}
    assert HALF_A_YEAR.since
    assert HALF_A_YEAR.until
    start, end = HALF_A_YEAR.since.timestamp(), HALF_A_YEAR.until.timestamp()
    expected: dict[str, list[str]] = {}
    for key, names in ids.items():
        inside = sorted(((at[name] or 0, name) for name in names), reverse=True)
        newest = [name for when, name in inside if start <= when < end][: HALF_A_YEAR.limit]
        if newest:
            expected[key] = newest
    read = rest.entry(lookup).mapper.read
    rows = await rest.rows(lookup, ids, HALF_A_YEAR)
    assert {key: [read(row).id for row in some] for key, some in rows.items() if some} == expected


@pytest.mark.parametrize("lookup", ANSWERS, ids=lookup_id)
async def test_records_equal_their_documents(rest: Opened, demo: DemoFolder, lookup: Lookup):
    kind, fields = ANSWERS[lookup]
    raw = documents(demo, LOOKUPS[lookup].store, kind)
    records = await all_records(rest, demo, lookup)
    assert records
    for record in records:
        body = raw[record.id][1]
        assert {ours: of(record, ours) for ours in fields} == {
            ours: value_at(body, tuple(theirs.split("."))) for ours, theirs in fields.items()
        }


@pytest.mark.parametrize("lookup", [each for each in ANSWERS if each in TIMED], ids=lookup_id)
async def test_records_have_the_times_of_their_documents(rest: Opened, demo: DemoFolder, lookup: Lookup):
    raw = documents(demo, LOOKUPS[lookup].store, ANSWERS[lookup][0])
    records = await all_records(rest, demo, lookup)
    moments = {record.id: getattr(record, record.TIME).timestamp() for record in records}
    assert moments == {name: at for name, (at, _) in raw.items()}


@pytest.mark.parametrize("lookup", MOMENTS, ids=lookup_id)
async def test_times_are_read_in_their_systems_format(rest: Opened, demo: DemoFolder, lookup: Lookup):
    raw = documents(demo, LOOKUPS[lookup].store, ANSWERS[lookup][0])
    for record in await all_records(rest, demo, lookup):
        form, fields = MOMENTS[lookup]
        for ours, theirs in fields.items():
            written = value_at(raw[record.id][1], tuple(theirs.split(".")))
            assert getattr(record, ours) == (None if written is None else READ[form](written))


@pytest.mark.parametrize("case", WORDS, ids=lambda case: f"{lookup_id(case[0])}: {case[1]}")
async def test_every_code_has_its_value(
    rest: Opened, demo: DemoFolder, case: tuple[Lookup, str, str, Mapping[str, str]]
):
    lookup, ours, theirs, words = case
    row = await any_row(rest, demo, lookup, lambda _: True)
    read = rest.entry(lookup).mapper.read
    assert {code: getattr(read({**row, theirs: code}), ours).name for code in words} == words


@pytest.mark.parametrize("case", WORDS_IN_LISTS, ids=lambda case: f"{lookup_id(case[0])}: {case[1][0]}.{case[2][0]}")
async def test_every_code_in_a_list_has_its_value(
    rest: Opened, demo: DemoFolder, case: tuple[Lookup, tuple[str, str], tuple[str, str], Mapping[str, str]]
):
    lookup, (our_list, their_list), (ours, theirs), words = case
    row = await any_row(rest, demo, lookup, lambda row: bool(row[their_list]))
    coded = [{**row[their_list][0], theirs: code} for code in words]
    items = getattr(rest.entry(lookup).mapper.read({**row, their_list: coded}), our_list)
    assert [getattr(item, ours).name for item in items] == list(words.values())


async def any_row(rest: Opened, demo: DemoFolder, lookup: Lookup, fits: Callable[[Row], bool]) -> Row:
    rows = await rest.rows(lookup, LOOKUPS[lookup].ids(demo))
    return next(row for some in rows.values() for row in some if fits(row))


async def test_chat_messages_keep_their_times_and_texts(rest: Opened, demo: DemoFolder):
    raw = documents(demo, "contact_center", "chat")
    for chat in await all_records(rest, demo, ("Chat", "id")):
        messages = [(READ["new york"](m["ts"]), m["text"]) for m in raw[chat.id][1]["messages"]]
        assert [(message.at, message.text) for message in chat.transcript] == messages


async def test_media_segments_keep_their_order_and_agents(rest: Opened, demo: DemoFolder):
    raw = documents(demo, "interactions", "media_item")
    for item in await all_records(rest, demo, ("MediaItem", "id")):
        segments = [(s["seq"], s["secs"], (s["agent"] or {}).get("id")) for s in raw[item.id][1]["segments"]]
        assert [(s.sequence, s.duration_seconds, of(s, "agent.id")) for s in item.segments] == segments


async def test_identifiers_are_complete_and_not_masked(rest: Opened, demo: DemoFolder):
    raw = documents(demo, "crm", "party")
    for person in await all_records(rest, demo, ("Person", "id")):
        identifiers = [(i["type"], i["value"], False) for i in raw[person.id][1]["identifiers"]]
        assert [(i.kind.name, i.value, i.is_masked) for i in person.identifiers] == identifiers


async def test_an_outage_has_the_requested_premise(rest: Opened, demo: DemoFolder):
    lookup = ("OutageEvent", "premise_id")
    rows = await rest.rows(lookup, LOOKUPS[lookup].ids(demo))
    read = rest.entry(lookup).mapper.read
    assert all(read(row).premise_id == key for key, some in rows.items() for row in some)


async def test_every_field_is_filled_except_those_never_stored(rest: Opened, demo: DemoFolder):
    by_type: dict[str, list[Any]] = {}
    for lookup in LOOKUPS:
        by_type.setdefault(lookup[0], []).extend(await all_records(rest, demo, lookup))
    unfilled = {field for name, records in by_type.items() for field in never_filled(name, RECORDS[name], records)}
    assert unfilled == NEVER_FILLED

"""The catalog's lookups of the demo's databases: every row is found, read and equals what is stored."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.demo.catalog_expected_money import ALL
from support.demo.catalog_utilities import (
    LOOKUPS,
    CatalogUtility,
    lookup_table,
    plain,
    postgres_utility,
    sqlite_utility,
)
from support.demo.demo_folders import DemoFolder

from gateway.contract.batch import Window
from gateway.contract.windows import apply_window, sort_key
from gateway.loading.finder import time_and_id
from gateway.mapping.field_specs import SPEC_WORDS

NEW_YORK = ZoneInfo("America/New_York")
TIMED = [(r, by) for r, by in LOOKUPS if by != "id"]
every_lookup = pytest.mark.parametrize(("record", "by"), LOOKUPS, ids=[" by ".join(each) for each in LOOKUPS])

# Fields that the generator never fills in a small utility.
NEVER = {
    "BillSegment.quantities.time_of_use",
    "CashOnlyHistory.comments",
    "CreditRatingHistory.comments",
    "PayPlanOverdueProcess.ended_at",
    "PayPlanOverdueProcess.status_reason.code",
    "PayPlanOverdueProcess.status_reason.description",
}


@pytest.fixture(scope="module")
def truth(demo: DemoFolder) -> CatalogUtility:
    return sqlite_utility(demo.folder)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def harness(
    request: pytest.FixtureRequest, truth: CatalogUtility, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CatalogUtility]:
    if request.param == "sqlite":
        yield truth
        return
    with postgres_utility(truth, tmp_path_factory.mktemp("services")) as other:
        yield other


def filled_fields(prefix: str, value: Any) -> Iterator[str]:
    """The paths of all leaves in a record that are not null."""
    if isinstance(value, list):
        for item in value:
            yield from filled_fields(prefix, item)
    elif is_dataclass(value):
        for each in fields(value):
            if each.init:
                yield from filled_fields(f"{prefix}.{each.name}", getattr(value, each.name))
    elif value is not None:
        yield prefix


def mapped_fields(prefix: str, spec: Any) -> Iterator[str]:
    """The paths of all fields that the catalog maps."""
    inner = spec.get("fields") if isinstance(spec, dict) and "items" in spec else spec
    if isinstance(inner, dict) and not set(inner) <= SPEC_WORDS:
        for name, each in inner.items():
            yield from mapped_fields(f"{prefix}.{name}", each)
    else:
        yield prefix


@every_lookup
async def test_every_row_is_found_by_its_key(harness: CatalogUtility, record: str, by: str) -> None:
    counts = Counter(key for key, _, _ in await harness.everything(record, by))
    stored = harness.keys(record, by)
    if lookup_table(record, by).get("match") == "prefix":
        assert counts == {key: sum(other.startswith(key) for other in stored) for key in set(stored)}
    else:
        assert counts == Counter(stored)


@every_lookup
async def test_records_equal_what_is_stored(harness: CatalogUtility, record: str, by: str) -> None:
    fields_of, expected = ALL.get(f"{record} by {by}") or ALL[record]
    shown_records = Counter(fields_of(each) for _, _, each in await harness.everything(record, by))
    stored = Counter(expected(row) for row in harness.raw(record, by))
    if lookup_table(record, by).get("match") == "prefix":  # also found by its prefix
        shown_records, stored = Counter(set(shown_records)), Counter(set(stored))
    assert shown_records == stored


@every_lookup
async def test_every_mapped_field_has_a_value_somewhere(truth: CatalogUtility, record: str, by: str) -> None:
    values = {name for _, _, item in await truth.everything(record, by) for name in filled_fields(record, item)}
    values |= {name.removesuffix(".amount") for name in values}  # money may consist of its amount alone
    values |= {name.removesuffix(".code") for name in values}
    mapped = {
        name
        for field, spec in lookup_table(record, by)["fields"].items()
        for name in mapped_fields(f"{record}.{field}", spec)
    }
    assert mapped - values - NEVER == set()


@pytest.mark.parametrize(("record", "by"), TIMED, ids=[" by ".join(each) for each in TIMED])
async def test_a_window_has_exactly_the_records_inside_it(harness: CatalogUtility, record: str, by: str) -> None:
    entry = harness.entry(record, by)
    if entry.lookup.time is None:
        return
    window = Window(datetime(2026, 3, 3, tzinfo=NEW_YORK), datetime(2026, 11, 14, tzinfo=NEW_YORK), 3, zone=NEW_YORK)
    rows: dict[str, list[Any]] = {}
    for key, row, each in await harness.everything(record, by):
        when, name = time_and_id(each, window)
        assert (when, name) == sort_key(entry.lookup, row, window)
        rows.setdefault(key, []).append(((when, name), row))
    expected = {key: tuple(row for _, row in apply_window(window, stamped)) for key, stamped in rows.items()}
    answers = plain(await harness.ask(record, by, window))
    filled = {key: rows for key, rows in answers.items() if rows}
    assert filled == {key: rows for key, rows in expected.items() if rows}
    assert any(expected.values())


@pytest.mark.parametrize("record", ["CreditRatingHistory", "CashOnlyHistory"])
def test_credit_entries_take_effect_on_their_creation_day(truth: CatalogUtility, record: str) -> None:
    for row in truth.raw(record, "account_id"):
        created = datetime.fromisoformat(row["CRE_DTTM"]).replace(tzinfo=UTC)
        assert created.astimezone(NEW_YORK).date() == date.fromisoformat(row["START_DT"])

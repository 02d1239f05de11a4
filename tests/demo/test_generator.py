"""The demo's data is reproducible, has its columns' types, and has the planned size."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from support.demo.demo_folders import DemoFolder

from gateway_demo.cases.index import CASES
from gateway_demo.generate.customer_rows import customer_rows
from gateway_demo.generate.generator import CHUNK, generate
from gateway_demo.plan.clock import NEW_YORK
from gateway_demo.plan.rows import Rows
from gateway_demo.stores.schemas import DATABASES, SERVICES

CUSTOMERS = 100
SEED = 360
TIMES = {
    "service_request": ("openedDate", 1),
    "service_order": ("created_at", 1),
    "field_order": ("createdTime", 1000),
    "call": ("started_at", 1),
    "email": ("sentAt", 1),
    "service_task": ("created", 1),
    "outage_call": ("ReceivedAt", 1),
    "outage": ("StartedAt", 1),
    "interaction": ("start", 1),
    "interaction_activity": ("start", 1),
    "media_item": ("start", 1),
    "note": ("created", 1),
}


def digest(numbers: Iterator[int] | range, seed: int = SEED) -> str:
    data = hashlib.sha256()
    for n in numbers:
        rows = Rows()
        customer_rows(n, seed, rows)
        for table, values in rows.by_table.items():
            data.update(f"{table.name}{values}".encode())
    return data.hexdigest()


def test_the_same_seed_gives_the_same_data() -> None:
    assert digest(range(91, 111)) == digest(range(91, 111))
    assert digest(range(91, 111)) != digest(range(91, 111), seed=7)


def test_a_customer_is_the_same_at_any_demo_size(demo: DemoFolder, tmp_path: Path) -> None:
    generate(tmp_path, customers=30, seed=SEED)
    small = DemoFolder(tmp_path)
    question = "SELECT * FROM BL_BILL WHERE ACCT_ID < '3000003100' ORDER BY BILL_ID"
    mine = [tuple(row) for row in small.ask("billing", question)]
    assert mine
    assert mine == [tuple(row) for row in demo.ask("billing", question)]


def test_memory_holds_one_chunk_of_customers() -> None:
    rows = Rows()
    for n in range(100, 100 + CHUNK):
        customer_rows(n, SEED, rows)
    assert sum(map(len, rows.by_table.values())) < 4_000 * CHUNK


def test_planted_ids_do_not_depend_on_the_seed(tmp_path: Path) -> None:
    generate(tmp_path, customers=len(CASES), seed=1)
    other = DemoFolder(tmp_path)
    accounts = {row["ACCT_ID"] for row in other.ask("cis", "SELECT ACCT_ID FROM CI_ACCT")}
    assert {case.account_id for case in CASES if case.account_id} <= accounts


# ---- the documents ---------------------------------------------------------------------------


@pytest.mark.parametrize("system", SERVICES)
def test_a_body_carries_its_time(demo: DemoFolder, system: str) -> None:
    for kind in SERVICES[system].tables:
        if kind not in TIMES:
            continue
        name, scale = TIMES[kind]
        for row in demo.ask(system, f'SELECT at, body FROM "{kind}"'):  # noqa: S608 - our own table names
            value = json.loads(row["body"])[name]
            epoch = value / scale if isinstance(value, int) else datetime.fromisoformat(value).timestamp()
            assert epoch == row["at"]


def test_a_chat_carries_its_local_time(demo: DemoFolder) -> None:
    for row in demo.ask("contact_center", "SELECT at, body FROM chat"):
        value = datetime.fromisoformat(json.loads(row["body"])["started_at"])
        assert value.tzinfo is None
        assert value.replace(tzinfo=NEW_YORK).timestamp() == row["at"]


@pytest.mark.parametrize("system", [*DATABASES, *SERVICES])
def test_every_column_has_values_of_its_type(demo: DemoFolder, system: str) -> None:
    for name, table in {**DATABASES, **SERVICES}[system].tables.items():
        rows = demo.ask(system, f'SELECT * FROM "{name}" LIMIT 2000')  # noqa: S608 - our own table names
        assert rows, name
        for column in table.columns:
            kinds = {type(row[column.name]) for row in rows} - {type(None)}
            whole = "INT" in str(column.type)
            assert kinds <= {int if whole else str}, f"{name}.{column.name}: {kinds}"


# ---- cardinalities ---------------------------------------------------------------------------


def test_an_ordinary_account_has_about_a_hundred_and_fifty_records() -> None:
    feed = {
        "BL_BILL",
        "pay",
        "call",
        "chat",
        "email",
        "service_task",
        "service_request",
        "CI_CC",
        "CI_CASE",
        "CI_REBATE",
        "service_order",
        "field_order",
        "CC_COLL_PROC",
        "CC_SEV_PROC",
        "CC_CUT_PROC",
        "CC_WO_PROC",
        "CC_PPOD_PROC",
        "CC_PAY_ARR",
        "CC_RATING_ENTRY",
        "CC_CASH_ENTRY",
        "outage_call",
    }
    rows = Rows()
    for n in range(200, 280):
        customer_rows(n, SEED, rows)
    counts = {table.name: len(values) for table, values in rows.by_table.items()}
    records_per_account = sum(counts[name] for name in feed if name in counts) / counts["CI_ACCT"]
    assert 120 < records_per_account < 190
    assert 1.0 < counts["CI_ACCT"] / 80 < 1.5

"""SYSTEMS.md describes every column and every field of every document."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gateway_demo
from gateway_demo.cases.customers import PLANTED
from gateway_demo.generate.customer_rows import customer_rows, shared_rows
from gateway_demo.plan.rows import Rows
from gateway_demo.stores.schemas import DATABASES, SERVICES

MANUAL = (Path(gateway_demo.__file__).parent / "SYSTEMS.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    """The section of a table or kind."""
    return MANUAL.split(f"### `{name}`", 1)[1].split("\n#", 1)[0]


def names(body: Any) -> Iterator[str]:
    """Every field name of a document, also of nested objects."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield name
            if name not in {"agent", "author"}:
                yield from names(value)
    if isinstance(body, list):
        for value in body:
            yield from names(value)


@pytest.fixture(scope="module")
def documents() -> dict[str, set[str]]:
    rows = shared_rows(360)
    for n in range(1, len(PLANTED) + 1):
        customer_rows(n, 360, rows)
    return {
        table.name: {name for row in values for name in names(json.loads(row[-1]))}
        for table, values in rows.by_table.items()
        if "body" in table.columns
    }


@pytest.mark.parametrize("system", DATABASES)
def test_every_column_is_described(system: str) -> None:
    for name, table in DATABASES[system].tables.items():
        for column in table.columns:
            line = next(line for line in section(name).splitlines() if f"| `{column.name}` |" in line)
            assert str(column.comment).replace("|", "/") in line


def test_every_field_of_every_document_is_described(documents: dict[str, set[str]]) -> None:
    kinds = {table for meta in SERVICES.values() for table in meta.tables}
    assert set(documents) == kinds - {"search_term", "outage_premise", "account_party"}
    missing = {(kind, name) for kind, fields in documents.items() for name in fields if name not in section(kind)}
    assert missing == set()


def test_rows_refuse_unknown_columns() -> None:
    table = next(iter(DATABASES["cis"].tables.values()))
    with pytest.raises(ValueError, match="missing or unknown columns"):
        Rows().add(table, ACCT_ID="1")

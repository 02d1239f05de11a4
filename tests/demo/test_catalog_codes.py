"""Every code that SYSTEMS.md lists for the databases has its value in the catalog, used or not."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest
from support.demo.catalog_utilities import DEMO, LOOKUPS, lookup_table

MANUAL = (
    (DEMO.parent / "SYSTEMS.md").read_text(encoding="utf-8").split("## Codes and their values")[1].split("\n## ")[0]
)
VALUE = re.compile(r"((?:\w+, )*\w+) ([A-Z_]{3,})(?:[,;]|$)")


def lists() -> Iterator[tuple[str, Mapping[str, str]]]:
    """The coded columns, as `TABLE.COLUMN`, with the value of each code."""
    for line in MANUAL.splitlines():
        if line.count("|") == 4 and "`" in line and "yes/no" not in line:
            _, _, columns, text, _ = line.split("|")
            values = {c: word for codes, word in VALUE.findall(text.strip()) for c in codes.split(", ")}
            for column in re.findall("`([^`]+)`", columns):
                yield column if "." in column else f"*.{column}", values


def coded(specs: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every column with mapped values other than yes and no, and the values."""
    for spec in specs.values():
        if isinstance(spec, dict) and any(isinstance(word, str) for word in spec.get("values", {}).values()):
            yield spec["path"], spec["values"]


# Not listed in the manual: units give the service, pay plans have one origin, and the codes of claims are open.
UNLISTED = {("daily_read", "uom"), ("interval_read", "uom"), ("CC_PP_PAY", "ORIG_CD"), ("CI_REBATE", "STAT_CD")}
CASES = [
    pytest.param(f"{table['at']}.{column}", words, id=f"{record} by {by}: {column}")
    for record, by in LOOKUPS
    for table in [lookup_table(record, by)]
    for column, words in coded(table["fields"])
    if (table["at"], column) not in UNLISTED
]


@pytest.mark.parametrize(("column", "words"), CASES)
def test_every_code_has_its_value(column: str, words: Mapping[str, str]) -> None:
    listed = next(listed for pattern, listed in lists() if fnmatchcase(column, pattern))
    assert {code: word for code, word in words.items() if code != "*"} == listed

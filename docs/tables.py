"""Writes the generated tables of the documentation: `make docs`.

A table stands between `<!-- name -->` and `<!-- /name -->`. `tests/test_docs.py` compares.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from gateway.cache.policy import CachePolicy
from gateway.catalog.policies import Policies
from gateway.catalog.thresholds import Thresholds
from gateway.config.docstrings import field_descriptions
from gateway.config.reference import variable_reference
from gateway.resilience.circuit import BreakerPolicy
from gateway.resilience.concurrency_limit import ConcurrencyPolicy
from gateway.resilience.retry import RetryPolicy
from gateway.resolvers.insights.rules.table import documentation_rows
from gateway_demo.cases.markdown import cases_table


def insights_table() -> str:
    """Every insight: code, area, severities, and when it is raised."""
    rows = [
        f"| `{code}` | {area} | {severities} | {raised_when.rstrip('.')} |"
        for code, area, severities, raised_when in documentation_rows()
    ]
    return "\n".join(["| code | area | severity | raised when |", "|---|---|---|---|", *rows])


def thresholds_table() -> str:
    """Every threshold with its default and what it is for."""
    said, default = field_descriptions(Thresholds), Thresholds()
    names = Thresholds.__struct_fields__
    rows = [f"| `{name}` | {_plain(getattr(default, name))} | {said[name]} |" for name in names]
    return "\n".join(["| `[insights]` | default | meaning |", "|---|---|---|", *rows])


def _plain(value: object) -> str:
    return ", ".join(f'"{each}"' for each in value) if isinstance(value, tuple) else str(value)


TABLES: dict[str, type[msgspec.Struct]] = {
    "cache": CachePolicy,
    "retry": RetryPolicy,
    "breaker": BreakerPolicy,
    "concurrency": ConcurrencyPolicy,
}


def policies_table() -> str:
    """Every word of a source that says how it is kept, spared and asked again, each with its default."""
    said = field_descriptions(Policies)
    rows = ["| word | default | meaning |", "|---|---|---|"]
    for word, default in msgspec.structs.asdict(Policies()).items():
        rows.append(f"| **`{word}`** | {'on' if default else 'off'} | {said[word]} |")
        rows += _inside(word, TABLES[word]) if word in TABLES else []
    return "\n".join(rows)


def _inside(word: str, table: type[msgspec.Struct]) -> list[str]:
    said, fields = field_descriptions(table), msgspec.structs.fields(table)
    return [f"| `{word}.{each.name}` | {_default(each)} | {said[each.name]} |" for each in fields]


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "(required)"
    return "" if field.default is None else str(field.default)


def variables_table() -> str:
    """Every environment variable."""
    rows = ["| variable | default | value | meaning |", "|---|---|---|---|"]
    for name, default, expected, meaning in variable_reference():
        rows.append(f"| `{name}` | {_default_text(default)} | {expected} | {meaning} |")
    return "\n".join(rows)


def _default_text(default: str) -> str:
    return default if default in {"", "(required)"} else f"`{default}`"


PAGES = Path(__file__).parent
GENERATED: dict[str, Callable[[], str]] = {
    "insights": insights_table,
    "thresholds": thresholds_table,
    "words": policies_table,
    "cases": cases_table,
    "variables": variables_table,
}


def with_tables(page: str) -> str:
    """A page with all its generated tables renewed."""
    for name, table in GENERATED.items():
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        page = block.sub(lambda match, text=table: f"{match[1]}{text()}\n{match[2]}", page)
    return page


if __name__ == "__main__":
    for file in sorted(PAGES.glob("*.md")):
        file.write_text(with_tables(file.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stdout.write(f"{file.name}\n")

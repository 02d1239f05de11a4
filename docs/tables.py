"""Writes the generated tables of the documentation: `make docs`.

A table stands between `<!-- name -->` and `<!-- /name -->`. `tests/test_docs.py` compares.
"""

import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from docs.reference import variable_reference, word_reference
from gateway.access.audiences import AUDIENCES
from gateway.access.caller import Scope
from gateway.authentication.api_keys import KeyTable
from gateway.cache.redis.keys import RedisKeys
from gateway.cache.redis.store import CONNECT_TIMEOUT, RedisStore, redis_backend
from gateway.cache.store import BoundedMemory, MemoryStore
from gateway.catalog.renamed_words import RENAMED as RENAMED_WORDS
from gateway.config.unknown_variables import RENAMED as RENAMED_VARIABLES
from gateway.errors.reasons import Code, Reason
from gateway.resolvers.graph.personal import PiiKind
from gateway.resolvers.insights.rules.table import documentation_rows
from gateway.server.instrumentation import Instrumentation
from gateway.server.monitoring import MetricsCollector
from gateway.sources.kinds import KINDS
from gateway.store.keys import KeyRow
from gateway.telemetry.source_stats import SourceStats
from gateway_demo.cases.markdown import cases_table

POLICIES = ("cache", "retry", "breaker", "concurrency", "hedge")


def markdown(heads: str, rows: Iterable[Iterable[str]]) -> str:
    """A table; its heads are separated by commas."""
    head = heads.split(", ")
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines).replace("|  |", "| |")


def code(text: str) -> str:
    return text if text in {"", "(required)"} else f"`{text}`"


def insights_table() -> str:
    """Every insight: code, area, severities, when it is raised, and what helps."""
    rows = documentation_rows()
    return markdown(
        "code, area, severity, raised when, action (screen)",
        ([code(name), area, level, raised.rstrip("."), action] for name, area, level, raised, action in rows),
    )


def scopes_table() -> str:
    """Every scope of a caller."""
    return markdown("scope, opens", ([code(each.value), each.opens] for each in Scope))


def audiences_table() -> str:
    """Every audience of the schema."""
    return markdown("audience, knows", ([code(name), knows] for name, knows in AUDIENCES.items()))


def pii_table() -> str:
    """Every kind of personal data."""
    return markdown(
        "kind, what it is; what a masked value shows", ([code(each.name), each.description] for each in PiiKind)
    )


def codes_table() -> str:
    """Every code of an error."""
    return markdown("code, meaning", ([code(each.name), each.value] for each in Code))


def reasons_table() -> str:
    """Every reason of BAD_INPUT."""
    return markdown("reason, meaning", ([code(each.name), each.value] for each in Reason))


def variables_table() -> str:
    """Every environment variable."""
    rows = ([code(name), code(default), value, meaning] for name, default, value, meaning in variable_reference())
    return markdown("variable, default, value, meaning", rows)


def words_table(table: str, *, policies: bool = False) -> str:
    """The words of one table of the catalog; of a source, its policies or all but those."""
    rows = [
        [code(word), code(default), meaning]
        for place, word, default, meaning in word_reference()
        if place == table and (word.split(".")[0] in POLICIES) == policies
    ]
    return markdown("word, default, meaning", rows)


def renamed_table() -> str:
    """Every renamed environment variable and catalog word."""
    variables = [["environment", code(old), code(new)] for old, new in RENAMED_VARIABLES.items()]
    words = [
        [f"catalog: `{table}`", code(old), code(new)]
        for table, renamed in RENAMED_WORDS.items()
        for old, new in renamed.items()
    ]
    return markdown("where, 0.1.0, now", [*variables, *words])


async def _no_keys() -> Sequence[KeyRow]:
    return ()


def metrics_table() -> str:
    """Every metric, as a gateway with one source would expose it: name, labels, meaning."""
    redis = RedisStore(redis_backend("redis://127.0.0.1", CONNECT_TIMEOUT), RedisKeys())
    rows: dict[str, list[str]] = {}
    for store in (MemoryStore(BoundedMemory(1, 1, time.time)), redis):
        stats = {"crm": SourceStats("crm", last_answer_at=0.0)}
        seen = Instrumentation(source_stats=stats, store=store, keys=KeyTable(_no_keys, max_stale=0))
        seen.operations.record("Query", "OK", 0.1)
        seen.source_stats["crm"].outcomes["OK"] += 1
        for metric in MetricsCollector(seen).collect():
            labels = dict.fromkeys(name for sample in metric.samples for name in sample.labels if name != "le")
            name = metric.name + ("_total" if metric.type == "counter" else "")
            rows[name] = [code(name), metric.type, ", ".join(map(code, labels)), metric.documentation]
    return markdown("metric, type, labels, meaning", rows.values())


GENERATED: dict[str, Callable[[], str]] = {
    "insights": insights_table,
    "codes": codes_table,
    "reasons": reasons_table,
    "scopes": scopes_table,
    "audiences": audiences_table,
    "pii": pii_table,
    "variables": variables_table,
    "cases": cases_table,
    "renamed": renamed_table,
    "metrics": metrics_table,
    "thresholds": partial(words_table, "insights"),
    "systems": partial(words_table, "systems.NAME"),
    "policies": partial(words_table, "sources.NAME", policies=True),
    "source": partial(words_table, "sources.NAME"),
    "record": partial(words_table, "records.NAME"),
    "lookup": partial(words_table, "records.NAME.by.KEY"),
    "field": partial(words_table, "records.NAME.fields.FIELD"),
    **{
        f"{kind}-{name}": partial(words_table, f'{table} of kind "{kind}"')
        for kind in KINDS
        for name, table in (("source", "sources.NAME"), ("place", "records.NAME.by.KEY"))
    },
}
ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))


def with_tables(page: str) -> str:
    """A page with all its generated tables renewed."""
    for name, table in GENERATED.items():
        if f"<!-- {name} -->" in page:
            block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
            text = table()
            page = block.sub(lambda match, text=text: f"{match[1]}\n{text}\n\n{match[2]}", page)
    return page


if __name__ == "__main__":
    for file in PAGES:
        file.write_text(with_tables(file.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stdout.write(f"{file.name}\n")

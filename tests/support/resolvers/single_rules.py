"""Rules as the functions they are: given records and a clock that stands still, without any gateway."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.catalog.loader import parse_catalog
from gateway.catalog.thresholds import Thresholds
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Facts, Finding
from gateway.resolvers.insights.rules.table import RULES
from gateway.resolvers.records import RECORDS, RELATIONS
from support.rows import row
from support.world import NEW_YORK, NOW, catalog_text

ENTRIES = {
    name: entry for (name, _), entry in parse_catalog(catalog_text(), {}, RECORDS, RELATIONS).entries.items()
}
RULE = {each.code: each for each in RULES}


def record(name: str, columns: Mapping[str, Any]) -> Any:
    """The record that a row is read as."""
    return ENTRIES[name].mapper.read(columns)


def context(
    now: datetime | str = NOW,
    zone: ZoneInfo = NEW_YORK,
    account: Mapping[str, Any] | None = None,
    **set_: Any,
) -> EvaluationContext:
    """The circumstances of account A1, at noon of 15 November 2026 in New York unless told otherwise."""
    moment = datetime.fromisoformat(now) if isinstance(now, str) else now
    account_record = record(
        "BillingAccount", row("BillingAccount", id="A1", customer_id="C", **(account or {}))
    )
    return EvaluationContext(account_record, moment, zone, Thresholds(**set_))


def decide(code: str, at: EvaluationContext, *tables: tuple[str, list[Mapping[str, Any]]]) -> list[Finding]:
    """What a rule finds in rows: tables in the order of its facts, each with the record it is of."""
    rule = RULE[code]
    records = ([record(name, each) for each in rows] for name, rows in tables)
    return list(rule.decide(at, Facts(dict(zip(rule.facts, records, strict=True)))))

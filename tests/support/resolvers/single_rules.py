"""Rules called as functions, with rows and a fixed clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.catalog.loader import parse_catalog
from gateway.catalog.thresholds import Thresholds
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.rule import Finding
from gateway.resolvers.insights.rules.table import RULES
from gateway.resolvers.records import RECORDS, RELATIONS
from support.harness import NEW_YORK, NOW, catalog_text
from support.rows import row

ENTRIES = {name: entry for (name, _), entry in parse_catalog(catalog_text(), {}, RECORDS, RELATIONS).entries.items()}
RULE = {rule.code: rule for rule in RULES}


def record(name: str, columns: Mapping[str, Any]) -> Any:
    """The record that a row is mapped to."""
    return ENTRIES[name].mapper.read(columns)


def context(
    now: datetime | str = NOW, zone: ZoneInfo = NEW_YORK, account: Mapping[str, Any] | None = None, **set_: Any
) -> Evaluation:
    """The evaluation of account A1, by default at noon of 15 November 2026 in New York."""
    moment = datetime.fromisoformat(now) if isinstance(now, str) else now
    account_record = record("BillingAccount", row("BillingAccount", id="A1", customer_id="C", **(account or {})))
    return Evaluation(account_record, moment, zone, Thresholds(**set_))


def decide(code: str, at: Evaluation, *tables: tuple[str, list[Mapping[str, Any]]]) -> list[Finding]:
    """The findings of a rule. Tables are in the order of the rule's facts, each with its record's name."""
    rule = RULE[code]
    records = ([record(name, row) for row in rows] for name, rows in tables)
    evaluation = replace(at, records=dict(zip(rule.facts, records, strict=True)))
    return list(rule.decide(evaluation))

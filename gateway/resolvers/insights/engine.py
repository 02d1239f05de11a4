"""Evaluate the rules for an account: load their facts together, decide each, and sort the insights."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import strawberry

from gateway.errors import NotConfigured, SourceError
from gateway.ids import global_id
from gateway.languages.texts import translated
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import SourceStatus, responsible_system, statuses
from gateway.resolvers.graph.wording import phrase
from gateway.resolvers.insights.facts.limited import LimitedResult
from gateway.resolvers.insights.model.fact import Evaluation, Fact, FactLoader, await_each, failure
from gateway.resolvers.insights.model.insight import Insight, InsightArea, InsightSet, InsightState, Severity, urgency
from gateway.resolvers.insights.model.rule import Finding, Rule, Undetermined
from gateway.resolvers.insights.model.texts import RaisedTexts, UnknownTexts
from gateway.resolvers.insights.rules.table import RULES

TOP = 4
NO_ID = strawberry.ID("")  # until the insights of an account are numbered
VITAL = frozenset(rule.code for rule in RULES if rule.vital)
Selection = tuple[tuple[Rule, ...], tuple[Fact[Any], ...]]
Results = Mapping[Fact[Any], LoadResult[Any]]


async def insights_of(
    info: Info, account: AccountCore, areas: Sequence[InsightArea] | None, min_severity: Severity | None
) -> InsightSet:
    """The insights of an account. Loads only the facts that these areas and severities need.

    Without `areas`, all areas are evaluated. A bug in a rule fails the whole field: null, never silence.
    """
    rules, facts = _selected(frozenset(areas or InsightArea), min_severity)
    zone = account.zone_in(info)
    evaluation = Evaluation(account, info.context.now(), zone, info.context.thresholds, info.context.labels)
    loader = FactLoader(info, evaluation)
    loaded = await await_each([loader.result(fact) for fact in facts])
    results = dict(zip(facts, loaded, strict=True))
    # A stale cross-reference may have left out keys; its system is reported as stale, too.
    stale = {fact: result for fact, load in loader.results.items() if (result := await load).stale}
    reported = [(responsible_system(fact.system, result), result) for fact, result in {**results, **stale}.items()]
    if account.failure is not None:
        reported.append((account.SYSTEM, LoadResult([], error=account.failure)))
    sources = statuses(reported)
    evaluation = replace(evaluation, states={source.system: source.state for source in sources})
    outcomes = [_outcome(rule, evaluation, results) for rule in rules]
    return _insight_set(account, outcomes, min_severity, zone, evaluation.today, sources)


@lru_cache(maxsize=64)
def _selected(areas: frozenset[InsightArea], min_severity: Severity | None) -> Selection:
    """The rules of these areas that can reach the severity, and their facts, each once."""
    # Incomplete data is reported with every area: it may lack from any of them.
    rules = tuple(rule for rule in RULES if rule.area in areas or (rule.about_systems and not rule.facts))
    if min_severity is not None:
        rules = tuple(rule for rule in rules if urgency(rule.highest_severity) >= urgency(min_severity))
    return rules, tuple(dict.fromkeys(fact for rule in rules for fact in rule.facts))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule found, or the reason why it is undetermined."""

    rule: Rule
    findings: Sequence[Finding] = ()
    reason: str | None = None


def _outcome(rule: Rule, evaluation: Evaluation, results: Results) -> Outcome:
    """Decide one rule. A rule that lacks a fact is undetermined, never silent.

    A rule is not decided at all where a required fact failed, or was cut off before any record.
    """
    if rule.about_systems:
        return Outcome(rule, tuple(rule.decide(evaluation)))
    empty = [fact for fact in rule.required if not results[fact].records]
    blockers = (*_errors(rule, rule.required, results, evaluation), *_limits(empty, results))
    if blockers:
        return Outcome(rule, reason=_unknown_text(blockers))
    if any(results[fact].not_configured for fact in rule.silent_without):
        return Outcome(rule)
    doubts = (*_errors(rule, rule.any_of, results, evaluation), *_limits((*rule.required, *rule.any_of), results))
    try:
        records = {fact: results[fact].records for fact in rule.facts}
        findings = tuple(rule.decide(replace(evaluation, records=records)))
    except (Undetermined, SourceError) as error:
        # A source's error comes from a field of an account that failed to load.
        reason = _unknown_text([_text(evaluation, error)]) if isinstance(error, SourceError) else translated(str(error))
        return Outcome(rule, reason=_unknown_text(doubts) or reason)
    if not findings:
        return Outcome(rule, reason=_unknown_text(doubts))
    if doubts or _errors(rule, rule.optional, results, evaluation):
        findings = tuple(replace(finding, worst_severity=rule.worst_severity) for finding in findings)
    return Outcome(rule, findings)


def _errors(rule: Rule, facts: Sequence[Fact[Any]], results: Results, evaluation: Evaluation) -> tuple[str, ...]:
    errors = [_error(rule, fact, results[fact]) for fact in facts]
    return tuple(_text(evaluation, error) for error in errors if error is not None)


def _text(evaluation: Evaluation, error: SourceError) -> str:
    """The error with the name that people know its system by."""
    system = SourceSystem.__members__.get(error.source)
    name = evaluation.label_of(system) if system else error.source
    return translated(error.message_template).format(source=name)


def _error(rule: Rule, fact: Fact[Any], result: LoadResult[Any]) -> SourceError | None:
    # A vital rule is unknown where a system is not configured; other rules take its facts as empty.
    if rule.vital and result.not_configured and not result.records:
        return NotConfigured(fact.system.name)
    return failure(fact, result)


def _limits(facts: Sequence[Fact[Any]], results: Results) -> tuple[str, ...]:
    """The facts of which more records may exist than were loaded."""
    return tuple(
        phrase("Only the first {limit} were checked: {records}.", limit=result.limit, records=translated(fact.name))
        for fact in facts
        if isinstance(result := results[fact], LimitedResult) and result.limit is not None
    )


def _unknown_text(reasons: Sequence[str]) -> str | None:
    return " ".join(dict.fromkeys(reasons)) or None


def _insight_set(
    account: AccountCore,
    outcomes: Sequence[Outcome],
    min_severity: Severity | None,
    zone: ZoneInfo,
    today: date,
    sources: list[SourceStatus],
) -> InsightSet:
    codes = {outcome.rule.code for outcome in outcomes if outcome.findings}
    outcomes = [outcome for outcome in outcomes if codes.isdisjoint(outcome.rule.superseded_by)]
    findings = [(outcome.rule, finding) for outcome in outcomes for finding in outcome.findings]
    if min_severity is not None:
        findings = [pair for pair in findings if urgency(_worst_severity(*pair)) >= urgency(min_severity)]
    findings.sort(key=lambda pair: _sort_key(pair[0], pair[1], zone))
    raised = [_raised(*pair, zone, today) for pair in findings]
    unknown = [_unknown(outcome.rule, outcome.reason) for outcome in outcomes if outcome.reason is not None]
    ranked = _ranked(raised, unknown)
    _number(account.id, ranked)
    top = _top(raised, unknown)
    return InsightSet(total=len(raised), top=top, all=raised, unknown=unknown, ranked=ranked, sources=sources)


def _ranked(raised: Sequence[Insight], unknown: Sequence[Insight]) -> list[Insight]:
    """All insights, the most urgent first. Of one severity, raised ones come before vital unknown ones.

    Other unknown insights come last: what was not checked must not stand before what holds.
    """
    vital = [insight for insight in unknown if insight.code in VITAL]
    others = [insight for insight in unknown if insight.code not in VITAL]
    by_urgency = [sorted(group, key=lambda each: -urgency(each.severity)) for group in ([*raised, *vital], others)]
    return [insight for group in by_urgency for insight in group]


def _top(raised: Sequence[Insight], unknown: Sequence[Insight]) -> list[Insight]:
    """The most severe insights, raised or vital and unknown, in the order of `all`.

    Of one severity, vital codes come first, each once: less urgent ones must not push them out.
    """
    first_of_code = {insight.code: insight for insight in reversed(raised) if insight.code in VITAL}
    unknown_vital = [insight for insight in unknown if insight.code in VITAL]
    vital = {id(insight) for insight in (*first_of_code.values(), *unknown_vital)}
    # Of one severity, raised insights stay before unknown ones.
    candidates = sorted([*raised, *unknown_vital], key=lambda insight: -urgency(insight.severity))
    by_priority = sorted(candidates, key=lambda insight: (-urgency(insight.severity), id(insight) not in vital))
    chosen = {id(insight) for insight in by_priority[:TOP]}
    return [insight for insight in candidates if id(insight) in chosen]


def _worst_severity(rule: Rule, finding: Finding) -> Severity:
    severity = finding.severity or rule.severity
    return max(severity, finding.worst_severity or severity, key=urgency)


def _sort_key(rule: Rule, finding: Finding, zone: ZoneInfo) -> tuple[int, bool, Decimal, float, str]:
    amount = finding.amount.amount if finding.amount else Decimal("-Infinity")
    severity = finding.severity or rule.severity
    return -urgency(severity), not rule.leads, -amount, -finding.moment(zone).timestamp(), rule.code


def _number(account_id: str, ranked: Sequence[Insight]) -> None:
    """Give each insight its rank and its id."""
    seen: Counter[str] = Counter()
    for place, insight in enumerate(ranked, start=1):
        records = [record.id for record in insight.records if record.id]
        key = ":".join([account_id, insight.code, *records[:1]])
        seen[key] += 1
        insight.rank = place
        insight.id = strawberry.ID(global_id("Insight", key if seen[key] == 1 else f"{key}:{seen[key]}"))


def _raised(rule: Rule, finding: Finding, zone: ZoneInfo, today: date) -> Insight:
    return Insight(
        id=NO_ID,
        rank=0,
        since=day if finding.at and (day := finding.moment(zone).astimezone(zone).date()) <= today else None,
        code=rule.code,
        area=rule.area,
        severity=finding.severity or rule.severity,
        state=InsightState.RAISED,
        amount=finding.amount,
        texts=RaisedTexts(rule, finding),
        offer=rule.action,
        records=finding.evidence,
    )


def _unknown(rule: Rule, reason: str) -> Insight:
    return Insight(
        id=NO_ID,
        rank=0,
        code=rule.code,
        area=rule.area,
        severity=rule.highest_severity,
        state=InsightState.UNKNOWN,
        texts=UnknownTexts(rule, reason),
    )

"""The insights of an account: its facts asked together, each rule decided once, the most urgent first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from gateway.errors import NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.source_status import statuses
from gateway.resolvers.insights.facts.limited import LimitedResult
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.fact import Evaluation, Fact, await_each, failure, responsible_system
from gateway.resolvers.insights.model.insight import (
    SEVERITIES,
    Insight,
    InsightArea,
    InsightSet,
    InsightSeverity,
    InsightState,
)
from gateway.resolvers.insights.model.rule import Finding, Rule, Undetermined, money_text
from gateway.resolvers.insights.rules.table import RULES

TOP = 4
Known = Mapping[Fact, LoadResult[Any]]


async def insights_of(
    info: Info,
    account: AccountCore,
    areas: Sequence[InsightArea] | None,
    least: InsightSeverity | None,
) -> InsightSet:
    """What an account's records mean; asks only what the rules of these areas and severities need.

    No areas are all areas. A mistake in a rule costs the whole field, as everywhere: null, and never silence.
    """
    rules, facts = _asked(frozenset(areas or InsightArea), least)
    zone = account.zone_in(info)
    on = EvaluationContext(account, info.context.now(), zone, info.context.thresholds)
    case = Evaluation(info, account, on)
    founds = await await_each([case.told(fact) for fact in facts])
    known = dict(zip(facts, founds, strict=True))
    # By an old cross-reference something may not have been asked at all: its system is told as old, too.
    old = {fact: found for fact, told in case.asked.items() if (found := await told).stale}
    sources = statuses((responsible_system(fact, found), found) for fact, found in {**known, **old}.items())
    fared = replace(on, states={each.system: each.state for each in sources})
    decided = [_decided(rule, fared, known) for rule in rules]
    return _set(decided, least, zone, sources)


@lru_cache(maxsize=64)
def _asked(
    areas: frozenset[InsightArea], least: InsightSeverity | None
) -> tuple[tuple[Rule, ...], tuple[Fact, ...]]:
    """The rules of these areas that may be so severe, and their facts, each once."""
    rules = tuple(rule for rule in RULES if _is_of(rule, areas) and _may_be(rule, least))
    return rules, tuple(dict.fromkeys(fact for rule in rules for fact in rule.facts))


def _is_of(rule: Rule, areas: frozenset[InsightArea]) -> bool:
    # That something is missing is told with whatever it is missing from.
    return rule.area in areas or (rule.about_systems and not rule.facts)


def _may_be(rule: Rule, least: InsightSeverity | None) -> bool:
    return least is None or _rank(rule.worst_severity or rule.severity) >= _rank(least)


def _rank(severity: InsightSeverity) -> int:
    return SEVERITIES.index(severity)


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of one rule: what it found, or why nobody can say."""

    rule: Rule
    findings: Sequence[Finding] = ()
    why: str | None = None


def _decided(rule: Rule, on: EvaluationContext, known: Known) -> Decided:
    """Runs one rule on what is known; a rule that lacks a fact is unknown, and never silent."""
    if rule.about_systems:
        return Decided(rule, tuple(rule.rule(on)))
    lacking = _lacking(rule, known)
    if lacking:
        return Decided(rule, why=_why(lacking))
    if any(isinstance(known[fact].error, NotConfigured) for fact in rule.silent_without):
        return Decided(rule)
    doubts = (*_missing(rule, rule.any_of, known), *_cut((*rule.required, *rule.any_of), known))
    try:
        findings = tuple(rule.rule(on, *(known[fact].records for fact in rule.facts)))
    except Undetermined as unsaid:
        return Decided(rule, why=_why(doubts) if doubts else str(unsaid))
    if not findings:
        return Decided(rule, why=_why(doubts) if doubts else None)
    doubted = doubts or _missing(rule, rule.optional, known)
    return Decided(
        rule,
        tuple(replace(each, worst_severity=rule.worst_severity) for each in findings)
        if doubted
        else findings,
    )


def _lacking(rule: Rule, known: Known) -> tuple[str, ...]:
    """Why it cannot even be tried: a fact that it needs is missing, or what is known of it is none of it."""
    empty = [fact for fact in rule.required if not known[fact].records]
    return (*_missing(rule, rule.required, known), *_cut(empty, known))


def _missing(rule: Rule, facts: Sequence[Fact], known: Known) -> tuple[str, ...]:
    """Why each of these facts is missing, of those that are."""
    troubled = [fact for fact in facts if known[fact].error is not None]
    why = [_why_missing(rule, fact, known[fact]) for fact in troubled]
    return tuple(str(each) for each in why if each is not None)


def _cut(facts: Sequence[Fact], known: Known) -> tuple[str, ...]:
    """Of which of these facts more may be than was looked at."""
    told = [(fact, known[fact]) for fact in facts]
    return tuple(
        f"Only the first {found.cut} {fact.name} are looked at."
        for fact, found in told
        if isinstance(found, LimitedResult) and found.cut is not None
    )


def _why_missing(rule: Rule, fact: Fact, found: LoadResult[Any]) -> SourceError | None:
    silent = rule.vital and isinstance(found.error, NotConfigured) and not found.records
    return NotConfigured(fact.system.name) if silent else failure(fact, found)


def _why(missing: Sequence[str]) -> str:
    return "Nobody can say: " + " ".join(dict.fromkeys(missing))


def _set(
    decided: Sequence[Decided], least: InsightSeverity | None, zone: ZoneInfo, sources: Any
) -> InsightSet:
    codes = {each.rule.code for each in decided if each.findings}
    spoken = [each for each in decided if not codes & set(each.rule.superseded_by)]
    found = [(each.rule, finding) for each in spoken for finding in each.findings]
    wanted = [each for each in found if least is None or _rank(_at_worst(*each)) >= _rank(least)]
    ordered = sorted(wanted, key=lambda each: _order(each[0], each[1], zone))
    raised = [_raised(*each) for each in ordered]
    unknown = [_unknown(each.rule, each.why) for each in spoken if each.why is not None]
    top = _top(raised, unknown)
    return InsightSet(total=len(raised), top=top, all=raised, unknown=unknown, sources=sources)


VITAL = frozenset(rule.code for rule in RULES if rule.vital)


def _top(raised: Sequence[Insight], unknown: Sequence[Insight]) -> list[Insight]:
    """The few that whoever reads no more must see, in the order of all.

    Nobody must take the silence of a vital one for "none", however much else is as severe: of one severity
    each vital one is taken first, once.
    """
    first = {each.code: each for each in reversed(raised) if each.code in VITAL}
    silent = [each for each in unknown if each.code in VITAL]
    vital = {id(each) for each in (*first.values(), *silent)}
    both = sorted([*raised, *silent], key=_urgency)
    taken = sorted(both, key=lambda each: (-_rank(each.severity), id(each) not in vital))[:TOP]
    kept = {id(each) for each in taken}
    return [each for each in both if id(each) in kept]


def _urgency(insight: Insight) -> tuple[int, bool]:
    return -_rank(insight.severity), insight.state is InsightState.UNKNOWN


def _severity(rule: Rule, finding: Finding) -> InsightSeverity:
    return finding.severity or rule.severity


def _at_worst(rule: Rule, finding: Finding) -> InsightSeverity:
    known = _severity(rule, finding)
    return max(known, finding.worst_severity or known, key=_rank)


def _order(rule: Rule, finding: Finding, zone: ZoneInfo) -> tuple[int, Decimal, float, str]:
    amount = finding.amount.amount if finding.amount else Decimal("-Infinity")
    recency = finding.moment(zone).timestamp()
    return -_rank(_severity(rule, finding)), -amount, -recency, rule.code


def _raised(rule: Rule, finding: Finding) -> Insight:
    amount = money_text(finding.amount) if finding.amount else "an unknown amount"
    message = rule.message.format(**{"amount": amount, **finding.words})
    return Insight(
        code=rule.code,
        area=rule.area,
        severity=_severity(rule, finding),
        state=InsightState.RAISED,
        title=rule.title,
        message=message[:1].upper() + message[1:],
        amount=finding.amount,
        records=finding.evidence,
    )


def _unknown(rule: Rule, why: str) -> Insight:
    return Insight(
        code=rule.code,
        area=rule.area,
        severity=rule.worst_severity or rule.severity,
        state=InsightState.UNKNOWN,
        title=f"{rule.title}: unknown",
        message=why,
        amount=None,
        records=(),
    )

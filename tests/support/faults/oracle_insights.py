"""The allowed differences between two sets of insights.

A raised insight must be raised again or be UNKNOWN. A new insight must be DATA_INCOMPLETE, or must have been
suppressed by one that is now unknown. An insight of several facts (`either`, `also`) may report less.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.resolvers.insights.rules.table import RULES

Set = Mapping[str, Any]
TOP = 4
RULE = {rule.code: rule for rule in RULES}


def is_set(value: Mapping[str, Any]) -> bool:
    """Whether an object is a set of insights."""
    return "total" in value and "top" in value


def wrong_insights(good: Set, bad: Set, long: Any, reported: frozenset[str]) -> Iterator[str]:
    """The differences that `bad` does not report; `reported` are the faulty systems that it names."""
    if good == bad or _stripped(good) == _stripped(bad):
        return
    if not reported:
        yield "other insights, unreported"
        return
    healthy: Sequence[Any] = _raised(long, "all") or [*_raised(good, "all"), *_raised(good, "top")]
    insights = bad.get("all", bad["top"])
    unknown = {each["code"] for name in ("unknown", "top") for each in bad.get(name, ()) if _is_unknown(each)}
    yield from (each for one in (*bad["top"], *bad.get("all", ())) for each in _untrue(one, healthy, unknown))
    if "all" in bad:
        yield from _silenced(healthy, insights, unknown if "unknown" in bad else None)
        if bad["total"] != len(bad["all"]):
            yield "a total that differs from the number of insights"
    elif len(bad["top"]) < min(TOP, bad["total"]):
        yield "too few insights at the top"


def _stripped(one: Set) -> Set:
    return {name: value for name, value in one.items() if name != "sources"}


def _raised(of: Any, name: str) -> list[Any]:
    return [each for each in of.get(name, ()) if not _is_unknown(each)] if isinstance(of, dict) else []


def _is_unknown(each: Mapping[str, Any]) -> bool:
    return each.get("state") == "UNKNOWN" or str(each.get("title")).startswith("Not checked: ")


def _untrue(one: Mapping[str, Any], healthy: Sequence[Any], unknown: set[str]) -> Iterator[str]:
    code = one["code"]
    rule = RULE[code]
    if _is_unknown(one) or one in healthy or code == "DATA_INCOMPLETE":
        return
    if any(each["code"] == code for each in healthy):
        if not (rule.optional or rule.any_of):
            yield f"{code} differs"
    elif not any(each in rule.superseded_by and each in unknown for each in RULE):
        yield f"{code} is raised under the fault only"


def _silenced(healthy: Sequence[Any], insights: Sequence[Any], unknown: set[str] | None) -> Iterator[str]:
    codes = [each["code"] for each in insights]
    for code in dict.fromkeys(each["code"] for each in healthy):
        missing = [each["code"] for each in healthy].count(code) - codes.count(code)
        partly = bool(RULE[code].optional or RULE[code].any_of) and code in codes
        if missing > 0 and not partly and unknown is not None and code not in unknown:
            yield f"{code} is missing, but not unknown"

"""Which differences between two sets of insights are said.

What was raised is raised again or UNKNOWN; what is raised anew is DATA_INCOMPLETE, or was silent before only
because another insight, now unknown, told it better. One that needs several facts (`either`, `also`) may say
less than without the fault, where a system is named: "at least so much" is no wrong answer.
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


def wrong_insights(good: Set, bad: Set, long: Any, told: frozenset[str]) -> Iterator[str]:
    """What the second set does not say of its difference; `told` are the faulty systems that it names."""
    if good == bad or _stripped(good) == _stripped(bad):
        return
    if not told:
        yield "other insights, and no source says why"
        return
    known: Sequence[Any] = _raised(long, "all") or [*_raised(good, "all"), *_raised(good, "top")]
    shown = bad.get("all", bad["top"])
    unknown = {each["code"] for name in ("unknown", "top") for each in bad.get(name, ()) if _is_unknown(each)}
    yield from (each for one in (*bad["top"], *bad.get("all", ())) for each in _untrue(one, known, unknown))
    if "all" in bad:
        yield from _silenced(known, shown, unknown if "unknown" in bad else None)
        if bad["total"] != len(bad["all"]):
            yield "a total that does not count all"
    elif len(bad["top"]) < min(TOP, bad["total"]):
        yield "fewer at the top than there are"


def _stripped(one: Set) -> Set:
    return {name: value for name, value in one.items() if name != "sources"}


def _raised(of: Any, name: str) -> list[Any]:
    return [each for each in of.get(name, ()) if not _is_unknown(each)] if isinstance(of, dict) else []


def _is_unknown(each: Mapping[str, Any]) -> bool:
    return each.get("state") == "UNKNOWN" or str(each.get("title")).endswith(": unknown")


def _untrue(one: Mapping[str, Any], known: Sequence[Any], unknown: set[str]) -> Iterator[str]:
    code = one["code"]
    rule = RULE[code]
    if _is_unknown(one) or one in known or code == "DATA_INCOMPLETE":
        return
    if any(each["code"] == code for each in known):
        if not (rule.optional or rule.any_of):
            yield f"{code} says something else"
    elif not any(each in rule.superseded_by and each in unknown for each in RULE):
        yield f"{code} is raised, and is not without the fault"


def _silenced(known: Sequence[Any], shown: Sequence[Any], unknown: set[str] | None) -> Iterator[str]:
    said = [each["code"] for each in shown]
    for code in dict.fromkeys(each["code"] for each in known):
        missing = [each["code"] for each in known].count(code) - said.count(code)
        partly = bool(RULE[code].optional or RULE[code].any_of) and code in said
        if missing > 0 and not partly and unknown is not None and code not in unknown:
            yield f"{code} is missing, and is not unknown"

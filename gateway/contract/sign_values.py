"""What a value must be to count as a sign: a number, a flag, or what leads to a next page."""

import re
from decimal import Decimal
from typing import Any

from gateway.contract.sign_names import Kinds, body_kinds, plain

_MAX_NUMBER = 10**18
_YES, _NO = ("true", "yes", "y"), ("false", "no", "n")
_NOWHERE = ("", "0", "-1", "null", "none", "nil", "undefined", "false", "no")
_TARGETS = ("href", "url", "uri", "link", "cursor", "token", "after", "@href")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RANGE = re.compile(r"(?:[a-z]+[ =])?[0-9]+ ?[-\u2013] ?[0-9]+(?:/| (?:out )?of )([0-9]{1,18})", re.IGNORECASE)
_BARE_NEXT = ("next", "nextitem", "nextrecord")


def range_total(value: Any) -> int | None:
    match = _RANGE.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(match[1]) if match else None


def is_flag(kind: Kinds, value: Any) -> bool:
    truth = truth_in(value)
    if truth is False:
        return "whole" in kind
    number = number_in(value)
    is_count = number is not None and number > 0 and not kind.isdisjoint(("more", "cut"))
    is_yes = truth is True and not kind.isdisjoint(("more", "cut"))
    return is_count or is_yes or ("next" in kind and str(value).lower() == "true")


def truth_in(value: Any) -> bool | None:
    if isinstance(value, str):
        text = value.lower()
        return True if text in _YES else False if text in _NO else None
    return value if isinstance(value, bool) else None


def leads_on(name: str, kind: Kinds, value: Any) -> bool:
    """Whether a value is a link or a cursor."""
    is_bare = plain(name) in _BARE_NEXT
    if isinstance(value, dict):
        targets = [value[each] for each in _TARGETS if each in value]
        if is_bare and not targets and not any(map(_speaks_of_pages, value)):
            return False
        return any(leads_on("", kind, inner) for inner in targets or value.values())
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    text = str(value).strip().lower()
    if "offset" in kind:
        return not re.fullmatch(r"[-+.:0-9]*|[a-z]{1,5}", text)  # a number, or that of a time zone
    if "more" in kind:
        return text.startswith(("/", "?", "http"))
    is_day = bool(is_bare and _DAY.fullmatch(text)) or ("cursor" in kind and re.match(r"[0-9]{4}-[0-9]{2}", text))
    is_bound = plain(name) == "after" and isinstance(value, int)
    return text not in _NOWHERE and not is_day and not is_bound


def _speaks_of_pages(name: str) -> bool:
    return not body_kinds(name).isdisjoint(("paging", "cursor", "offset", "next")) or "page" in plain(name)


def number_in(value: Any) -> int | None:
    """A whole number, also in a text or as `value` of an object."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}(\.0+)?", value):
        return int(value.partition(".")[0])
    if isinstance(value, float | Decimal):
        return int(value) if -_MAX_NUMBER < value < _MAX_NUMBER and value == int(value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None

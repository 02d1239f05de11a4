"""Signs that a list has more rows than it gives: in the objects around the rows, and around a list in a row."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.contract.sign_names import Kinds, body_kinds, clear_kinds, plain

Words = Mapping[str, Any]
KindsOf = Callable[[str], Kinds]
_MAX_DEPTH = 3  # of objects that do not speak of pages themselves
_MAX_WORDS = 60  # a larger object is a table by id
_MAX_NUMBER = 10**18
_YES, _NO = ("true", "yes", "y"), ("false", "no", "n")
_NOWHERE = ("", "0", "-1", "null", "none", "nil", "undefined", "false", "no")
_TARGETS = ("href", "url", "uri", "link", "cursor", "token", "after", "@href")


@dataclass(frozen=True, slots=True)
class RowsRead:
    """How much was read so far in one call.

    echoes: a cursor was followed, so that a cursor in the last response may be an echo.
    """

    rows: int = 0
    pages: int = 1
    echoes: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """An object that may say something about the rows: its path, its words, and how its names are read."""

    at: str
    words: Words
    kinds_of: KindsOf = body_kinds


def objects_in(at: str, words: Words, kinds_of: KindsOf = body_kinds, depth: int = 0) -> Iterator[Around]:
    """An object beside the rows, and those in it that speak of pages. Records and other lists in it do not."""
    yield Around(at, words, kinds_of)
    has_next = any(not body_kinds(name).isdisjoint(("next", "more")) for name in words)
    for name, value in words.items():
        kinds, inner = body_kinds(name), f"{at}{name}."
        if isinstance(value, dict) and "envelope" in kinds:
            if not ("cursors" in kinds and has_next):
                yield from objects_in(inner, value)
        elif isinstance(value, list) and "envelope" in kinds:
            yield from _listed(inner, name, value)
        elif isinstance(value, dict) and depth < _MAX_DEPTH and not _is_record(value):
            yield from objects_in(inner, value, clear_kinds, depth + 1)


def _listed(at: str, name: str, values: list[Any]) -> Iterator[Around]:
    """The links of a list by their relation, or its objects, if their list speaks of pages by name."""
    objects = [each for each in values[:_MAX_WORDS] if isinstance(each, dict)]
    relations = {relation for each in objects for relation in _relations(each)}
    yield Around(at, {"next": True} if "next" in relations else {})
    if not relations and "pagi" in plain(name):
        yield from (Around(at, each) for each in objects)


def _relations(link: Words) -> Iterator[str]:
    value = next((link[name] for name in ("rel", "@rel", "relation") if name in link), None)
    for relation in value if isinstance(value, list) else [value]:
        if isinstance(relation, str):
            yield from relation.lower().split()


def _is_record(words: Words) -> bool:
    """Whether an object is a record, a table by id, or has rows of its own."""
    if len(words) > _MAX_WORDS or has_kind(words, "identity"):
        return True
    return any(isinstance(value, list) and value and isinstance(value[0], dict) for value in words.values())


def has_kind(words: Words, kind: str) -> bool:
    return any(kind in body_kinds(name) for name in words)


def signs_in(around: Around, read: RowsRead) -> Iterator[str]:
    """The words of one object that say that rows follow, unless a flag beside them denies it."""
    words = around.words
    kinds = {name: each for name in words if (each := around.kinds_of(name))}
    leading = _leading(words, kinds, read)
    for name, kind in kinds.items():
        value = words[name]
        if "rest" in kind and has_kind(words, "identity"):
            continue
        number = number_in(value)
        limits = {"total": read.rows, "pages": read.pages, "rest": 0}
        if number is not None and any(number > limit for word, limit in limits.items() if word in kind):
            if not _is_money(around, name):
                yield f"{around.at}{name} = {number}"
        elif "total" in kind and isinstance(value, dict) and value.get("relation") in ("gte", "gt"):
            yield f"{around.at}{name} = {number} or more"
        elif _is_flag(kind, value) or (not kind.isdisjoint(leading) and _leads_on(kind, value)):
            yield f"{around.at}{name}"


def is_whole(around: Around, read: RowsRead) -> bool:
    """Whether an object says that these are all rows."""
    return any(
        "total" in around.kinds_of(name) and "total" in name.lower() and number_in(value) == read.rows
        for name, value in around.words.items()
    )


def _leading(words: Words, kinds: Mapping[str, Kinds], read: RowsRead) -> tuple[str, ...]:
    """The kinds of words whose links and cursors count. A cursor beside a next link is that of the page itself."""
    for name, kind in kinds.items():
        truth = _truth(words[name])
        if (truth is False and "more" in kind) or (truth is True and "whole" in kind):
            return ()
    has_next = any("next" in kind for kind in kinds.values())
    return ("next", "more") if has_next or read.echoes else ("next", "more", "cursor", "offset")


def _is_money(around: Around, name: str) -> bool:
    """Whether the total in a summary is one of money."""
    is_summary = plain(around.at.rstrip(".").rpartition(".")[2]).endswith("summary")
    return is_summary and plain(name) == "total" and has_kind(around.words, "money")


def _is_flag(kind: Kinds, value: Any) -> bool:
    truth = _truth(value)
    if truth is False:
        return "whole" in kind
    number = number_in(value)
    is_count = number is not None and number > 0 and not kind.isdisjoint(("more", "cut"))
    is_yes = truth is True and not kind.isdisjoint(("more", "cut"))
    return is_count or is_yes or ("next" in kind and str(value).lower() == "true")


def _truth(value: Any) -> bool | None:
    if isinstance(value, str):
        text = value.lower()
        return True if text in _YES else False if text in _NO else None
    return value if isinstance(value, bool) else None


def _leads_on(kind: Kinds, value: Any) -> bool:
    """Whether a value is a link or a cursor."""
    if isinstance(value, dict):
        targets = [value[name] for name in _TARGETS if name in value]
        return any(_leads_on(kind, inner) for inner in targets or value.values())
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    text = str(value).strip().lower()
    if "offset" in kind:
        return not re.fullmatch(r"[-+.0-9]*", text)
    if "more" in kind:
        return text.startswith(("/", "?", "http"))
    is_day = "cursor" in kind and re.match(r"[0-9]{4}-[0-9]{2}", text)
    return text not in _NOWHERE and not is_day


def number_in(value: Any) -> int | None:
    """A whole number, also in a text or as `value` of an object."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}(\.0+)?", value):
        return int(value.partition(".")[0])
    if isinstance(value, float | Decimal):
        return int(value) if -_MAX_NUMBER < value < _MAX_NUMBER and value == int(value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None

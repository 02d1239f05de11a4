"""Signs that a list has more rows than it gives: in the objects around the rows, and around a list in a row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.contract.around import Around, KindsOf, Words, has_kind
from gateway.contract.sign_names import Kinds, body_kinds, clear_kinds, counts_rows, holds_any_rows, is_general, plain
from gateway.contract.sign_values import is_flag, leads_on, number_in, range_total, truth_in

_MAX_DEPTH = 3  # of objects that do not speak of pages themselves
_MAX_WORDS = 60  # a larger object is a table by id


@dataclass(frozen=True, slots=True)
class RowsRead:
    """How much was read so far in one call.

    echoes: a cursor in the last response may be an echo: one was followed, or another word has the next page.
    is_ended: links and cursors of the last response lead nowhere.
    """

    rows: int = 0
    pages: int = 1
    echoes: bool = False
    is_ended: bool = False


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
    """Whether an object is a record, a table by id, or holds rows."""
    if len(words) > _MAX_WORDS or has_kind(words, "identity"):
        return True
    return any(isinstance(value, list) and value and isinstance(value[0], dict) for value in words.values())


def signs_in(around: Around, read: RowsRead) -> Iterator[str]:
    """The words of one object that say that rows follow, unless a flag beside them denies it."""
    words = around.words
    kinds = {name: _kinds_in(around, name) for name in words if not around.is_about_holder(name)}
    leading = _leading(words, kinds, read)
    is_filtered = any("filtered" in kind and _is_within(words[name], read) for name, kind in kinds.items())
    for name, kind in kinds.items():
        value = words[name]
        if not kind or ("rest" in kind and _is_of_a_record(around, name)) or ("total" in kind and is_filtered):
            continue
        if "cut" in kind and around.is_summary and number_in(value) is not None:
            continue  # it counts incomplete orders
        number = range_total(value) if "range" in kind else number_in(value)
        limits = {"total": read.rows, "pages": read.pages, "rest": 0, "range": read.rows}
        if number is not None and any(number > limit for word, limit in limits.items() if word in kind):
            if not around.is_sum(name, number):
                yield f"{around.at}{name} = {number}"
        elif "total" in kind and isinstance(value, dict) and value.get("relation") in ("gte", "gt"):
            yield f"{around.at}{name} = {number} or more"
        elif is_flag(kind, value) or (not kind.isdisjoint(leading) and leads_on(name, kind, value)):
            yield f"{around.at}{name}"


def _kinds_in(around: Around, name: str) -> Kinds:
    """The kinds of a name, which may count the rows by their own name. In `2 of 9` the 9 are rows or pages."""
    kinds = around.kinds_of(name)
    if "of" in kinds:
        return frozenset({"pages" if any(map(_is_page, around.words)) else "total"})
    return kinds | {"total"} if not kinds and counts_rows(name, around.rows) else kinds


def _is_page(name: str) -> bool:
    return plain(name) in ("page", "currentpage", "pagenumber")


def is_whole(around: Around, read: RowsRead) -> bool:
    """Whether an object says that these are all rows."""
    return any(
        "total" in around.kinds_of(name) and "total" in name.lower() and number_in(value) == read.rows
        for name, value in around.words.items()
    )


def is_end(around: Around) -> bool:
    """Whether an object says that no page follows, whatever links stand beside it."""
    return any(
        ("more" in kind and truth_in(value) is False)
        or ("whole" in kind and truth_in(value) is True and not is_general(name))
        for name, value in around.words.items()
        if (kind := around.kinds_of(name))
    )


def _leading(words: Words, kinds: Mapping[str, Kinds], read: RowsRead) -> tuple[str, ...]:
    """The kinds of words whose links and cursors count. A cursor beside a next link is that of the page itself."""
    if read.is_ended:
        return ()
    for name, kind in kinds.items():
        truth = truth_in(words[name])
        if (truth is False and "more" in kind) or (truth is True and "whole" in kind):
            return ()
    has_next = any("next" in kind for kind in kinds.values())
    return ("next", "more") if has_next or read.echoes else ("next", "more", "cursor", "offset")


def _is_within(value: Any, read: RowsRead) -> bool:
    number = number_in(value)
    return number is not None and 0 <= number <= read.rows


def _is_of_a_record(around: Around, name: str) -> bool:
    """Whether what remains is that of the object: of a plan with its installments."""
    is_list_of_its_own = around.holds_rows and not holds_any_rows(around.rows)
    return has_kind(around.words, "identity") or (is_list_of_its_own and plain(name) == "remaining")

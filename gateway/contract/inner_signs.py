"""Signs that a list inside a row has more than it gives: `contacts: {data: [...], has_more: true}`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.contract.around import Around, has_kind
from gateway.contract.failures import failures_in
from gateway.contract.paths import Path, value_at
from gateway.contract.sign_names import body_kinds, clear_kinds, envelope_kinds, is_ambiguous, is_generic, plain
from gateway.contract.signs import RowsRead, objects_in, signs_in

_TOTAL = frozenset({"total"})
_SPEAKING = _TOTAL | {"pages", "of", "next", "cursor", "offset", "more", "cut", "whole", "error", "errorcode", "failed"}


@dataclass(frozen=True, slots=True)
class InnerList:
    """A list at a path inside rows. The row itself does not speak of the list, but the objects around the list do.

    envelopes: the paths of these objects, the innermost first.
    """

    path: Path
    envelopes: tuple[Path, ...]

    def signs(self, row: Any) -> list[str]:
        """What says that the list of this row has more, by its path."""
        signs: dict[str, None] = {}
        for outer in self.envelopes:
            envelope = value_at(row, outer)
            if not isinstance(envelope, Mapping) or len(envelope) < 2:  # noqa: PLR2004
                continue
            values = value_at(row, self.path)
            if isinstance(values, list | tuple) and not _is_silent(envelope, len(values), self.path[len(outer)]):
                read = RowsRead(len(values))
                objects = list(self._objects(outer, envelope))
                signs.update((sign, None) for each in objects for sign in (*signs_in(each, read), *failures_in(each)))
        return list(signs)

    def _objects(self, outer: Path, envelope: Mapping[str, Any]) -> Iterator[Around]:
        """The objects that speak of the list. A general word in an object with other fields is about that object."""
        name, at = self.path[len(outer)], "".join(f"{each}." for each in outer)
        words = {other: value for other, value in envelope.items() if other != name}
        if is_generic(name) and not has_kind(words, "identity") and not has_kind(words, "money"):
            speaks_of_pages = not is_ambiguous(name) or has_kind(words, "paging") or any(map(clear_kinds, words))
            yield from objects_in(at, words, envelope_kinds if speaks_of_pages else clear_kinds)
            return
        yield Around(at, words, clear_kinds)
        for other, value in words.items():
            if isinstance(value, dict) and "envelope" in body_kinds(other) and "pag" in plain(other):
                yield from objects_in(f"{at}{other}.", value)


def _is_silent(envelope: Mapping[str, Any], count: int, name: str) -> bool:
    """Whether an envelope surely says nothing: the quick answer for most rows."""
    for other, value in envelope.items():
        if other == name or value is None:
            continue
        if isinstance(value, dict | list):
            return False
        kinds = body_kinds(other) & _SPEAKING
        is_denied = value is False and "whole" not in kinds
        is_covered = kinds == _TOTAL and type(value) is int and value <= count
        if kinds and not is_denied and not is_covered:
            return False
    return True


def inner_list(path: Path) -> InnerList | None:
    """The list at a path, prepared once; None for a list that is itself a field of the row."""
    outer = [path[:-1]] if len(path) > 1 else []
    if len(path) > 2 and is_generic(path[-2]):  # noqa: PLR2004
        outer.append(path[:-2])
    return InnerList(path, tuple(outer)) if outer else None

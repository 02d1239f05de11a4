"""Places in a text that are to be hidden."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A place in a text, and what stands there."""

    start: int
    end: int
    kind: str

    @property
    def length(self) -> int:
        return self.end - self.start


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping ones as one of the kind of the longest."""
    result: list[Span] = []
    longest = 0
    for span in sorted(spans):
        if result and span.start < result[-1].end:
            last = result[-1]
            kind = span.kind if span.length > longest else last.kind
            longest = max(longest, span.length)
            result[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            result.append(span)
            longest = span.length
    return result

"""Finds e-mail addresses in a folded text."""

import re
from collections.abc import Iterator

from gateway.access.folding import INVISIBLE
from gateway.access.spans import Span

_OUTSIDE = frozenset("@<>()[]{},;:\"'=/\\|")
_DOMAIN = re.compile(rf"[\w{INVISIBLE}][\w.{INVISIBLE}-]*")
_NAMED_DOMAIN = re.compile(r"\.[^\W\d]{2,}$")
_MAX_GAP = 2  # spaces or line breaks on each side of the sign


def email_spans(text: str) -> Iterator[Span]:
    """The addresses in the text; one with spaces around its sign needs a domain with a dot."""
    begin = 0
    sign = text.find("@")
    while sign >= 0:
        local = _local(text, sign, begin)
        domain = _DOMAIN.match(text, _skipped(text, sign + 1))
        if local is not None and domain and _is_address(local, sign, domain):
            end = domain.start() + len(domain[0].rstrip(f".-{INVISIBLE}"))
            yield Span(local[0], end, "email")
            begin = end
        else:
            begin = sign + 1
        sign = text.find("@", max(begin, sign + 1))


def _local(text: str, sign: int, begin: int) -> tuple[int, int] | None:
    """Where the part before the sign begins and ends."""
    end = sign
    while end > begin and sign - end < _MAX_GAP and text[end - 1].isspace():
        end -= 1
    start = end
    while start > begin and text[start - 1] not in _OUTSIDE and not text[start - 1].isspace():
        start -= 1
    return None if start == end else (start, end)


def _skipped(text: str, start: int) -> int:
    end = start
    while end < len(text) and end - start < _MAX_GAP and text[end].isspace():
        end += 1
    return end


def _is_address(local: tuple[int, int], sign: int, domain: re.Match[str]) -> bool:
    name = domain[0].replace(INVISIBLE, "").rstrip(".-")
    if local[1] < sign or domain.start() > sign + 1:
        return _NAMED_DOMAIN.search(name) is not None
    return any(each.isalpha() for each in name)

"""Addresses of records in their own systems: a template of the catalog, filled by what a record says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gateway.mapping.record_fields import split_optional

PLACE = re.compile(r"\{([^{}]*)\}")
START = re.compile(r"https?://[^\s/?#{}]+(?:[/?#][^\s]*)?")
# What a browser takes for a step in the path, even where it is quoted: such a key is no part of an address.
DOT_SEGMENTS = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class LinkTemplate:
    """Fixed text, and after each piece of it but the last a field whose value goes there. Made at start."""

    fixed: tuple[str, ...]
    names: tuple[str, ...]

    def url(self, value_of: Callable[[str], object]) -> str | None:
        """The address; None where a field it names is unknown. Every value is quoted whole."""
        made = self.fixed[0]
        for name, after in zip(self.names, self.fixed[1:], strict=True):
            value = value_of(name)
            if value is None or str(value) in DOT_SEGMENTS:
                return None
            made += quote(str(value), safe="") + after
        return made


def link_template(text: str) -> LinkTemplate:
    """The template of a text such as `https://crm.example/accounts/{customer_number}`."""
    pieces = PLACE.split(text)
    return LinkTemplate(tuple(pieces[::2]), tuple(pieces[1::2]))


def link_errors(text: str, fields: Mapping[str, Any]) -> list[str]:
    """What is wrong with a template for a record that stores these fields, in sentences."""
    wrong = []
    if not START.fullmatch(text):
        wrong.append("a link is an address such as https://crm.example/accounts/{id}")
    if "{" in PLACE.sub("", text) or "}" in PLACE.sub("", text):
        wrong.append("a link's braces hold the name of a field: {id}")
    plain = sorted(name for name, hint in fields.items() if _is_plain(hint))
    unknown = sorted(set(PLACE.findall(text)) - set(plain))
    if unknown:
        wrong.append(f"a link may name {', '.join(plain)}, not {', '.join(unknown)}")
    return wrong


def _is_plain(hint: Any) -> bool:
    inner, _ = split_optional(hint)
    return getattr(inner, "__supertype__", inner) in (str, int)

"""Links to records in their own systems: templates of the catalog, filled with fields of a record."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gateway.contract.record import split_optional

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
URL = re.compile(r"https?://[^\s/?#{}]+(?:[/?#][^\s]*)?")
# A browser resolves these path segments even if they are quoted, so such a key makes no link.
DOT_SEGMENTS = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class LinkTemplate:
    """A text such as `https://crm.example/accounts/{customer_number}`."""

    text: str

    def url(self, value_of: Callable[[str], object]) -> str | None:
        """The URL, with every value quoted; None if a value is unknown."""
        values = {name: value_of(name) for name in PLACEHOLDER.findall(self.text)}
        if any(value is None or str(value) in DOT_SEGMENTS for value in values.values()):
            return None
        return PLACEHOLDER.sub(lambda match: quote(str(values[match[1]]), safe=""), self.text)


def link_errors(text: str, fields: Mapping[str, Any]) -> list[str]:
    """The errors of a template for a record that stores these fields."""
    errors = []
    if not URL.fullmatch(text):
        errors.append("a link must be a URL such as https://crm.example/accounts/{id}")
    if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
        errors.append("the braces of a link must hold the name of a field, such as {id}")
    plain = sorted(name for name, hint in fields.items() if _is_plain(hint))
    unknown = sorted(set(PLACEHOLDER.findall(text)) - set(plain))
    if unknown:
        errors.append(f"a link may name {', '.join(plain)}, not {', '.join(unknown)}")
    return errors


def _is_plain(hint: Any) -> bool:
    kind, _ = split_optional(hint)
    return getattr(kind, "__supertype__", kind) in (str, int)

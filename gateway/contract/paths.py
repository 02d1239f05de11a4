"""Keys of several parts, and paths into rows."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

Key = str
Path = tuple[str, ...]


def join_key(parts: Mapping[str, str]) -> Key:
    """Make one key of several parts; equal parts make equal keys."""
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)


def split_key(key: Key) -> dict[str, str]:
    """Return the parts of a joined key; none of any other key."""
    try:
        return msgspec.json.decode(key, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return {}


_NAME = re.compile(r"""(?:"([^"]+)"|'([^']+)'|([^."'][^.]*))(?:\.(?=.)|\Z)""", re.DOTALL)


@lru_cache(maxsize=10_000)
def parse_path(text: str) -> Path:
    """Return the names of a dotted path. Quotes hold a name with dots: `links."@odata.nextLink"`.

    Raises ValueError for an empty name, a quote without its end, and OData's names without quotes.
    """
    names: list[str] = []
    end = 0
    while text and (match := _NAME.match(text, end)):
        names.append(match[1] or match[2] or match[3])
        if match[3] in ("@odata", "odata") and match.end() < len(text):
            raise ValueError(f"a name with dots needs quotes inside the text, not {text!r}")
        end = match.end()
    if text and end < len(text):
        raise ValueError(f"not a dotted path: {text!r}")
    return tuple(names) or ("",)


def value_at(row: Any, path: Path) -> Any:
    """Return the value at a path of names; None if the path ends early."""
    for name in path:
        if not isinstance(row, dict) and not isinstance(row, Mapping):  # the abstract check is slow
            return None
        row = row.get(name)
    return row

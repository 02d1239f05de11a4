"""Catalog words of version 0.1.0 that have a new name. The old word is an error that names the new one.

Words in ACCEPTED are still read.
"""

from collections.abc import Mapping
from typing import Any

from gateway.catalog.diagnostics import Diagnostics
from gateway.contract.paths import Path

_CACHE = {"absent": "negative_ttl"}
_FIELD = {"words": "values", "form": "format", "shift": "day_offset"}
_PLACE = {"moments": "time_format", "most": "max_limit", "each": "key_params", "beside": "params_in"}
_PAGING = {"size_name": "size_param", "first": "first_page"}
ACCEPTED = frozenset({"size_name", "key"})

# From the path of a table to its renamed words. `*` is any one name, and a final `**` one or more.
RENAMED: Mapping[str, Mapping[str, str]] = {
    "insights": {"about_the_same_percent": "unchanged_percent", "high_balance_times": "high_balance_factor"},
    "sources.*": {
        "keep": "cache",
        "login": "auth",
        "at_once": "max_concurrent_calls",
        "pool": "pool_size",
        "queue": "concurrency",
    },
    "sources.*.retry": {"times": "max_retries", "pause": "base_delay", "most": "max_delay", "share": "budget"},
    "sources.*.breaker": {"calls": "min_calls", "share": "failure_ratio", "seconds": "window", "rest": "open_for"},
    "sources.*.concurrency": {"at_once": "max_in_flight", "waiting": "max_queue", "seconds": "queue_timeout"},
    "sources.*.cache": _CACHE,
    "records.*": {"keep": "cache", "ask": "defaults"},
    "records.*.cache": _CACHE,
    "records.*.currency": _FIELD,
    "records.*.fields.**": _FIELD,
    "records.*.defaults": {"key": "key_param", **_PLACE},
    "records.*.defaults.paging": _PAGING,
    "records.*.by.*": {"keep": "cache", "written": "key_format", **_PLACE},
    "records.*.by.*.cache": _CACHE,
    "records.*.by.*.currency": _FIELD,
    "records.*.by.*.fields.**": _FIELD,
    "records.*.by.*.paging": _PAGING,
}
_PATTERNS = [(tuple(pattern.split(".")), words) for pattern, words in RENAMED.items()]


def with_new_words(value: Any, diagnostics: Diagnostics, path: Path = (), written: Path = ()) -> Any:
    """The value with new words in place of renamed ones, each of which is an error.

    Everything else can then be checked as usual. `written` is the path as the file has it.
    """
    if not isinstance(value, dict):
        return value
    renamed = next((words for pattern, words in _PATTERNS if _matches(pattern, path)), {})
    result = {}
    for word, inner in value.items():
        new = renamed.get(word, word)
        if new != word and word not in ACCEPTED:
            diagnostics.add((*written, word), f"`{word}` was renamed; use `{new}` instead")
        inner_path, inner_written = (*path, new), (*written, word)
        if inner_written in diagnostics.lines:
            diagnostics.lines.setdefault(inner_path, diagnostics.lines[inner_written])
        result[new] = with_new_words(inner, diagnostics, inner_path, inner_written)
    return result


def _matches(pattern: Path, path: Path) -> bool:
    if pattern[-1] == "**":
        if len(path) < len(pattern) or path[-1] == "values":  # codes of a source may have any name
            return False
        pattern, path = pattern[:-1], path[: len(pattern) - 1]
    return len(pattern) == len(path) and all(one in ("*", name) for one, name in zip(pattern, path, strict=True))

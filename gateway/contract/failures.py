"""Signs that a service failed in part: `errors` beside rows, `_shards.failed`, `success: false`.

Their names are those of `sign_names.py`. Such a list may lack rows, even if it is empty: a failure is not absence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.contract.sign_names import body_kinds, counts_parts
from gateway.contract.signs import Around, Words, has_kind, number_in

# Texts that say that there is no error.
_NOTHING = re.compile(
    r"|[0\W_]*|ok|okay|none|null|nil|success|successful|no|n|false|no[ _-]?errors?|n/?a", re.IGNORECASE
)
_YES = ("true", "yes", "y", "1")
_NO = ("false", "no", "n", "0")
_FAILED = re.compile(
    "err|errors?|fail|failed|failure|fatal|partial.+|partially.+|incomplete|degraded|time[ _-]?out|timed[ _-]?out"
    "|unavailable|service[ _-]unavailable",
    re.IGNORECASE,
)
_BARE_PARTIAL = re.compile("partial|partially", re.IGNORECASE)
_SEVERITIES = ("severity", "level", "type", "kind", "status")
_SEVERE = ("error", "fatal")
_LACKING = re.compile(
    r"\b(?:partial|incomplete|truncated|timed out|time-?out|unavailable|not available)", re.IGNORECASE
)
# Names that a record has, and an envelope does not: its number, but not that of a request or a page.
_OF_A_RECORD = re.compile(r"(?:.*[_\-. ])?(?:id|number|no)|.*[a-z](?:Id|ID|Number|No)|.*_(?:ID|NO|NUMBER)")
_OF_AN_ANSWER = re.compile("request|trace|correlation|transaction|page|job|query|scroll", re.IGNORECASE)
_GOOD_CODES = range(200, 300)


def failures_in(around: Around) -> Iterator[str]:
    """The words of one object that say that something failed."""
    for name, value in around.words.items():
        kinds = around.kinds_of(name)
        if "outcome" in kinds and isinstance(value, Mapping):
            yield from failures_in(Around(f"{around.at}{name}.", value))
        elif kinds and _says_failure(around.words, kinds, value):
            yield f"{around.at}{name}"
    yield from _failed_parts(around)


def failed_entries(answer: Any) -> Iterator[str]:
    """The entries of a FHIR bundle that are no record but tell of an error."""
    entries = answer.get("entry") if isinstance(answer, dict) and answer.get("resourceType") == "Bundle" else None
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        outcome = resource if isinstance(resource, dict) else {}
        if outcome.get("resourceType") == "OperationOutcome" and _has_severe(outcome.get("issue")):
            yield "entry.OperationOutcome"


def _failed_parts(around: Around) -> Iterator[str]:
    """`_shards: {total: 5, successful: 4, failed: 1}`, which is an object of its own kind."""
    for name, parts in around.words.items():
        if not isinstance(parts, Mapping) or not counts_parts(name):
            continue
        failed = [word for word, value in parts.items() if "error" in body_kinds(word) and _is_something(value)]
        yield from (f"{around.at}{name}.{word}" for word in failed)
        total, good = number_in(parts.get("total")), number_in(parts.get("successful"))
        if not failed and total is not None and good is not None and good < total:
            yield f"{around.at}{name}.successful = {good}"


def _says_failure(words: Words, kinds: frozenset[str], value: Any) -> bool:
    if "errorcode" in kinds:
        return _is_something(value) and number_in(value) not in _GOOD_CODES
    if "error" in kinds:
        return _is_something(value)
    if "failed" in kinds:
        return value is True or (isinstance(value, str) and value.lower() in _YES)
    if "succeeded" in kinds:
        return value is False or (isinstance(value, str) and value.lower() in _NO)
    if "outcome" in kinds:
        return isinstance(value, str) and _is_bad_outcome(words, value.strip())
    return "issues" in kinds and _has_severe(value)


def _is_something(value: Any) -> bool:
    """Whether a value in the place of an error says that there is one."""
    if isinstance(value, Mapping):
        return any(_is_something(inner) for inner in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return any(_is_something(item) for item in value)
    if isinstance(value, str):
        return not _NOTHING.fullmatch(value.strip())
    return value is not None and value is not False and value != 0


def _is_bad_outcome(words: Words, text: str) -> bool:
    """Whether the status of an answer is a failure. A record has a status, too: a failed payment."""
    if not _FAILED.fullmatch(text) and not _BARE_PARTIAL.fullmatch(text):
        return False
    numbers = [name for name in words if _OF_A_RECORD.fullmatch(name) and not _OF_AN_ANSWER.search(name)]
    return not has_kind(words, "identity") and all(map(body_kinds, numbers))  # a `pageNumber` has a kind


def _has_severe(value: Any) -> bool:
    """Whether one of the messages is an error, or says that rows are missing."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and _LACKING.search(each):
            return True
        if isinstance(each, Mapping) and any(str(each.get(name)).lower() in _SEVERE for name in _SEVERITIES):
            return True
    return False

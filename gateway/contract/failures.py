"""Signs that a service failed in part: `errors` beside rows, `_shards.failed`, `success: false`.

Their names are those of `sign_names.py`. Such a list may lack rows, even if it is empty: a failure is not absence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.contract.around import Around, has_own_number
from gateway.contract.sign_names import body_kinds, counts_parts, holds_any_rows, plain
from gateway.contract.sign_values import number_in

# Texts that say that there is no error.
_NOTHING = re.compile(
    r"|[0\W_]*|ok|okay|none|null|nil|success|successful|no|n|false|no[ _-]?errors?(?: (?:occurred|found))?\.?|n/?a",
    re.IGNORECASE,
)
_NO = ("false", "no", "n", "0")
_YES = ("true", "yes", "y", "1")
# Words of a status that are a failure, or say that the answer is not ready.
_FAILED = re.compile(
    ".*(?:err(?:or)?s?|fail(?:ed|ure|s)?|fatal|exceptions?|denied|unavailable|incomplete|degraded|unsuccessful)"
    "|partial.+|time[ _-]?d?[ _-]?out|over[ _-].*limit|.*limit[ _-]exceeded|abort(?:ed)?|nok|ko|not[ _-]ok|rejected"
    "|cancell?ed|throttled|invalid.*|unauthori[sz]ed|forbidden|unknown[ _-]error|crashed|killed|terminated|down",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    "pending|running|queued|in[ _-]?progress|processing|started|starting|waiting|scheduled|submitted|accepted"
    "|executing|preparing",
    re.IGNORECASE,
)
_BARE_PARTIAL = re.compile("partial|partially", re.IGNORECASE)
# Words that an answer has beside an empty list, if all went well. They hold for what the list belongs to, too.
_GOOD = re.compile(
    "|ok|okay|200.*|0+|s|y|yes|true|success.*|succeeded|complete[d]?|done|finished|ready|processed|passed|active|inactive"
    "|open|closed|current|valid|found|none|null|no[ _-]?(?:content|data|results?|records?|matches|rows)|not[ _-]found"
    "|empty|zero[ _-]results|fetched|loaded|retrieved|returned|delivered|served|answered|resolved|executed"
    "|evaluated|generated|calculated|queried|searched|synced|updated|refreshed|verified|validated|confirmed"
    "|approved|enrolled|connected|registered|settled|billed|paid|good|fine|green|pass|nominal|online|idle|stable|normal|enabled|available|up|healthy|live|fresh|cached|final|new|all|any|default",
    re.IGNORECASE,
)
_BAD_CODE = re.compile(r"-[0-9]+|[45][0-9]{2}(?:\D.*)?", re.DOTALL)
_CODE_OF_A_CALL = re.compile("(?:return|exit|ret)code|rc")
_SEVERITIES = ("severity", "level", "type", "kind", "status")
_SEVERE = ("error", "fatal")
# A message that says that rows are missing. Others are for people: of a bill that is not available in print.
_ROWS = r"(?:results?|data|rows|records|responses?|lists?|answers?|matches|hits|pages?|entries|items)"
_PARTS = r"(?:sources?|subgraphs?|backends?|shards?|systems?|nodes?|partitions?|quer(?:y|ies)|search)"
_LACKING = re.compile(
    r"\W*(?:partial|incomplete|truncated)\W*$"
    rf"|\b{_ROWS}\b.*\b(?:partial|incomplete|truncated|limited|cut|missing|omitted)"
    rf"|\b(?:partial|incomplete|truncated|missing)\b.*\b{_ROWS}\b"
    rf"|\b{_PARTS}\b.*\b(?:timed out|time-?out|unavailable|not available|failed|not respond)",
    re.IGNORECASE | re.DOTALL,
)
# Beside an empty list, a message that tells of a failure; "no failed payments" tells of none.
_ERRORS = r"(?:errors?|fail(?:s|ed|ures?)?|exceptions?|fatal|faults?)"
_DENIED = re.compile(rf"\b(?:no|not any|zero|0|without)\s+(?:[a-z]+\s+)?{_ERRORS}\b", re.IGNORECASE)
_FAILURE = re.compile(
    rf"\b(?:{_ERRORS}|time[ -]?d?[ -]?out|unavailable|not available|denied|unauthori[sz]ed|forbidden|unreachable"
    r"|(?:could not|cannot|can't|unable to) (?!(?:be )?(?:find|found|locate))|refused"
    r"|no (?:response|connection|answer|reply)|rejected|aborted|invalid|limit exceeded|too many|try again"
    r"|maintenance|crash(?:ed)?)\b",
    re.IGNORECASE,
)
_GOOD_CODES = range(200, 300)


def failures_in(around: Around) -> Iterator[str]:
    """The words of one object that say that something failed."""
    for name, value in around.words.items():
        kinds = around.kinds_of(name)
        if "outcome" in kinds and isinstance(value, Mapping):
            yield from failures_in(Around(f"{around.at}{name}.", value))
        elif kinds and _says_failure(around, name, kinds, value):
            yield f"{around.at}{name}"
    yield from _failed_parts(around)


def failed_entries(answer: Any) -> Iterator[str]:
    """The entries of a FHIR bundle that are no record but tell of an error."""
    entries = answer.get("entry") if isinstance(answer, dict) and answer.get("resourceType") == "Bundle" else None
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        outcome = resource if isinstance(resource, dict) else {}
        if outcome.get("resourceType") == "OperationOutcome" and any(map(_has_severity, _items(outcome.get("issue")))):
            yield "entry.OperationOutcome"


def _failed_parts(around: Around) -> Iterator[str]:
    """`_shards: {total: 5, successful: 4, failed: 1}`, which is neither a page nor a record."""
    for name, parts in around.words.items():
        if not isinstance(parts, Mapping) or not counts_parts(name):
            continue
        failed = [word for word, value in parts.items() if "error" in body_kinds(word) and _is_something(value)]
        yield from (f"{around.at}{name}.{word}" for word in failed)
        total, good = number_in(parts.get("total")), number_in(parts.get("successful"))
        if not failed and total is not None and good is not None and good < total:
            yield f"{around.at}{name}.successful = {good}"


def _says_failure(around: Around, name: str, kinds: frozenset[str], value: Any) -> bool:
    text = value.lower() if isinstance(value, str) else ""
    if "errorcode" in kinds:
        return _is_something(value) and number_in(value) not in _GOOD_CODES
    if "error" in kinds:
        return _is_something(value) and not ("statistic" in kinds and _is_statistic(around, value))
    if "failed" in kinds:
        return (value is True or text in _YES) and not around.is_about_holder(name)
    if "succeeded" in kinds:
        return value is False or number_in(value) == 0 or text in _NO
    return ("code" in kinds and _is_bad_code(around, name, value)) or _says_so_in_words(around, kinds, value)


def _says_so_in_words(around: Around, kinds: frozenset[str], value: Any) -> bool:
    if not kinds.isdisjoint(("outcome", "state")):
        return isinstance(value, str) and _is_bad_outcome(around, kinds, value.strip())
    return "issues" in kinds and any(_is_severe(each, around) for each in _items(value))


def _is_statistic(around: Around, value: Any) -> bool:
    """Whether a number of failures counts what the rows tell of: failed payments beside payments."""
    speaks_of_rows = (bool(around.rows) and not holds_any_rows(around.rows)) or around.is_summary
    return number_in(value) is not None and speaks_of_rows and not around.is_empty


def _is_something(value: Any) -> bool:
    """Whether a value in the place of an error says that there is one."""
    if isinstance(value, Mapping):
        codes = [inner for name, inner in value.items() if body_kinds(name) & {"code", "errorcode"}]
        if codes and all(number_in(code) == 0 for code in codes):
            return False
        return any(_is_something(inner) for inner in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return any(_is_something(item) for item in value)
    if isinstance(value, str):
        return not _NOTHING.fullmatch(value.strip())
    return value is not None and value is not False and value != 0


def _is_bad_code(around: Around, name: str, value: Any) -> bool:
    """Whether a code is one of HTTP for a failure, or negative. A record has codes, too."""
    if isinstance(value, bool) or not isinstance(value, int | str) or around.is_record:
        return False
    if _BAD_CODE.fullmatch(str(value).strip()):
        return True
    number = number_in(value)
    is_of_a_call = around.is_empty and bool(_CODE_OF_A_CALL.fullmatch(plain(name)))
    return is_of_a_call and bool(number) and number not in _GOOD_CODES


def _is_bad_outcome(around: Around, kinds: frozenset[str], text: str) -> bool:
    """Whether the status of an answer is a failure. A record has a status, too: a failed payment.

    Beside an empty list, any word that is not known to be good may be one.
    """
    if (has_own_number(around.words) and not around.is_empty) or re.fullmatch("[-0-9].*", text):
        return False
    if _FAILED.fullmatch(text) or _BARE_PARTIAL.fullmatch(text):
        return True
    is_list = bool(around.rows)
    if _UNFINISHED.fullmatch(text):
        return is_list and (around.is_empty or holds_any_rows(around.rows))
    is_judged = is_list and around.is_empty and "state" not in kinds and not any(map(_echoes, around.words))
    return is_judged and not _GOOD.fullmatch(text) and not _is_vouched_for(around)


def _is_vouched_for(around: Around) -> bool:
    """Whether another word says that all went well: `success: true`, `code: 200`."""
    kinds = {name: around.kinds_of(name) for name in around.words}
    return any(
        ("succeeded" in kinds[name] and value is True) or ("code" in kinds[name] and number_in(value) in _GOOD_CODES)
        for name, value in around.words.items()
    )


def _echoes(name: str) -> bool:
    """Whether a name is that of an id or number, perhaps of what was asked for."""
    return bool(re.fullmatch(r".*(?:id|number|no)", plain(name)))


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _is_severe(message: Any, around: Around) -> bool:
    """Whether a message is an error, or says that rows are missing. Beside an empty list, any failure counts."""
    words = message if isinstance(message, Mapping) else {"text": message}
    texts = [each.replace("_", " ") for each in words.values() if isinstance(each, str)]
    if _has_severity(words) or any(map(_LACKING.search, texts)):
        return True
    return around.is_empty and any(_FAILURE.search(_DENIED.sub("", text)) for text in texts)


def _has_severity(words: Any) -> bool:
    return isinstance(words, Mapping) and any(str(words.get(name)).lower() in _SEVERE for name in _SEVERITIES)

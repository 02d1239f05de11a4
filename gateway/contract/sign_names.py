"""The names by which services say that a list is not whole, whatever their case, prefix and separators.

It has more rows, or the service failed in part. A name has kinds. What its value must be to count as a sign
is in `signs.py` and `failures.py`.
"""

import re
from functools import lru_cache

Kinds = frozenset[str]

_ROWS = (
    "(?:count|items?|results?|records?|rows?|elements?|entries|size|hits|objects?|number|match(?:es)?|docs|"
    "documents?|resources|features|nodes|found|matched|available)"
)
_LINK = "(?:link|ur[li]|href|path|token|cursor|key|marker|mark|offset|start|index|number|id|range)"
_KINDS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "total": f"total(?:numberof|num|nb|no|of)?{_ROWS}?(?:count)?|{_ROWS}?count|recordsfiltered|found"
        "|(?:records?|results?|rows?|hits|count)total|completelistsize"
        f"|(?:num|nb|number)(?:of)?(?:{_ROWS}|matched)"
        f"|(?:estimated|approximate|exact|full|overall)(?:total{_ROWS}?|count)"
        f"|(?:{_ROWS}|all)(?:available|matched|matching|found)|matched|filter(?:ed)?(?:count|total)|totalfiltered",
        "filtered": "(?:records|total)filtered|filter(?:ed)?(?:count|total)",
        "of": "(?:out)?of",
        "range": "showing|displaying|(?:content|items?|rows?|page|result)?range",
        "pages": "(?:total|num|nb|number|max)(?:numberof|of)?pages?(?:count)?|pages?(?:count|total)|pages"
        "|lastpage(?:number)?",
        "next": f"next(?:page|record|result|item|row|batch|set|partition)?s?{_LINK}?|(?:ms)?continuation.*"
        "|continue(?:from|after|token|ur[li]|link)?|lastevaluatedkey|(?:resume|resumption|skip)token"
        "|more(?:link|ur[li]|href)",
        "cursor": "(?:page|end|last|after)?cursor|after|bookmark|lastkey|(?:start|search|starting)after(?:key|id)?",
        "offset": "offset",
        "more": "(?:has|is|are)?more(?:data|results?|items?|rows?|pages?|records?|entries|objects|elements|hits)?"
        "(?:available|exists?|toload|ind(?:icator)?|flag)?|hasnext(?:page|link|set|batch)?"
        "|nextpage(?:available|exists)|hasadditional.*",
        "cut": ".*truncated|(?:has|is|are|any)?more(?!than|info|details|about).+|hasnext.+|.*cutoff"
        "|(?:is|was|results?)?limited|overflow(?:ed)?|toomany.*|(?:is)?incomplete(?:results?)?|(?:is)?partial(?:results?)?|terminatedearly"
        "|timedout"
        "|(?:exceeded|reached)(?:transfer|max|row|record|result|page)?limit|(?:row|result|record|page|transfer)?"
        "limit(?:exceeded|reached)|(?:is)?capped|maxresultsreached",
        "whole": "(?:is)?(?:last|final)(?:page|row|record|batch|chunk|set)?(?:ind(?:icator)?|flag)?|eof|nomore.*"
        "|(?:is)?done|(?:is|job|query|search|scan)?complete|(?:is)?(?:exhausted|finished)|(?:is)?endof.+",
        "error": "(?:has|is|any|with|num(?:ber)?(?:of)?|total)?err(?:or)?s?(?:count|messages?|msg|description|details?"
        "|list|info|text|type|name|string|occurred)?|(?:partial|partially)(?:error|fail).*|haserr.*"
        "|valuecompletion|exceptions?(?:message|type|list)?|faults?(?:string|list)?|(?:has)?failures?"
        "|(?:has)?failed(?:shards?|keys?|items?|ids?|sources?|requests?|nodes?|partitions?|backends?|count)?|(?:num|number)(?:of)?failed|unprocessed.*"
        "|unreachable.*|timedout(?:shards?|nodes?|count)?",
        "errorcode": "err(?:or)?(?:code|no|number|status)|faultcode",
        "failed": "timed?out|degraded|aborted|throttled|(?:is|has)?(?:partial|incomplete)(?:ly|ness)?"
        "(?:results?|data|success|content|response)?",
        "succeeded": "(?:is|was)?(?:ok|success|successful|succeeded)",
        "outcome": "(?:response|result|request|search|query|job|execution|call|return|reply|overall)?"
        "(?:status|outcome)|result",
        "state": "(?:response|result|request|search|query|job|execution|call|return|overall)?state"
        "|(?:return|result|response|reply|exit)code",
        "code": "(?:http)?(?:status)?code|(?:http)?status|(?:return|result|response|reply|exit|ret)code|cod|rc",
        "issues": "issues?|diagnostics?|notices?|warnings?|(?:(?:status|response|result|return)?(?:messages?|msgs?))"
        "|(?:status|response|result|return)(?:text|description|reason)",
        "statistic": "(?:has)?failed(?:count)?|failures?(?:count)?|(?:num|number)(?:of)?failed",
        "rest": f"remaining{_ROWS}?|{_ROWS}(?:remaining|left)",
        "envelope": "(?:response|search|resultset|result|results|page|paging|list|query|collection|cursor|feed|rows?)?"
        "(?:meta(?:data)?|info(?:rmation)?|links?|summary)|(?:page|paging|list|cursor)(?:context|details|state)"
        "|cursors?|resultset|navigation|nav|view|hits|pages?|extensions|response(?:header|status)"
        "|.*pag(?:ing|ination|inator|er)(?:info|meta|metadata|data|details|links|results?|state)?",
        "cursors": "cursors",
        "money": ".*(?:amount|currency|tax|vat|subtotal|balance|price|paid|due|discount|charges?|fees?)",
        "unit": "currency.*|unit(?:of.*|s|code)?|uom|measure(?:ment)?unit",
        "identity": "id|uuid|guid",
        "paging": "(?:page)?(?:limit|offset|size|start|skip|page|number|perpage|returned)|returned.*|itemsperpage",
    }.items()
}
# Names that speak of pages wherever they stand.
_CLEAR = re.compile(
    "total.*(?:count|items|results|records|rows|elements|entries|hits|objects|pages?)|(?:page|record|result)count"
    "|(?:has|is)more.*|hasnext.*|next.*(?:token|cursor|marker|link|ur[li]|href|page)|numfound|lastevaluatedkey"
    "|resumptiontoken|continuation.*|exceededtransferlimit|incompleteresults|is(?:lastpage|truncated)|endof.*"
    "|more(?:data|items|records|rows|results|pages).*|timedout|partial(?:results|failures?|errors?)|haserrors|unprocessed(?:keys|items)"
)
_GENERIC = re.compile(
    "data|values?|members?|content|list|nodes|edges|items|elements|entries|results?|records?|rows?|hits|objects"
    "|resources|embedded"
)
# Names of lists, and of what leads to them, in answers.
_OF_ANSWERS = re.compile("entry|docs|documents|features|d|response|body|payload|output|page|batch")
# In a record, these words speak of the record.
_GENERAL = re.compile(
    "total|count|found|matched|pages|remaining|(?:is)?(?:complete|done|final|finished|last|partial|incomplete|limited"
    "|exhausted|capped)|overflow|limit(?:reached|exceeded)|(?:reached|exceeded)limit|after|offset|cursor|bookmark|range|(?:out)?of"
)
# Totals of these are sums, not numbers of rows.
_MEASURES = re.compile(
    ".*(?:amounts?|charges|fees|tax(?:es)?|points|years|months|days|hours|minutes|seconds|units|dollars|cents|costs"
    "|credits|debits|sales|savings|bytes|gallons|therms|discounts|adjustments|emissions|losses|earnings|balances)"
)
# Names of lists that records have, too: the items of an order.
_AMBIGUOUS = re.compile("items|elements|entries|content")
_STATUS = re.compile("(?:is)?(?:complete|done|partial|finished|final|incomplete|aborted)|pages")
# Objects that count the parts of a service that answered: `_shards` of Elasticsearch.
_PARTS = re.compile("(?:shard|cluster|node|partition|backend|source)s(?:info|stats)?")
_OF_A_ROW_TOO = ("succeeded", "outcome", "issues", "state", "code", "unit", "statistic")
_NO_KINDS: Kinds = frozenset()

# Of headers: segments after which the rest of a name speaks of pages, and those that count something else.
_PAGING_SEGMENTS = re.compile("pagination|paging|paginator|pager|pages?|list|results?|collection|cursor|search")
_OTHER_COUNTS = re.compile(
    "rate|ratelimit|limit|quota|retry|retries|requests?|credits?|cost|time|timings?|duration|runtime|bytes|memory"
    "|cache|db|sql|points|calls?|usage|budget|tokens?|cpu|upstream|connections?"
)
_VENDOR_REST = re.compile("total.*|next.+|hasmore.*|hasnext.*|pagecount|numpages")


def plain(name: str) -> str:
    """A name without prefix, case and separators: `@odata.nextLink` is `nextlink`."""
    last = re.split(r"[.:]", name.lower().removeprefix("x-"))[-1]
    return re.sub(r"[^a-z0-9]", "", last)


def _kinds_of_plain(name: str) -> Kinds:
    return frozenset(kind for kind, pattern in _KINDS.items() if pattern.fullmatch(name))


@lru_cache(maxsize=10_000)
def body_kinds(name: str) -> Kinds:
    """The kinds of a name beside the rows, or in an object that speaks of pages."""
    return _kinds_of_plain(plain(name))


@lru_cache(maxsize=10_000)
def clear_kinds(name: str) -> Kinds:
    """The kinds of a name in any other object."""
    return body_kinds(name) if _CLEAR.fullmatch(plain(name)) else _NO_KINDS


@lru_cache(maxsize=10_000)
def header_kinds(name: str) -> Kinds:
    """The kinds of a header's name: `x-total`, `x-wp-total`, `x-killbill-pagination-nextpageuri`."""
    if kinds := body_kinds(name) - {"rest", "offset", *_OF_A_ROW_TOO}:
        return kinds
    segments = name.lower().removeprefix("x-").split("-")
    for at in range(1, min(len(segments), 4)):
        rest = plain("".join(segments[at:]))
        if _PAGING_SEGMENTS.fullmatch(segments[at - 1]):
            return _kinds_of_plain(rest)
        counts_other = rest == "total" and any(map(_OTHER_COUNTS.fullmatch, segments[:at]))
        if _VENDOR_REST.fullmatch(rest) and not counts_other and (kinds := _kinds_of_plain(rest)):
            return kinds
    return _NO_KINDS


@lru_cache(maxsize=10_000)
def envelope_kinds(name: str) -> Kinds:
    """The kinds of a name beside a list inside a row. There, `complete` and `remaining` may speak of the row."""
    return _NO_KINDS if _STATUS.fullmatch(plain(name)) else body_kinds(name) - {"rest", *_OF_A_ROW_TOO}


def is_general(name: str) -> bool:
    """Whether this word of a record speaks of the record, not of a list in it."""
    return bool(_GENERAL.fullmatch(plain(name)))


@lru_cache(maxsize=10_000)
def counts_rows(name: str, rows: str) -> bool:
    """Whether a name has the number of rows of a list of this name: `total_bills`, `billCount` for `bills`.

    A list of a general name has rows of any kind.
    """
    word, many = plain(name), plain(rows)
    stem = many.removesuffix("s")
    of_rows = f"(?:{many}|{stem}|{stem.removesuffix('ie')}y)"
    counts = (
        f"(?:total|num|number|nb|count)(?:numberof|of)?{of_rows}(?:count)?|{of_rows}(?:total)?(?:count|available|found)"
    )
    if many and re.fullmatch(counts, word):
        return True
    return holds_any_rows(rows) and bool(re.fullmatch("total[a-z]+s", word)) and not _MEASURES.fullmatch(word)


def counts_parts(name: str) -> bool:
    """Whether an object of this name counts the parts of a service that answered."""
    return bool(_PARTS.fullmatch(plain(name)))


def is_generic(name: str) -> bool:
    """Whether a list of this name has an envelope around it, as in `contacts.data`."""
    return bool(_GENERIC.fullmatch(plain(name)))


def holds_any_rows(name: str) -> bool:
    """Whether a list of this name in an answer has rows of any kind: it says nothing of a record around it."""
    return is_generic(name) or bool(_OF_ANSWERS.fullmatch(plain(name)))


def is_ambiguous(name: str) -> bool:
    """Whether records have lists of this name, too: the items of an order."""
    return bool(_AMBIGUOUS.fullmatch(plain(name)))

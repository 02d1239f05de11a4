"""The names by which services say that a list is not whole, whatever their case, prefix and separators.

It has more rows, or the service failed in part. A name has kinds. What its value must be to count as a sign
is in `signs.py` and `failures.py`.
"""

import re
from functools import lru_cache

Kinds = frozenset[str]

_ROWS = (
    "(?:count|items?|results?|records?|rows?|elements?|entries|size|hits|objects?|number|match(?:es)?|docs|"
    "documents?|resources|features|nodes|found|available)"
)
_LINK = "(?:link|ur[li]|href|path|token|cursor|key|marker|offset|start|index|number|id)"
_KINDS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "total": f"total(?:numberof|num|nb|no|of)?{_ROWS}?(?:count)?|{_ROWS}?count|recordsfiltered|found"
        "|(?:records?|results?|rows?|hits|count)total|completelistsize"
        f"|(?:num|nb|number)(?:of)?(?:{_ROWS}|matched)"
        f"|(?:estimated|approximate|exact|full|overall)(?:total{_ROWS}?|count)",
        "pages": "(?:total|num|nb|number|max)(?:numberof|of)?pages?(?:count)?|pages?(?:count|total)|pages"
        "|lastpage(?:number)?",
        "next": f"next(?:page|record|result|item|row|batch|set|partition)?s?{_LINK}?|(?:ms)?continuation.*"
        "|continue(?:from|after|token|ur[li]|link)?|lastevaluatedkey|(?:resume|resumption|skip)token"
        "|more(?:link|ur[li]|href)",
        "cursor": "(?:page)?cursor|after|bookmark",
        "offset": "offset",
        "more": "(?:has|is|are)?more(?:data|results?|items?|rows?|pages?|records?|entries|objects|elements|hits)?"
        "(?:available|exists?|toload)?|hasnext(?:page|link|set|batch)?|nextpage(?:available|exists)|hasadditional.*",
        "cut": "(?:is|was)?truncated|(?:is)?incomplete(?:results?)?|(?:is)?partial(?:results?)?|terminatedearly"
        "|timedout"
        "|(?:exceeded|reached)(?:transfer|max|row|record|result|page)?limit|(?:row|result|record|page|transfer)?"
        "limit(?:exceeded|reached)|(?:is)?capped|maxresultsreached",
        "whole": "(?:is)?(?:last|final)(?:page)?|(?:is)?done|(?:is|job|query|search|scan)?complete"
        "|(?:is)?(?:exhausted|finished)"
        "|(?:is)?endof(?:records|results|list|data|pages|rows|items)",
        "error": "(?:has|is|any|with|num(?:ber)?(?:of)?|total)?err(?:or)?s?(?:count|messages?|msg|description|details?"
        "|list|info|text|type|name|string|occurred)?|(?:partial|partially)(?:error|fail).*|haserr.*"
        "|exception(?:message|type)?|fault(?:string)?|(?:has)?failures?|(?:has)?failed(?:shards?|keys?|items?|ids?"
        "|sources?|requests?|nodes?|partitions?|backends?|count)?|(?:num|number)(?:of)?failed|unprocessed.*"
        "|unreachable.*|timedout(?:shards?|nodes?|count)?",
        "errorcode": "err(?:or)?(?:code|no|number|status)|faultcode",
        "failed": "timed?out|degraded|aborted|throttled|(?:is|has)?(?:partial|incomplete)(?:ly|ness)?"
        "(?:results?|data|success|content|response)?",
        "succeeded": "(?:is|was)?(?:ok|success|successful|succeeded)",
        "outcome": "(?:response|result|request|search|query|overall)?(?:status|outcome)|result",
        "issues": "issues?|messages?|diagnostics?|notices?|warnings?",
        "rest": f"remaining{_ROWS}?|{_ROWS}(?:remaining|left)",
        "envelope": "(?:response|search|result|results|page|paging|list|query|collection|cursor|feed)?"
        "(?:meta(?:data)?|info(?:rmation)?|links?|summary)|(?:page|paging|list|cursor)(?:context|details|state)"
        "|cursors?|resultset|navigation|nav|view|hits|pages?|response(?:header|status)"
        "|.*pag(?:ing|ination|inator|er)(?:info|meta|metadata|data|details|links|results?|state)?",
        "cursors": "cursors",
        "money": ".*(?:amount|currency|tax|vat|subtotal|balance|price|paid|due|discount|charges?|fees?)",
        "identity": "id|uuid|guid",
        "paging": "(?:page)?(?:limit|offset|size|start|skip|page|number|perpage|returned)|returned.*|itemsperpage",
    }.items()
}
# Names that speak of pages wherever they stand.
_CLEAR = re.compile(
    "total.*(?:count|items|results|records|rows|elements|entries|hits|objects|pages?)|(?:page|record|result)count"
    "|(?:has|is)more.*|hasnext.*|next.*(?:token|cursor|marker|link|ur[li]|href|page)|numfound|lastevaluatedkey"
    "|resumptiontoken|continuation.*|exceededtransferlimit|incompleteresults|is(?:lastpage|truncated)|endof.*"
    "|timedout|partial(?:results|failures?|errors?)|haserrors|unprocessed(?:keys|items)"
)
_GENERIC = re.compile(
    "data|values?|members?|content|list|nodes|edges|items|elements|entries|results?|records?|rows?|hits|objects"
    "|resources|embedded"
)
# Names of lists that records have, too: the items of an order.
_AMBIGUOUS = re.compile("items|elements|entries|content")
_STATUS = re.compile("(?:is)?(?:complete|done|partial|finished|final|incomplete|aborted)|pages")
# Objects that count the parts of a service that answered: `_shards` of Elasticsearch.
_PARTS = re.compile("(?:shard|cluster|node|partition|backend|source)s(?:info|stats)?")
_OF_A_ROW_TOO = ("succeeded", "outcome", "issues")
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


def counts_parts(name: str) -> bool:
    """Whether an object of this name counts the parts of a service that answered."""
    return bool(_PARTS.fullmatch(plain(name)))


def is_generic(name: str) -> bool:
    """Whether a list of this name has an envelope around it, as in `contacts.data`."""
    return bool(_GENERIC.fullmatch(plain(name)))


def is_ambiguous(name: str) -> bool:
    """Whether records have lists of this name, too: the items of an order."""
    return bool(_AMBIGUOUS.fullmatch(plain(name)))

"""The search of the CRM: by words of a name, phone, email, account number or last four digits."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from starlette.exceptions import HTTPException

from gateway_demo.systems.api_style import Pages, Paging
from gateway_demo.systems.queries import Parameters, first, page_bounds, page_token
from gateway_demo.systems.record_store import RecordStore
from gateway_demo.writers.search_terms import account_term, name_words, phone_term

_PAGES = Pages(Paging.OPAQUE, size="pageSize", start="cursor", usual=20, largest=100)
_MOST_WORDS = 10
_LAST = "\U0010ffff"
_RARE = 1000  # terms beyond this are all the same: too many to begin with
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM search_term WHERE field = ? AND term >= ? AND term < ? LIMIT ?)"

Range = tuple[str, str, str]  # field, first term, the one after the last


def search(shelf: RecordStore, given: Parameters) -> str:
    """A page of those to whom everything given applies: exactly first, then by words that begin so."""
    asked = list(_ranges(given))
    if not 0 < len(asked) <= _MOST_WORDS:
        raise HTTPException(400, "give one to ten words of name, phone, email, account, identifier")
    offset, size = page_bounds(_PAGES, given)
    found = list(islice(_ranked(shelf, asked), offset, offset + size + 1))
    cursor = json.dumps(page_token(offset + size) if len(found) > size else None)
    return f'{{"items":[{",".join(_bodies(shelf, found[:size]))}],"nextCursor":{cursor}}}'


def _ranked(shelf: RecordStore, asked: Sequence[Range]) -> Iterator[str]:
    """The customers, each once, read from the index no further than they are wanted."""
    exact = [(field, term, term + "\0") for field, term, _ in asked]
    seen: set[str] = set()
    for ranges in [exact] if exact == asked else [exact, asked]:
        for (customer,) in _walk(shelf, ranges):
            if customer not in seen:
                seen.add(customer)
                yield customer


def _walk(shelf: RecordStore, ranges: Sequence[Range]) -> Iterator[tuple[str, ...]]:
    """Along the rarest term, and of each customer there whether the others apply, too."""
    rarest_first = sorted(ranges, key=lambda each: int(shelf.select(_COUNT, *each, _RARE)[0][0]))
    values = [value for each in rarest_first for value in each]
    return shelf.walk(statement(len(ranges)), *values)


@cache
def statement(count: int) -> str:
    """The customers of so many ranges of terms, in the order of the first range's index."""
    another = (
        " AND EXISTS (SELECT 1 FROM search_term o WHERE o.customer_id = t.customer_id"
        " AND o.field = ? AND o.term >= ? AND o.term < ?)"
    )
    return (
        "SELECT t.customer_id FROM search_term t WHERE t.field = ? AND t.term >= ? AND t.term < ?"  # noqa: S608 - only the number of terms decides
        f"{another * (count - 1)} ORDER BY t.term, t.customer_id"
    )


def _bodies(shelf: RecordStore, customers: Sequence[str]) -> list[str]:
    statement = "SELECT r.body FROM json_each(?) k CROSS JOIN customer r ON r.id = k.value ORDER BY k.key"
    return [body for (body,) in shelf.select(statement, json.dumps(customers))]


def _ranges(given: Parameters) -> Iterator[Range]:
    for word in name_words(first(given, "name") or ""):
        yield "name", word, word + _LAST
    whole = {
        "phone": phone_term(first(given, "phone") or ""),
        "email": (first(given, "email") or "").strip().lower(),
        "account_number": account_term(first(given, "accountNumber") or ""),
        "identifier": (first(given, "identifierLast4") or "").strip(),
    }
    for field, term in whole.items():
        if term:
            yield field, term, term + "\0"

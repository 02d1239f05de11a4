"""The CRM's customer search: by name words, phone, email, account number or last four digits."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from starlette.exceptions import HTTPException

from gateway_demo.systems.api_style import Pages, Paging
from gateway_demo.systems.queries import Parameters, first, page_bounds, page_token
from gateway_demo.systems.record_store import RecordStore
from gateway_demo.writers.search_terms import account_term, name_words, phone_term

_PAGES = Pages(Paging.OPAQUE, size="pageSize", start="cursor", default=20, max_size=100)
_MAX_WORDS = 10
_LAST_CHARACTER = "\U0010ffff"
_COUNT_LIMIT = 1000  # more matches than this are not counted
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM search_term WHERE field = ? AND term >= ? AND term < ? LIMIT ?)"

Range = tuple[str, str, str]  # field, first term (inclusive), last term (exclusive)


def search(store: RecordStore, parameters: Parameters) -> str:
    """A page of the customers that match all parameters: exact matches first, then by word prefix."""
    ranges = list(_ranges(parameters))
    if not 0 < len(ranges) <= _MAX_WORDS:
        raise HTTPException(400, "search by 1 to 10 words of name, phone, email, accountNumber, identifierLast4")
    offset, size = page_bounds(_PAGES, parameters)
    customers = list(islice(_ranked(store, ranges), offset, offset + size + 1))
    cursor = json.dumps(page_token(offset + size) if len(customers) > size else None)
    return f'{{"items":[{",".join(_bodies(store, customers[:size]))}],"nextCursor":{cursor}}}'


def _ranked(store: RecordStore, prefix: Sequence[Range]) -> Iterator[str]:
    """Yield matching customers without duplicates, reading the index lazily."""
    exact = [(field, term, term + "\0") for field, term, _ in prefix]
    seen: set[str] = set()
    for ranges in [exact] if exact == prefix else [exact, prefix]:
        for (customer,) in _walk(store, ranges):
            if customer not in seen:
                seen.add(customer)
                yield customer


def _walk(store: RecordStore, ranges: Sequence[Range]) -> Iterator[tuple[str, ...]]:
    """Scan the rarest term's index range, and check the other terms for each customer."""
    rarest_first = sorted(ranges, key=lambda term: int(store.select(_COUNT, *term, _COUNT_LIMIT)[0][0]))
    values = [value for term in rarest_first for value in term]
    return store.walk(statement(len(ranges)), *values)


@cache
def statement(count: int) -> str:
    """The SQL for customers that match `count` term ranges, in index order of the first range."""
    another = (
        " AND EXISTS (SELECT 1 FROM search_term o WHERE o.customer_id = t.customer_id"
        " AND o.field = ? AND o.term >= ? AND o.term < ?)"
    )
    return (
        "SELECT t.customer_id FROM search_term t WHERE t.field = ? AND t.term >= ? AND t.term < ?"  # noqa: S608 - built from a count only
        f"{another * (count - 1)} ORDER BY t.term, t.customer_id"
    )


def _bodies(store: RecordStore, customers: Sequence[str]) -> list[str]:
    statement = "SELECT r.body FROM json_each(?) k CROSS JOIN customer r ON r.id = k.value ORDER BY k.key"
    return [body for (body,) in store.select(statement, json.dumps(customers))]


def _ranges(parameters: Parameters) -> Iterator[Range]:
    for word in name_words(first(parameters, "name") or ""):
        yield "name", word, word + _LAST_CHARACTER
    exact = {
        "phone": phone_term(first(parameters, "phone") or ""),
        "email": (first(parameters, "email") or "").strip().lower(),
        "account_number": account_term(first(parameters, "accountNumber") or ""),
        "identifier": (first(parameters, "identifierLast4") or "").strip(),
    }
    for field, term in exact.items():
        if term:
            yield field, term, term + "\0"

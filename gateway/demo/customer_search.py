"""The search of the CRM: by words of a name, phone, email, account number or last four digits."""

import json
from collections.abc import Iterator, Sequence

from starlette.exceptions import HTTPException

from gateway.demo.habits import Pages, Paging
from gateway.demo.people import plain
from gateway.demo.questions import Given, first, opaque, page
from gateway.demo.shelves import Shelf

_PAGES = Pages(Paging.OPAQUE, size="pageSize", start="cursor", usual=20, largest=100)
_MOST_WORDS = 10
_WITHOUT_COUNTRY = 10
_LAST = "\U0010ffff"
_TERM = "SELECT customer_id FROM search_term WHERE field = ? AND term >= ? AND term < ?"


def search(shelf: Shelf, given: Given) -> str:
    """A page of those to whom everything given applies, in the order of their ids."""
    ranges = list(_ranges(given))
    if not 0 < len(ranges) <= _MOST_WORDS:
        raise HTTPException(400, "give one to ten words of name, phone, email, account, identifier")
    offset, size = page(_PAGES, given)
    found = " INTERSECT ".join([_TERM] * len(ranges))
    # Only the number of words decides what the statement looks like.
    statement = f"SELECT body FROM customer WHERE id IN ({found}) ORDER BY id LIMIT ? OFFSET ?"  # noqa: S608
    values = [value for values in ranges for value in values]
    bodies = [body for (body,) in shelf.select(statement, *values, size + 1, offset)]
    cursor = json.dumps(opaque(offset + size) if len(bodies) > size else None)
    return f'{{"items":[{",".join(bodies[:size])}],"nextCursor":{cursor}}}'


def phone_term(text: str) -> str:
    """A phone number as it is searched: only digits, and those of the country before ten others."""
    digits = "".join(letter for letter in text if letter.isdecimal())
    return f"1{digits}" if len(digits) == _WITHOUT_COUNTRY else digits


def _ranges(given: Given) -> Iterator[Sequence[str]]:
    """Field, first term and the one after the last: a range of the index for each word asked."""
    for word in plain(first(given, "name") or "").replace("-", " ").split():
        yield "name", word, word + _LAST
    whole = {
        "phone": phone_term(first(given, "phone") or ""),
        "email": (first(given, "email") or "").strip().lower(),
        "account_number": (first(given, "accountNumber") or "").strip(),
        "identifier": (first(given, "identifierLast4") or "").strip(),
    }
    for field, term in whole.items():
        if term:
            yield field, term, term + "\0"

"""Diagnostics of REST places."""

from typing import Any

import msgspec
import pytest
from support.sources.rest_sources import MANY, ONE, POST, REPEAT

from gateway.sources.rest.place import RestPlace

PAGES = {"style": "page", "page": "p", "size_param": "s", "size": 9}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"keys": "ids"}, "name a path, either with get or with post"),
        (MANY | {"post": "/x"}, "name a path, either with get or with post"),
        ({"get": "/x?y=1", "keys": "ids"}, "a path must not have ? or #"),
        ({"get": "/x/{key}/{key}"}, "a path may hold {key} once"),
        ({"get": "/x/{id}", "keys": "ids"}, "a path may hold {key} once"),
        ({"get": "/x/{key}", "keys": "ids"}, "keys go either into the path"),
        ({"get": "/x"}, "keys have no place"),
        (POST | {"style": "comma"}, "style needs a GET with keys"),
        (ONE | {"style": "repeat"}, "style needs a GET with keys"),
        (MANY | {"params_in": "query"}, "params_in needs a POST"),
        (MANY | {"time_format": "epoch"}, "time_format and zone need since or until"),
        (MANY | {"since": "from", "zone": "UTC"}, "zone has no effect"),
        (MANY | {"since": "from", "time_format": "local"}, "needs a zone"),
        (MANY | {"since": "from", "time_format": "date", "zone": "Mars/Base"}, "Mars/Base is not a time zone"),
        (MANY | {"since": "from", "time_format": "date", "zone": "../etc"}, "../etc is not a time zone"),
        (MANY | {"limit": "n", "paging": PAGES}, "limit and paging exclude each other"),
        (MANY | {"max_limit": 3}, "max_limit needs limit"),
        (MANY | {"newest_first": True}, "newest_first needs paging"),
        (MANY | {"params": {"p": 1}, "paging": PAGES}, "the parameter 'p' is used 2 times"),
        (MANY | {"since": "at", "until": "at"}, "the parameter 'at' is used 2 times"),
        (MANY | {"items": "a..b"}, "items: not a dotted path"),
        (MANY | {"paging": {"style": "next", "next": ".a"}}, "next: not a dotted path"),
        (MANY | {"paging": {"style": "next", "next": "@odata.nextLink"}}, "next: a name with dots needs quotes"),
        (MANY | {"paging": PAGES | {"pages": "n", "pages_header": "X-N"}}, "a paging has its end either"),
        (MANY | {"items": 'a."b'}, "items: not a dotted path"),
    ],
)
def test_contradicting_words_are_diagnosed_in_one_sentence(words: dict[str, Any], complaint: str):
    (diagnostic,) = msgspec.convert(words, RestPlace).diagnostics()
    assert diagnostic.startswith(complaint) or complaint in diagnostic


@pytest.mark.parametrize("words", [MANY, REPEAT, POST, ONE, MANY | {"paging": PAGES}])
def test_a_valid_place_has_no_diagnostics(words: dict[str, Any]):
    assert msgspec.convert(words, RestPlace).diagnostics() == []


@pytest.mark.parametrize(
    "words", [{"gets": "/x"}, {"paging": {"style": "leap"}}, {"max_rows": 0}, {"time_format": "moon"}]
)
def test_unknown_words_and_values_are_refused(words: dict[str, Any]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(MANY | words, RestPlace)

"""Whatever a catalog says, it is read, or refused in sentences."""

import copy
import http.client
import io
import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from gateway.catalog.loader import parse_catalog
from gateway.errors import ConfigError
from gateway.resolvers.records import RECORDS, RELATIONS

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "gateway_demo" / "launch" / "catalog.toml", *sorted((ROOT / "examples").glob("*/catalog.toml"))]
CONTACTS = """
[sources.s]
kind = "rest"
url = "http://127.0.0.1:9"
zone = "Europe/Paris"
spelling = "camelCase"
empty = ["", "null"]
[records.Person]
source = "s"
by.id = { get = "/p", keys = "ids", items = "items" }
[records.Person.fields]
roles = { path = "roles", split = ",", values = { c = "CUSTOMER" } }
date_of_birth = { path = "born", format = "day" }
contact_points = { items = "points", fields = { kind = { path = "t", values = { e = "EMAIL" } }, value = "v" } }
"""
TREES = [
    {"sources": tree["sources"], "records": {name: table}}
    for tree in (tomllib.loads(text) for text in (CONTACTS, *(file.read_text(encoding="utf-8") for file in FILES)))
    for name, table in tree["records"].items()
]
JUNK: list[Any] = ["", " ", "x", "a..b", "'", "{key", "env:X", "UTC", "epoch", 0, -1, 10**30, 1.5, float("inf"), True,
                   [], [""], [1], [[]], ["x", "x"], {}, {"x": 1}, {"": ""}, {"path": 1}, {"value": []}, {"items": ""},
                   date(2026, 1, 1)]  # fmt: skip
ODD_TEXTS = st.one_of(
    st.text(max_size=8),
    st.lists(st.sampled_from(["/", "//", "{key}", "{", "}", "..", "%", "%2e", "?", "#", " ", "\n", "http:", "a", "\\"]),
             max_size=5).map("".join),
)  # fmt: skip
HEADERS = st.dictionaries(ODD_TEXTS, ODD_TEXTS | st.integers() | st.booleans() | st.just(["x"]), max_size=3)
WORDS = ("path", "value", "join", "values", "empty", "scale", "format", "zone", "day_offset", "split", "items",
         "fields", "key", "key_param", "source", "by", "cache", "")  # fmt: skip
Edit = Callable[[dict[str, Any], str], None]


def toml(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {toml(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, bool | str):
        return json.dumps(value)
    return str(value)


def tables(tree: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every word of a catalog, with the table that holds it."""
    for name, inner in tree.items():
        yield tree, name
        if isinstance(inner, dict):
            yield from tables(inner)


def replaced(value: Any) -> Edit:
    return lambda table, name: table.__setitem__(name, copy.deepcopy(value))


def added(word: str, value: Any) -> Edit:
    """The edit that puts one more word into a table; a text becomes a table with its path."""

    def edit(table: dict[str, Any], name: str) -> None:
        inner = {"path": table[name]} if isinstance(table[name], str) else table[name]
        table[name] = {**inner, word: copy.deepcopy(value)} if isinstance(inner, dict) else copy.deepcopy(value)

    return edit


def refusals(text: str) -> list[str]:
    """The errors of a catalog; any other exception is a traceback of `gateway check`."""
    try:
        parse_catalog(text, {}, RECORDS, RELATIONS)
    except ConfigError as error:
        return list(error.diagnostics)
    return []


EDITS = st.one_of(
    st.just(dict.__delitem__),
    st.sampled_from(JUNK).map(replaced),
    HEADERS.map(lambda headers: added("headers", headers)),
    st.tuples(st.sampled_from(("get", "post", "url", "at", "items", "field", "keys")), ODD_TEXTS).map(
        lambda pair: added(*pair)
    ),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(JUNK)).map(lambda pair: added(*pair)),
)


@settings(max_examples=150, deadline=None)
@given(tree=st.sampled_from(TREES), edits=st.lists(st.tuples(EDITS, st.integers(0, 10**6)), min_size=1, max_size=3))
def test_a_changed_catalog_is_read_or_refused(tree: dict[str, Any], edits: list[tuple[Edit, int]]) -> None:
    tree = copy.deepcopy(tree)
    for edit, at in edits:
        places = list(tables(tree))
        if places:
            edit(*places[at % len(places)])
    text = "\n".join(f"{json.dumps(name)} = {toml(value)}" for name, value in tree.items())
    assert all(line.strip() for line in refusals(text))


@settings(max_examples=60, deadline=None)
@given(
    at=st.integers(0, 10**6), junk=st.sampled_from(["", "[", "[[x]]", "x", "= 1", "[records]", "a = { b = ", "\x00"])
)
def test_a_file_with_a_broken_line_ends_in_sentences(at: int, junk: str) -> None:
    lines = CONTACTS.splitlines()
    lines[at % len(lines)] = junk
    assert all(line.strip() for line in refusals("\n".join(lines)))


@pytest.mark.parametrize("items", ['""', '"."', "[]", "5", '"a..b"'])
def test_an_odd_place_of_items_is_refused_with_its_line(items: str) -> None:
    text = CONTACTS.replace('items = "points"', f"items = {items}")
    with pytest.raises(ConfigError) as caught:
        parse_catalog(text, {}, RECORDS, RELATIONS)
    assert all("catalog:14: Person: contact_points" in line for line in caught.value.diagnostics)


@settings(max_examples=200, deadline=None)
@given(path=ODD_TEXTS)
def test_a_path_that_is_read_is_sent_below_the_url(path: str) -> None:
    text = CONTACTS.replace('get = "/p"', f"get = {json.dumps(path)}")
    if refusals(text):
        return
    assert path.startswith("/")
    url = URL("http://127.0.0.1:9" + path, encoded=True)
    assert (url.host, url.port, url.raw_path) == ("127.0.0.1", 9, path)


@settings(max_examples=200, deadline=None)
@given(headers=HEADERS)
def test_headers_that_are_read_are_sent_as_written(headers: dict[str, Any]) -> None:
    text = CONTACTS.replace('zone = "Europe', f'headers = {toml(headers)}\nzone = "Europe')
    if refusals(text):
        return
    for name, value in headers.items():
        parsed = http.client.parse_headers(io.BytesIO(f"{name}: {value}\r\n\r\n".encode()))
        assert parsed.items() == [(name, value)]

"""Headers, paths and addresses that cannot be sent as they are written are refused, each with its line."""

import pytest

from gateway.catalog.loader import parse_catalog
from gateway.errors import ConfigError
from gateway.resolvers.records import RECORDS, RELATIONS

CATALOG = """
[sources.s]
kind = "rest"
url = URL
headers = HEADERS
auth = AUTH
[records.Person]
source = "s"
[records.Person.by.id]
get = GET
items = "rows"
[records.Person.fields]
id = "id"
name = "name"
"""
WORDS = {"URL": '"http://127.0.0.1:9"', "HEADERS": "{}", "AUTH": '{ kind = "basic", user = "u", password = "p" }',
         "GET": '"/meters/{key}"'}  # fmt: skip


def refusals(**words: str) -> list[str]:
    text = CATALOG
    for name, value in {**WORDS, **words}.items():
        text = text.replace(f"= {name}", f"= {value}")
    try:
        parse_catalog(text, {"EMPTY": "", "LINES": "hunter2\nb"}, RECORDS, RELATIONS)
    except ConfigError as error:
        return [each for each in error.diagnostics if "required field" not in each]  # most are not mapped
    return []


def test_a_plain_catalog_is_read():
    assert refusals() == []


@pytest.mark.parametrize(
    "headers", ['{ Accept = "text/json", "X-Api_Key.2" = "a b\\tc", Host = "crm.example" }', '{ Cookie = "a=b; c=d" }']
)
def test_a_usual_header_is_read(headers: str):
    assert refusals(HEADERS=headers) == []


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ("{ X = 1 }", "headers must be a table, each text"),
        ("{ X = true }", "headers must be a table, each text"),
        ('{ X = ["hunter2"] }', "headers must be a table, each text"),
        ("{ X = {} }", "headers must be a table, each text"),
        ("[]", "headers must be a table, each text"),
        ('"hunter2"', "headers must be a table, each text"),
        ('{ "a b" = "x" }', "the header 'a b' is not named as headers are"),
        ('{ "a\\nb" = "x" }', r"the header 'a\nb' is not named as headers are"),
        ('{ "" = "x" }', "the header '' is not named as headers are"),
        ('{ "a:" = "x" }', "the header 'a:' is not named as headers are"),
        ('{ "\u00e9" = "x" }', "is not named as headers are"),
        ('{ X = "hunter2\\r\\nHost: b" }', "the header 'X' must be ASCII text in one line"),
        ('{ X = "hunter2\\u0000" }', "the header 'X' must be ASCII text in one line"),
        ('{ X = "hunter2\u00e9" }', "the header 'X' must be ASCII text in one line"),
        ('{ X = " hunter2" }', "the header 'X' must be ASCII text in one line"),
        ('{ X = "env:LINES" }', "the header 'X' must be ASCII text in one line"),
        ('{ X = "env:EMPTY" }', "the header 'X' has no value"),
        ('{ X = " " }', "the header 'X' has no value"),
        ('{ "Content-Length" = "5" }', "the header Content-Length belongs to the connection"),
        ('{ "transfer-encoding" = "chunked" }', "the header transfer-encoding belongs to the connection"),
        ('{ "X-Request-Id" = "1" }', "the header X-Request-Id is set by the gateway"),
        ('{ Range = "bytes=0-9" }', "the header Range would ask for less than the whole answer"),
        ('{ authorization = "hunter2" }', "the header authorization is set by auth"),
        ('{ x = "1", X = "2" }', "the header X is named twice"),
    ],
)
def test_an_odd_header_is_refused(headers: str, sentence: str):
    (line,) = refusals(HEADERS=headers)
    assert line.startswith("catalog:5: sources.s: ")
    assert sentence in line
    assert "hunter2" not in line


def test_an_unset_variable_in_a_header_is_said_once():
    assert refusals(HEADERS='{ X = "env:NONE" }') == ["catalog:5: the environment variable NONE is not set"]


@pytest.mark.parametrize(
    ("auth", "sentence"),
    [
        ('{ kind = "header", name = "a b", value = "x" }', "auth.name is not named as headers are"),
        ('{ kind = "header", name = "a", value = "x\\n" }', "auth.value must be ASCII text in one line"),
        ('{ kind = "header", name = "a", value = "" }', "auth.value has no value"),
        ('{ kind = "basic", user = "a:b", password = "p" }', "auth.user must not have a colon"),
        (
            '{ kind = "oauth2", token_url = "http://t/../x", client_id = "a", client_secret = "b" }',
            "token_url must not have . or .. as a segment",
        ),
    ],
)
def test_a_login_that_cannot_be_sent_is_refused(auth: str, sentence: str):
    (line,) = refusals(AUTH=auth)
    assert line.startswith("catalog:6: sources.s: ")
    assert sentence in line


@pytest.mark.parametrize(
    "path", ["/{key}", "/", "/p/{key}/q", "/p:batch/{key}", "/p;v=1/{key}", "/a%20b/{key}", "/p{key}"]
)
def test_a_usual_path_is_read(path: str):
    assert refusals(GET=f'"{path}"') == [] or "{key}" not in path


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ('""', 'get: the path is empty; write "/" for the url itself'),
        ('" "', "get: the path is empty"),
        ('"meters/{key}"', "get: the path must begin with /"),
        ('"{key}"', "get: the path must begin with /"),
        ('"//elsewhere/{key}"', "get: the path is an address"),
        ('"https://elsewhere/{key}"', "get: the path is an address"),
        ('"javascript:{key}"', "get: the path is an address"),
        ('"/meters/{key"', "get: a path may hold {key} once, and no other braces"),
        ('"/meters/key}"', "get: a path may hold {key} once, and no other braces"),
        ('"/meters/{}"', "get: a path may hold {key} once, and no other braces"),
        ('"/meters/{id}"', "get: a path may hold {key} once, and no other braces"),
        ('"/{key}/{key}"', "get: a path may hold {key} once, and no other braces"),
        ('"/{{key}}"', "get: a path may hold {key} once, and no other braces"),
        ('"/meters/{key}?a=1"', "get: a path must not have ? or #"),
        ('"/meters/{key}#a"', "get: a path must not have ? or #"),
        ('"/a b/{key}"', "get: a path must be written as in a URL"),
        ('"/a\\n/{key}"', "get: a path must be written as in a URL"),
        ('"/\u00e9/{key}"', "get: a path must be written as in a URL"),
        ('"/a\\\\b/{key}"', "get: a path must be written as in a URL"),
        ('"/%zz/{key}"', "get: a path must be written as in a URL"),
        ('"/../{key}"', "get: a path must not have . or .. as a segment"),
        ('"/%2E%2e/{key}"', "get: a path must not have . or .. as a segment"),
        ("1", "get must be text"),
        ("[]", "get must be text"),
    ],
)
def test_an_odd_path_is_refused_with_its_line(path: str, sentence: str):
    lines = refusals(GET=path)
    assert any(line.startswith("catalog:10: ") and sentence in line for line in lines)


@pytest.mark.parametrize(
    "url",
    [
        "http://h/ p",
        "http://h\\n",
        "http://h/{key}",
        "http://h/../x",
        "http://h:0",
        "http://h:99999",
        "http://[::1",
        "http://h/%zz",
    ],
)
def test_an_odd_address_is_refused_with_its_line(url: str):
    lines = refusals(URL=f'"{url}"')
    assert lines
    assert all(line.startswith("catalog:4: sources.s: url ") for line in lines)

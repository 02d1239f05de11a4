"""Bodies that are no GraphQL requests, and JSON that breaks parsers."""

import gzip
import json

import pytest
from support.hostile import Case, Gateway
from support.raw_http import GOOD, request

QUERY = '"query": "query Q($v: String) { customer(customerNumber: $v) { customerNumber } }"'
DEEP = 100_000

# What is not an object with `query`, or has fields of other types.
WRONG = [
    "null", "true", "false", "0", "-1", "1.5", '"text"', '"{ __typename }"', "[]", "[[]]", "[null]", "{}", "[{}]",
    '{"query": null}', '{"query": 1}', '{"query": true}', '{"query": []}', '{"query": {}}', '{"Query": "{ a }"}',
    '{"querry": "{ a }"}', '{"query": ["{ __typename }"]}', '[{"query": "{ __typename }"}]', '{"mutation": "{ a }"}',
    *(f'{{"query": "{{ __typename }}", "variables": {value}}}' for value in ("[]", '"{}"', "1", "true", "[{}]", '""')),
    *(f'{{"query": "{{ __typename }}", "operationName": {value}}}' for value in ("1", "[]", "{}", "true", '["Q"]')),
    *(f'{{"query": "{{ __typename }}", "extensions": {value}}}' for value in ("1", "[]", '"x"', "true")),
]  # fmt: skip

# What is not JSON.
BROKEN = [
    b"", b" ", b"\0", b"{", b"}", b'{"query"', b'{"query":', b'{"query": "{ __typename }"',
    b'{"query": "{ __typename }}',
    b"{'query': '{ __typename }'}", b'{query: "{ __typename }"}', GOOD + b"x", GOOD + b",", GOOD + GOOD, b"," + GOOD,
    GOOD[:-1] + b",}", b"/* */" + GOOD, b"//\n" + GOOD, b"\xef\xbb\xbf" + GOOD, GOOD + b"\0", b"query={__typename}",
    b'{"query": "{ __typename }", "variables": {"v": NaN}}',
    b'{"query": "{ __typename }", "variables": {"v": Infinity}}',
    b'{"query": "{ __typename }", "variables": {"v": -Infinity}}',
    b'{"query": "{ __typename }", "variables": {"v": 01}}',
    b'{"query": "{ __typename }", "variables": {"v": 1.}}', b'{"query": "{ __typename }", "variables": {"v": +1}}',
    b'{"query": "{ __typename }", "variables": {"v": 0x10}}',
    b'{"query": "{ __typename }", "variables": {"v": undefined}}',
    b'{"query": "\x01"}', b'{"query": "\\x41"}', b'{"query": "\\u12"}', b'{"query": "a\nb"}', b"<query/>",
    b"{ __typename }",
    b"--x\r\n", b" " * 900_000, b"[" * 999_000, b"\x80" * 1000,
    GOOD.decode().encode("utf-16"), GOOD.decode().encode("utf-16-le"), GOOD.decode().encode("utf-32"),
    gzip.compress(GOOD, mtime=0),
]  # fmt: skip

# Bytes inside of a text that are not UTF-8.
NOT_UTF8 = [
    b"\xff", b"\xfe", b"\x80", b"\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc3", b"\xe0\x80\x80", b"\xe2\x82",
    b"\xf0\x80\x80\x80",
    b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80",
]  # fmt: skip

# Values of a variable: correct JSON, and hard to hold.
VALUES = {
    "a number of 5,000 digits": "9" * 5_000,
    "a negative number of 5,000 digits": "-" + "9" * 5_000,
    "a fraction of 5,000 digits": "0." + "9" * 5_000,
    "a number of 300,000 digits": "9" * 300_000,
    "a huge exponent": "1e999999999",
    "a tiny exponent": "1e-999999999",
    "above 64 bits": str(2**64),
    "above a float": "1e400",
    "minus zero": "-0",
    "deep lists": "[" * 900 + "]" * 900,
    "very deep lists": "[" * 9_000 + "]" * 9_000,
    "deep objects": '{"a":' * 900 + "1" + "}" * 900,
    "very deep objects": '{"a":' * 9_000 + "1" + "}" * 9_000,
    "too deep lists": "[" * DEEP + "]" * DEEP,
    "a lone high surrogate": '"\\ud800"',
    "a lone low surrogate": '"\\udc00"',
    "surrogates in the wrong order": '"\\udc00\\ud800"',
    "a surrogate before text": '"\\ud83dx"',
    "a null character": '"\\u0000"',
    "control characters": '"\\u0001\\u001b[2J\\r\\n"',
    "direction marks": '"\\u202e\\u2066\\ufeff"',
    "a long text": '"' + "x" * 900_000 + '"',
    "combining marks": '"' + "a\\u0301" * 20_000 + '"',
    "a wide text": '"' + "\U0001f600" * 50_000 + '"',
    "many keys": "{" + ",".join(f'"k{number}": 1' for number in range(9_000)) + "}",
    "equal keys": "{" + ",".join('"k": 1' for _ in range(9_000)) + "}",
    "a long key": '{"' + "k" * 100_000 + '": 1}',
    "a prototype": '{"__proto__": {"admin": true}, "constructor": {"prototype": {}}}',
}

# Places of a request in which a text may stand.
PLACES = {
    "query": '{{"query": {0}}}',
    "operation": '{{"query": "query Q {{ __typename }}", "operationName": {0}}}',
    "variable name": '{{"query": "{{ __typename }}", "variables": {{{0}: 1}}}}',
    "extension name": '{{"query": "{{ __typename }}", "extensions": {{{0}: 1}}}}',
    "extension": '{{"query": "{{ __typename }}", "extensions": {{"locale": {0}, "errors": {0}, "sources": {0}}}}}',
    "field": '{{"query": {0}, "variables": {0}}}',
}
TEXTS = {"surrogate": '"\\ud800"', "null": '"\\u0000"', "long": '"' + "x" * 100_000 + '"', "marks": '"\\u202e\\ufeff"'}


def named(prefix: str, body: bytes | str) -> str:
    return f"{prefix} {body[:40]!r}"


CASES = [
    *(Case(named("wrong", body), request(body.encode())) for body in WRONG),
    *(Case(named("broken", body), request(body)) for body in BROKEN),
    *(Case(named("not UTF-8", text), request(b'{"query": "{ __typename #' + text + b' }"}')) for text in NOT_UTF8),
    *(
        Case(f"not UTF-8 in a variable {text!r}", request(f'{{{QUERY}, "variables": {{"v": "'.encode() + text + b'"}}'))
        for text in NOT_UTF8
    ),
    *(
        Case(name, request(f'{{{QUERY}, "variables": {{"v": {value}}}}}'.encode()), (200, 400), 1)
        for name, value in VALUES.items()
    ),
    *(
        Case(
            f"unused: {name}",
            request(f'{{"query": "{{ __typename }}", "variables": {{"w": {value}}}}}'.encode()),
            (200, 400),
        )
        for name, value in VALUES.items()
    ),
    *(
        Case(f"{text} as {place}", request(template.format(value).encode()), (200, 400))
        for place, template in PLACES.items()
        for text, value in TEXTS.items()
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_hostile_json_is_refused(gateway: Gateway, case: Case) -> None:
    await gateway.survives(case)


async def test_honest_json_of_odd_form_is_served(gateway: Gateway) -> None:
    escaped = json.dumps({"query": "{ __typename }"}).replace("_", "\\u005f").encode()
    for body in (GOOD, b" \r\n\t" + GOOD + b"\n", escaped, b'{"query": "{ __typename }", "more": [1]}'):
        reply = await gateway.reply(request(body))
        assert reply is not None
        assert reply.json() == {"data": {"__typename": "Query"}}

"""Abusive documents are answered or refused quickly, never with an unexpected error."""

import sys
from collections.abc import AsyncIterator
from types import FrameType

import pytest
from support.harness import Harness, harness

from gateway.config.limits import Limit, Limits
from gateway.execution.client_errors import UNEXPECTED
from gateway.execution.engine import OperationResult
from gateway.ids import global_id

MAX_CALLS = 10_000_000  # function calls: a count does not depend on the machine
CUSTOMER = global_id("Customer", "1")
BOMB = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}\n" for n in range(30))
CHAIN = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }}\n" for n in range(1_300))
END = "on Query { sources { system } }"

ABUSES = {
    "deep fields": "{ customer(id: 1) " + "{ accounts { customer " * 500 + "{ id }" + "} }" * 500 + "}",
    "deep inline fragments": "{ " + "... { " * 2_000 + "sources { system }" + " }" * 2_000 + " }",
    "deep lists": "{ node(id: " + "[" * 4_000 + "]" * 4_000 + ") { id } }",
    "deep objects": "{ node(id: " + "{a: " * 3_000 + "1" + "}" * 3_000 + ") { id } }",
    "deep types": "query($a: " + "[" * 4_000 + "Int" + "]" * 4_000 + ") { sources { system } }",
    "open braces": "{" * 9_000,
    "open brackets": "{ a(b: " + "[" * 9_000,
    "wide": "{ " + "sources { system } " * 2_400 + "}",
    "the same field": "{ sources { " + "system " * 9_900 + "} }",
    "aliases": "{ " + " ".join(f"a{n}: sources {{ system }}" for n in range(1_600)) + " }",
    "the same field within the limits": "{ sources { " + "system " * 1_990 + "} }",
    "the same fields in each other": "{ " + ("sources { " + "system " * 40 + "} ") * 40 + "}",
    "a bomb of nothing": "query { ...F0 }\n" + BOMB,
    "inline fragments": "{ " + "... { sources { system } } " * 600 + "}",
    "conflicting aliases": "{ " + " ".join(f"a: node(id: {n}) {{ id }}" for n in range(900)) + " }",
    "fragment bomb": "query { ...F0 }\n" + BOMB + f"fragment F30 {END}",
    "unused fragment bomb": "query { sources { system } }\n" + BOMB + f"fragment F30 {END}",
    "aliases in an unused fragment": "{ sources { system } } fragment A on Query { "
    + 'x: customer(customerNumber: "i") { id } ' * 600
    + "}",
    "aliases in unused fragments": "{ sources { system } } "
    + " ".join(f"fragment F{n} on Query {{ " + "x: sources { system } " * 150 + "}" for n in range(6)),
    "fragment chain": "query { ...F0 }\n" + CHAIN + f"fragment F1300 {END}",
    "fragment cycle": "query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "fragment in itself": "query { ...A } fragment A on Query { sources { system } ...A }",
    "unknown fragments": "{ " + " ".join(f"...F{n}" for n in range(4_900)) + " }",
    "unused fragments": "{ sources { system } } " + " ".join(f"fragment F{n} {END}" for n in range(900)),
    "directives": "{ sources " + "@skip(if: false) " * 1_400 + "{ system } }",
    "unknown directives": "{ sources " + "@a " * 4_900 + "{ system } }",
    "unknown fields": "{ " + " ".join(f"f{n}" for n in range(1_900)) + " }",
    "unknown arguments": "{ sources(" + " ".join(f"a{n}: 1" for n in range(3_200)) + ") { system } }",
    "variables": "query(" + " ".join(f"$v{n}: Int" for n in range(2_400)) + ") { sources { system } }",
    "operations": " ".join(f"query Q{n} {{ sources {{ system }} }}" for n in range(1_200)),
    "10,000 ids": '{ nodes(ids: ["' + '" "'.join([CUSTOMER] * 9_900) + '"]) { id } }',
    "10,001 tokens": "{ " + "a " * 10_000 + "}",
    "a megabyte of tokens": "{ " + "a " * 500_000 + "}",
    "a megabyte of one name": "{ " + "a" * 1_000_000 + " }",
    "a megabyte of comment": "#" * 1_000_000 + "\n{ sources { system } }",
    "a number of 5,000 digits": "{ customer(id: " + "9" * 5_000 + ") { id } }",
    "introspection in itself": "{ __schema { types " + "{ fields { type " * 8 + "{ name }" + "} }" * 8 + " } }",
    "no operation": "fragment A on Query { sources { system } }",
    "nothing": "",
    "blank": " \n\t,,, ",
    "a null character": "{ sources { system } \0 }",
    "a lone surrogate": '{ customer(customerNumber: "\ud800") { id } }',
    "an escaped lone surrogate": '{ customer(customerNumber: "\\uD800") { id } }',
}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def gateway() -> AsyncIterator[Harness]:
    async with harness({"Customer": [{"id": "1", "customer_number": "C1"}]}) as gateway:
        await gateway.ask("{ sources { system } }")  # the first answer takes longer than others
        yield gateway


def unexpected(result: OperationResult) -> list[str]:
    return [error["message"] for error in result.errors if error["message"] == UNEXPECTED]


@pytest.mark.parametrize("name", ABUSES)
async def test_any_document_is_answered_or_refused_with_little_work(gateway: Harness, name: str) -> None:
    calls = 0

    def count(_frame: FrameType, _event: str, _arg: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        result = await gateway.answer(ABUSES[name])
    finally:
        sys.setprofile(None)
    assert result.errors or result.data
    assert unexpected(result) == []
    assert calls < MAX_CALLS


TOO_LARGE = "The document is too large: at most 2000 fields with fragments expanded. Split it into several requests."


async def test_an_error_names_the_limit(gateway: Harness) -> None:
    async def message(name: str) -> str:
        (error,) = (await gateway.answer(ABUSES[name])).errors
        return str(error["message"])

    assert await message("aliases") == TOO_LARGE
    assert await message("fragment bomb") == await message("aliases")
    assert await message("fragment cycle") == "The fragment A spreads itself."
    assert await message("10,001 tokens") == TOO_LARGE.replace("2000 fields with fragments expanded", "10000 tokens")
    assert await message("10,000 ids") == "At most 100 ids at once, not 9900."


async def test_depth_is_counted_through_fragments() -> None:
    limits = Limits(depth=Limit("depth", 4))
    fragment = "fragment A on Customer { accounts { bills { edges { node { id } } } } }"
    async with harness({}, limits=limits) as at:
        (error,) = (await at.answer('{ customer(id: "x") { ...A } } ' + fragment)).errors
    assert error["message"].startswith("The document is too deep: at most 4 levels of fields.")
    assert error["extensions"] == {
        "code": "BAD_INPUT",
        "reason": "DOCUMENT_TOO_DEEP",
        "limitName": "depth",
        "limit": 4,
        "measured": 6,
        "cause": "BAD_INPUT/DOCUMENT_TOO_DEEP",
    }


async def test_a_document_within_the_limits_is_answered(gateway: Harness) -> None:
    wide = " ".join(f"a{n}: sources {{ system }}" for n in range(200))
    result = await gateway.answer(f"{{ {wide} }}")
    assert not result.errors
    assert len(result.data or {}) == 200


async def test_keys_that_look_like_code_are_plain_keys(gateway: Harness) -> None:
    for key in ("../admin", "' OR 1=1 --", "a\x00b", "{{7*7}}", "%00", "é" * 10_000):
        query = "query($id: ID!) { customer(id: $id) { id } }"
        assert await gateway.ask(query, id=global_id("Customer", key)) == {"customer": None}


async def test_used_documents_stay_cached_and_others_are_evicted(gateway: Harness) -> None:
    documents = gateway.engine.schema.documents
    used, unused = documents.get("{ used }"), documents.get("{ unused }")
    for n in range(60):
        documents.get(f"{{ a{n} }} {'#' * 10_000}")
        documents.get("{ used }")
    assert documents.get("{ used }") is used
    assert documents.get("{ unused }") is not unused

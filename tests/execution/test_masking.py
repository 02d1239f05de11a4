"""Fields with `@pii` are masked by the schema, whatever resolver fills them; the gateway itself reads the values."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type
from support.harness import Harness, harness
from support.planted import EMAIL, PHONE, PLANTED, TEXT, planted_tables
from support.utility import ACCOUNT, CUSTOMER

from gateway.access.masks import Cleared, ClearedDay, mask_secret
from gateway.execution.masking import masked_value
from gateway.execution.schema import GatewaySchema
from gateway.ids import global_id
from gateway.resolvers.graph.personal import kind_of
from gateway.resolvers.records import NODES

TYPES = GatewaySchema()._schema.type_map  # noqa: SLF001  # strawberry has no other way to it
# A day has no masked form.
NULL = {("AccountHeader", "dateOfBirth"), ("Person", "dateOfBirth")}


def all_fields() -> Iterator[tuple[str, str, GraphQLField]]:
    """Each field of an object: its type, its name and itself."""
    for each in TYPES.values():
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__"):
            yield from ((each.name, name, field) for name, field in each.fields.items())


def is_declared(field: GraphQLField) -> bool:
    definition = field.extensions.get("strawberry-definition")
    return definition is not None and kind_of(definition) is not None


DECLARED = sorted((of, name) for of, name, field in all_fields() if is_declared(field))


def selection(name: str, depth: int) -> str:
    """Every field of a type that needs no argument, down to a depth."""
    kind: Any = TYPES[name]
    parts = ["__typename"]
    for field, definition in getattr(kind, "fields", {}).items():
        inner = get_named_type(definition.type)
        if is_leaf_type(inner):
            parts.append(field)
        elif depth:
            parts.append(f"{field} {{ {selection(inner.name, depth - 1)} }}")
    return " ".join(parts)


def documents(held: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Documents with every field of every node, and of what stands elsewhere, with their variables."""
    for name in NODES:
        ids = [global_id(name, each["id"]) for each in held.get(name, ())]
        yield f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {{ {selection(name, 1)} }} }} }}", {"ids": ids}
    insights = f"ranked {{ {selection('Insight', 1)} evidence {{ {selection('SourceRef', 0)} }} }}"
    lists = "activities { nodes { __typename title summary } } interactions { nodes { notes { __typename text } } }"
    header = f"header {{ {selection('AccountHeader', 1)} }}"
    yield (
        f"query($id: ID!) {{ billingAccount(id: $id) {{ insights {{ {insights} }} {lists} {header} }} }}",
        {"id": ACCOUNT},
    )
    hits = f"search(text: $text) {{ edges {{ {selection('SearchEdge', 0)} }} }}"
    for text in (PHONE, EMAIL, "ada"):
        yield f"query($text: String!) {{ {hits} }}", {"text": text}
    hits = f'search(by: {{identifierLast4: "3456"}}) {{ edges {{ {selection("SearchEdge", 0)} }} }}'
    yield f"{{ {hits} }}", {}


def fields_in(value: Any) -> Iterator[tuple[str, str]]:
    """Each field with a value, of objects that say their type."""
    if isinstance(value, list):
        for each in value:
            yield from fields_in(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if each is not None and "__typename" in value:
                yield value["__typename"], name
            yield from fields_in(each)


@pytest.fixture
async def planted() -> AsyncIterator[Harness]:
    async with harness(planted_tables()) as at:
        yield at


async def answers(at: Harness) -> list[Any]:
    return [await at.answer(text, **variables) for text, variables in documents(at.held)]


async def test_no_field_shows_planted_data(planted: Harness) -> None:
    results = await answers(planted)
    text = json.dumps([[each.data, each.errors] for each in results], ensure_ascii=False)
    assert [each for each in PLANTED if each in text] == []
    assert set(DECLARED) - {field for each in results for field in fields_in(each.data)} == NULL


async def test_the_state_of_a_birth_date_is_masked(planted: Harness) -> None:
    fields = "dateOfBirth dateOfBirthState birthYear"
    query = (
        f"query($id: ID!) {{ customer(id: $id) {{ header {{ {fields} }} party {{ ... on Person {{ {fields} }} }} }} }}"
    )
    customer = (await planted.ask(query, id=CUSTOMER))["customer"]
    expected = {"dateOfBirth": None, "dateOfBirthState": "MASKED", "birthYear": 1980}
    assert (customer["header"], customer["party"]) == (expected, expected)


async def test_an_unknown_birth_date_is_not_masked(planted: Harness) -> None:
    for each in planted.held["Person"]:
        each["date_of_birth"] = None
    query = "query($id: ID!) { customer(id: $id) { header { dateOfBirthState birthYear birthYearState } } }"
    header = (await planted.ask(query, id=CUSTOMER))["customer"]["header"]
    assert header == {"dateOfBirthState": "NONE", "birthYear": None, "birthYearState": "NONE"}


async def test_a_warning_of_life_support_stays(planted: Harness) -> None:
    query = "query($id: ID!) { billingAccount(id: $id) { insights { ranked { code title message } } } }"
    ranked = (await planted.ask(query, id=ACCOUNT))["billingAccount"]["insights"]["ranked"]
    [warning] = [each for each in ranked if each["code"] == "LIFE_SUPPORT"]
    assert "life support" in warning["message"]


async def test_a_long_text_is_masked_as_a_short_one(planted: Harness) -> None:
    for each in planted.held["EmailMessage"]:
        each["body"] = "All is well. " * 1_000 + TEXT
    node = "query($id: ID!) { node(id: $id) { ... on EmailMessage { body } } }"
    body = (await planted.ask(node, id=global_id("EmailMessage", "EmailMessage1")))["node"]["body"]
    assert body.startswith("All is well. ")
    assert body.endswith("write to a***@e***.com. Gate code ***.")


@pytest.mark.parametrize("length", [140, 145, 150, 155])
async def test_a_summary_shows_no_half_number(planted: Harness, length: int) -> None:
    for each in planted.held["Case"]:
        each["comments"] = f"{'x' * length} 4111 1111 1111 1111 and more"
    node = "query($id: ID!) { node(id: $id) { ... on Case { summary } } }"
    summary = (await planted.ask(node, id=global_id("Case", "Case1")))["node"]["summary"]
    assert "4111" not in summary


def test_what_was_revealed_passes_the_mask() -> None:
    day = ClearedDay(1980, 2, 29)
    assert masked_value([Cleared("a"), "b", None], mask_secret) == ["a", "***", None]
    assert masked_value(day, mask_secret) is day
    assert masked_value(date(1980, 2, 29), mask_secret) is None


def test_a_text_made_of_a_revealed_one_does_not_pass() -> None:
    assert masked_value(Cleared("4821").strip() + " ", mask_secret) == "***"


# Names of fields that have no personal data on any type. Names of people stay: agents speak with them.
OTHER_TEXTS = [
    "id",
    "localId",
    "cursor",
    "startCursor",
    "endCursor",
    "recordId",
    "nodeId",
    "accountId",
    "name",
    "userName",
    "team",
    "contactName",
    "label",
    "legalName",
    "description",
    "code",
    "unit",
    "unitSymbol",
    "currency",
    "formatted",
    "accountNumber",
    "customerNumber",
    "billNumber",
    "paymentNumber",
    "requestNumber",
    "orderNumber",
    "badgeNumber",
    "number",
    "url",
    "documentUrl",
    "line1",
    "line2",
    "city",
    "region",
    "postalCode",
    "country",
    "timeZone",
    "zoneOfDays",
    "preferredLanguage",
    "industry",
    "relationType",
    "recordType",
    "timeOfUse",
    "handler",
    "crew",
    "configuration",
    "occurredLabel",
    "thirdPartyPayor",
    "collectionAgency",
    "notComparableText",
    "message",
    "notice",
    "missingFields",
    "types",
    "context",
]
# Texts that the gateway writes from amounts, days, labels and numbers of records.
WRITTEN = {"BillCorrection.text", "BillDriver.text", "NextBill.text", "Insight.title"}
REVEALED = {"RevealedValue.field", "RevealedValue.path", "RevealedValue.value"}  # with an entry in the audit
OF_ACTIVITIES = ("title", "summary")  # some types make them of free text, as planted data shows


def test_each_text_is_declared_or_decided_to_be_none() -> None:
    undecided = {
        f"{of}.{name}"
        for of, name, field in all_fields()
        if get_named_type(field.type).name in ("String", "Url") and not is_declared(field)
        if name not in OTHER_TEXTS and not name.endswith(("Label", "Labels", "Formatted"))
        if name not in OF_ACTIVITIES or of not in NODES
    }
    assert undecided == WRITTEN | REVEALED

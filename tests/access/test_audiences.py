"""An audience knows a part of the schema: its documents, its introspection and its ids."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from graphql import GraphQLNamedType, get_introspection_query, get_named_type, is_composite_type
from support.harness import Harness, harness
from support.utility import ACCOUNT, utility

from gateway.access.audiences import AUDIENCES, EVERY_AUDIENCE, PARTNER, STAFF
from gateway.access.caller import ALL_SCOPES, Caller
from gateway.execution.schema import GatewaySchema
from gateway.ids import global_id
from gateway.resolvers.graph.tags import INTERNAL, has_tag, known_to

SCHEMA = GatewaySchema()
WHOLE = SCHEMA._schema.type_map  # noqa: SLF001  # strawberry has no other way to it
PART = SCHEMA.for_audience(PARTNER)._schema.type_map  # noqa: SLF001  # as above
BILLS = "query($id: ID!) { billingAccount(id: $id) { accountNumber bills(first: 3) { nodes { billNumber } } } }"
CALLS = "query($id: ID!) { node(id: $id) { __typename id source { recordType nodeId } } }"
PARTNER_CALLER = Caller("partner", ALL_SCOPES, audience=PARTNER)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def at() -> AsyncIterator[Harness]:
    async with harness(utility()) as gateway:
        yield gateway


def composite(types: dict[str, GraphQLNamedType]) -> dict[str, Any]:
    return {name: each for name, each in types.items() if is_composite_type(each) and not name.startswith("__")}


def fields(kind: Any) -> dict[str, Any]:
    return getattr(kind, "fields", {})


def test_a_part_has_no_type_without_the_tag() -> None:
    for name, kind in composite(PART).items():
        definition = kind.extensions["strawberry-definition"]
        is_list = name.endswith(("Connection", "Edge"))
        assert has_tag(definition, PARTNER) or is_list or hasattr(kind, "types"), name


def test_a_part_lacks_internal_fields_and_unknown_types_only() -> None:
    for name, kind in composite(PART).items():
        left_out = fields(WHOLE[name]).keys() - fields(kind).keys()
        for each in left_out:
            field = fields(WHOLE[name])[each]
            stem = each.removesuffix("State").removesuffix("Label").removesuffix("Labels")
            is_sibling = {stem, f"{stem}s"} & (left_out - {each})
            is_internal = has_tag(field.extensions["strawberry-definition"], INTERNAL)
            assert is_sibling or is_internal or get_named_type(field.type).name not in PART, f"{name}.{each}"


@pytest.mark.parametrize(
    "name",
    ["Call", "Chat", "Insight", "CollectionProcess", "PersonalIdentifier", "SpecialNeed", "AccountHeader", "Agent"],
)
def test_a_partner_knows_nothing_of_work_on_customers(name: str) -> None:
    assert name in WHOLE
    assert name not in PART


def test_a_state_goes_with_its_field() -> None:
    account = fields(PART["BillingAccount"])
    assert {"balance", "balanceState"} <= account.keys()
    assert {"creditProfile", "creditProfileState", "autopay", "autopayState"} & account.keys() == set()


def test_every_type_of_a_part_is_reachable_by_its_own() -> None:
    for name, kind in composite(PART).items():
        for field in fields(kind).values():
            named = get_named_type(field.type)
            assert PART[named.name] is named, f"{name}: {named.name}"


def test_a_printed_part_is_a_schema() -> None:
    text = SCHEMA.for_audience(PARTNER).as_str()
    assert "type Bill " in text
    assert "type Call " not in text


def test_a_tag_names_an_audience_and_fields() -> None:
    with pytest.raises(ValueError, match="no audience: friends"):
        known_to("friends")


async def test_what_a_part_has_is_answered_alike(at: Harness) -> None:
    assert await at.asked_by(PARTNER_CALLER).ask(BILLS, id=ACCOUNT) == await at.ask(BILLS, id=ACCOUNT)


@pytest.mark.parametrize(
    "query",
    [
        "{ sources { state } }",
        "query($id: ID!) { billingAccount(id: $id) { insights { total } } }",
        "query($id: ID!) { billingAccount(id: $id) { activities(first: 1) { complete } } }",
        "query($id: ID!) { node(id: $id) { ... on Call { direction } } }",
    ],
)
async def test_a_document_beyond_the_part_is_invalid(at: Harness, query: str) -> None:
    result = await at.asked_by(PARTNER_CALLER).answer(query, id=ACCOUNT)
    assert not result.ran
    assert at.gate.batches == []


async def test_an_unknown_type_looks_like_no_type(at: Harness) -> None:
    partner = at.asked_by(PARTNER_CALLER)
    hidden = await partner.answer(CALLS, id=global_id("Call", "1"))
    absent = await partner.answer(CALLS, id=global_id("Cale", "1"))
    assert hidden.data == absent.data == {"node": None}
    assert hidden.errors == absent.errors
    assert at.gate.batches == []


async def test_introspection_shows_the_part(at: Harness) -> None:
    data = await at.asked_by(PARTNER_CALLER).ask(get_introspection_query())
    assert {each["name"] for each in data["__schema"]["types"]} == PART.keys()


def closed_to(*audiences: str) -> Callable[[str], list[str]]:
    """The errors of a document for each audience of a schema that some may not introspect."""
    schema = GatewaySchema(introspection=EVERY_AUDIENCE - set(audiences))
    return lambda query: [
        error.message
        for name in audiences
        for error in schema.for_audience(None if name == STAFF else name).documents.get(query).errors
    ]


@pytest.mark.parametrize("audience", sorted(EVERY_AUDIENCE))
def test_introspection_can_be_switched_off(audience: str) -> None:
    errors = closed_to(audience)("{ __schema { queryType { name } } }")
    assert {error.partition(",")[0] for error in errors} == {"GraphQL introspection has been disabled"}
    others = GatewaySchema(introspection=EVERY_AUDIENCE - {audience})
    for other in {STAFF, *AUDIENCES} - {audience}:
        documents = others.for_audience(None if other == STAFF else other).documents
        assert documents.get("{ __schema { queryType { name } } }").errors == ()


@pytest.mark.parametrize(
    "query",
    [
        "{ custome { id } }",
        "{ customer(customerNumbr: 1) { id } }",
        "{ node(id: 1) { ... on Bil { id } } }",
        "query($a: ListOrde) { customer(customerNumber: 1) { id } }",
        "{ billingAccount(id: 1) { bills(orderBy: NEWEST_FIRS) { complete } } }",
    ],
)
def test_without_introspection_there_are_no_suggestions(query: str) -> None:
    assert "Did you mean" in str(SCHEMA.documents.get(query).errors)
    assert not [message for message in closed_to(STAFF)(query) if "Did you mean" in message]

"""Enum fields that people read have a sibling with the label; coded values have one, too."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_list_type
from graphql.type.definition import GraphQLNonNull, GraphQLOutputType
from support.harness import Harness
from support.resolvers.answers import account
from support.utility import ACCOUNT

from gateway.errors import SourceDown
from gateway.execution.schema import GatewaySchema
from gateway.ids import global_id
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.service.premises import ServiceType

CORE = GatewaySchema()._schema  # noqa: SLF001  # Strawberry shows it nowhere else
FOR_PROGRAMS = {
    "ActivityPrecision",
    "DashboardContent",
    "InsightActionKind",
    "InsightScreen",
    "InsightState",
    "KnownState",
    "Landing",
    "OpenMode",
    "SourceState",
    "SourceSystem",
}
BILLS = """query($account: ID!) { billingAccount(id: $account) { status statusLabel
  bills(first: 1) { nodes { billStatus billStatusLabel category categoryLabel activityTypeLabel } } } }"""


def enum_fields() -> Iterator[tuple[str, str, GraphQLOutputType, Any]]:
    """Every field of an enum type: type, name, type of the field, all fields of its type."""
    for kind, each in CORE.type_map.items():
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType) and not kind.startswith("__"):
            for name, field in each.fields.items():
                if isinstance(get_named_type(field.type), GraphQLEnumType):
                    yield kind, name, field.type, each.fields


def enums() -> list[GraphQLEnumType]:
    ours = [(name, kind) for name, kind in CORE.type_map.items() if not name.startswith("__")]
    return [kind for _, kind in ours if isinstance(kind, GraphQLEnumType)]


def is_required(kind: GraphQLOutputType) -> bool:
    return isinstance(kind, GraphQLNonNull)


def test_every_value_of_every_enum_is_described() -> None:
    texts = {f"{kind.name}.{name}": value.description for kind in enums() for name, value in kind.values.items()}
    assert [name for name, text in texts.items() if not text] == []


def test_a_description_says_more_than_the_name() -> None:
    for kind in enums():
        for name, value in kind.values.items():
            words = {*(value.description or "").lower().rstrip(".").split()}
            assert words - {*name.lower().split("_")}, f"{kind.name}.{name}"


def test_each_enum_that_people_read_has_a_label() -> None:
    for kind, name, hint, fields in enum_fields():
        is_list = is_list_type(getattr(hint, "of_type", hint))
        label = fields.get(f"{name.removesuffix('s')}Labels" if is_list else f"{name}Label")
        assert (label is None) == (get_named_type(hint).name in FOR_PROGRAMS), f"{kind}.{name}"
        is_own = "activityStatus" in fields and name == "status"  # activities say "Unknown"
        assert label is None or is_own or is_required(label.type) == is_required(hint), f"{kind}.{name}"


def test_labels_of_one_enum_differ() -> None:
    for enum in DescribedEnum.__subclasses__():
        labels = [member.label for member in enum]
        assert len(set(labels)) == len(labels), enum


def test_a_coded_value_is_called_by_its_description_else_code() -> None:
    assert CodedValue(code="HB", description="High bill").label == "High bill"
    assert CodedValue(code="HB", description=None).label == CodedValue(code="HB", description="").label == "HB"


def test_a_type_may_word_its_label_itself() -> None:
    @described
    class Meter:
        """A meter of a service.

        kind: Service that it measures.
        kind_label: Text for people.
        """

        kind: ServiceType
        kind_label: str

    assert [field.python_name for field in Meter.__strawberry_definition__.fields] == ["kind", "kind_label"]  # type: ignore[attr-defined]  # strawberry adds it


async def test_a_label_stands_beside_its_value(at: Harness) -> None:
    data = await account(at, BILLS)
    assert (data["status"], data["statusLabel"]) == ("ACTIVE", "Active")
    [bill] = data["bills"]["nodes"]
    assert bill["categoryLabel"] == "Bills and payments"
    assert bill["activityTypeLabel"] == "Bill"


async def test_a_null_value_has_no_label(at: Harness) -> None:
    for bill in at.held["Bill"]:
        bill["status"] = None
    [bill] = (await account(at, BILLS))["bills"]["nodes"]
    assert (bill["billStatus"], bill["billStatusLabel"]) == (None, None)


async def test_the_label_of_an_unknown_value_is_unknown(at: Harness) -> None:
    at.gate.down["CIS"] = SourceDown
    result = await at.answer("query($id: ID!) { billingAccount(id: $id) { status statusLabel } }", id=ACCOUNT)
    assert result.data == {"billingAccount": {"status": None, "statusLabel": None}}
    assert [error["path"][-1] for error in result.errors] == ["status", "statusLabel"]


async def test_a_list_of_values_has_a_list_of_labels(at: Harness) -> None:
    query = "query($id: ID!) { node(id: $id) { ... on Person { roles roleLabels } } }"
    for person in at.held["Person"]:
        person["roles"] = ["FORMER_CUSTOMER", "CONTACT"]
    data = await at.ask(query, id=global_id("Person", "H"))
    assert data["node"]["roleLabels"] == ["Former customer", "Contact"]


async def test_a_coded_value_has_its_label_in_the_graph(at: Harness) -> None:
    query = "query($id: ID!) { billingAccount(id: $id) { customerClass { code label } } }"
    at.held["BillingAccount"][0]["customer_class"] = "RES"
    data = await at.ask(query, id=ACCOUNT)
    assert data["billingAccount"]["customerClass"] == {"code": "RES", "label": "RES"}

"""Estimated costs are plausible, and no answer whose lists are as long as assumed costs more."""

from functools import cache
from typing import Any

import graphql
import pytest
from graphql import NoUnusedVariablesRule, build_schema, parse, specified_rules, validate
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.documents import NAMES, document, operations
from support.harness import harness
from support.lengths import Answers
from support.utility import VARIABLES, utility

from gateway.config.query_rules import QueryRules
from gateway.contract.batch import NO_OPTIONS
from gateway.execution.schema import GatewaySchema
from gateway.limits.cost import OperationCost, compile_costs
from gateway.limits.model import CostModel
from gateway.telemetry.request_record import RequestRecord

RULES = QueryRules()
RULES_OF_DOCUMENTS = [rule for rule in specified_rules if rule is not NoUnusedVariablesRule]
Draw = Any


def bare(schema: GatewaySchema) -> graphql.GraphQLSchema:
    """The schema with its directives, and without resolvers."""
    core = build_schema(schema.as_str(), assume_valid_sdl=True)
    for name, kind in schema._schema.type_map.items():  # noqa: SLF001  # Strawberry shows it nowhere else
        for field, definition in getattr(kind, "fields", {}).items():
            if not name.startswith("__") and not isinstance(kind, graphql.GraphQLInputObjectType):
                core.type_map[name].fields[field].extensions = definition.extensions  # type: ignore[attr-defined]
    return core


@cache
def model() -> CostModel:
    return CostModel(bare(GatewaySchema()), RULES)


def cost_of(text: str) -> OperationCost:
    parsed = parse(text)
    assert validate(model().schema, parsed, RULES_OF_DOCUMENTS) == []
    [cost] = compile_costs(model(), parsed).values()
    return cost


ACCOUNT = "query($n: Int, $yes: Boolean = true, $ids: [ID!] = []) {{ billingAccount(id: 1) {{ {} }} }}"
BILLS = ACCOUNT.format("bills(first: $n) { nodes { id } }")
PAGE = "fragment P on BillConnection { nodes { id } }"
TWICE = 1 + 5 + 1 + 5  # two objects and two questions


@pytest.mark.parametrize(
    ("text", "variables", "points"),
    [
        (ACCOUNT.format("id"), {}, 6),
        (ACCOUNT.format("balance { current { amount } }"), {}, 6 + 5 + 1 + 1),
        (ACCOUNT.format("bills(first: 7) { nodes { id } }"), {}, TWICE + 7),
        (ACCOUNT.format("bills(first: 7) { edges { node { id } } }"), {}, TWICE + 14),
        (ACCOUNT.format("bills { nodes { id } }"), {}, TWICE + 25),
        (BILLS, {"n": 7}, TWICE + 7),
        (BILLS, {}, TWICE + 25),
        (BILLS, {"n": None}, TWICE + 25),
        (BILLS, {"n": 500}, TWICE + 500),
        (BILLS, {"n": 501}, TWICE),  # refused, and so null
        (BILLS, {"n": 0}, TWICE),
        (BILLS, {"n": -1}, TWICE),
        (BILLS, {"n": "many"}, TWICE + 1),  # GraphQL refuses it
        (BILLS.replace("$n: Int", "$n: Int = 3"), {}, TWICE + 3),
        (BILLS.replace("nodes", "nodes @include(if: $yes)"), {"n": 4}, TWICE + 4),
        (BILLS.replace("nodes", "nodes @include(if: $yes)"), {"n": 4, "yes": False}, TWICE),
        (BILLS.replace("nodes", "nodes @skip(if: $yes)"), {"n": 4}, TWICE),
        (BILLS.replace("nodes", "nodes @skip(if: true)"), {"n": 4}, TWICE),
        (ACCOUNT.format("billingHistory(months: 2) { since }"), {}, 6 + 5 + 2),
        (ACCOUNT.format("billingHistory { since }"), {}, 6 + 5 + 13),
        (ACCOUNT.format("alerts { since }"), {}, 6 + 5 + 5),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["a", "b"]}, 2),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', {}, 3),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["a"] * 101}, 0),
        ("{ __typename }", {}, 0),
        # Of several types, the most expensive one counts.
        ('{ node(id: "x") { id ... on Bill { segments { id } } ... on Call { id } } }', {}, 6 + 5 + 5),
        ('{ node(id: "x") { ... on Bill { account { id } } ... on Case { account { id } } } }', {}, 6 + 6),
        # A fragment on a page is as long as the page where it is spread.
        (
            "query($n: Int) { billingAccount(id: 1) { a: bills(first: $n) { ...P } b: bills(first: 2) { ...P } } } "
            + PAGE,
            {"n": 3},
            6 + 6 + 3 + 6 + 2,
        ),
    ],
)
def test_a_document_costs_what_it_asks_for(text: str, variables: dict[str, Any], points: int) -> None:
    assert cost_of(text).estimate(variables) == points


def test_the_formula_shows_variables_and_fragments() -> None:
    cost = cost_of(
        "query($n: Int, $all: Boolean!) { billingAccount(id: 1) { bills(first: $n) { ...P @include(if: $all) } } } "
        "fragment P on BillConnection { nodes { id } ... @skip(if: $all) { totalCount } }"
    )
    assert cost.formula() == "(12 + ([$all]*P + $n*[$all]*1))\nP = [!$all]*5"


@st.composite
def documents(draw: Draw) -> str:
    """A valid document of a few levels, with variables, fragments and directives."""
    return "query($n: Int, $yes: Boolean!) " + draw(selections("Query", 3))


@st.composite
def selections(draw: Draw, name: str, levels: int) -> str:
    kind: Any = model().schema.type_map[name]
    fields = [each for each, field in sorted(getattr(kind, "fields", {}).items()) if levels > 1 or is_leaf(field)]
    names = draw(st.lists(st.sampled_from([*fields, "__typename"]), max_size=4))
    texts = [draw(selection(name, each, levels)) for each in names]
    if not isinstance(kind, graphql.GraphQLObjectType):
        concrete = draw(st.lists(st.sampled_from(sorted(model().possible(kind))), max_size=2))
        texts += [f"... on {each} {draw(selections(each, levels))}" for each in concrete]
    return "{ __typename " + " ".join(texts) + " }"


@st.composite
def selection(draw: Draw, parent: str, name: str, levels: int) -> str:
    if name == "__typename":
        return name
    field = model().schema.type_map[parent].fields[name]  # type: ignore[attr-defined]
    given_arguments = [f"{each}: {draw(st.sampled_from(VALUES[each]))}" for each in field.args if each in VALUES]
    arguments = f"({', '.join(given_arguments)})" if given_arguments else ""
    inner = "" if is_leaf(field) else draw(selections(graphql.get_named_type(field.type).name, levels - 1))
    directive = draw(st.sampled_from(["", "", "@include(if: $yes)", "@skip(if: $yes)"]))
    alias = draw(st.sampled_from("abc"))
    return f"{alias}_{name}: {name}{arguments} {directive} {inner}"


VALUES = {"first": ["1", "3", "$n", "null"], "months": ["2"], "ids": ['["a", "b"]'], "id": ['"x"']}


def is_leaf(field: Any) -> bool:
    return graphql.is_leaf_type(graphql.get_named_type(field.type))


@settings(max_examples=60, deadline=None)
@given(text=documents(), seed=st.integers(0, 2**32), yes=st.booleans(), n=st.sampled_from([None, 2, 500, -1]))
def test_an_answer_costs_no_more_than_estimated(text: str, seed: int, yes: bool, n: int | None) -> None:  # noqa: FBT001
    parsed = parse(text)
    assume(validate(model().schema, parsed, RULES_OF_DOCUMENTS) == [])
    variables = {"yes": yes, "n": n}
    [cost] = compile_costs(model(), parsed).values()
    data = Answers(model(), seed).execute(parsed, variables)
    assert cost.actual(data) <= cost.estimate(variables)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


async def test_shipped_documents_have_plausible_costs() -> None:
    costs = {}
    async with harness(utility()) as at:
        for name in NAMES:
            for operation in operations(name):
                record = RequestRecord()
                await at.engine.execute(document(name), VARIABLES, operation, NO_OPTIONS, record)
                assert record.estimated_cost == at.engine.estimated_cost(document(name), VARIABLES, operation)
                assert record.actual_cost is not None
                costs[operation] = (record.estimated_cost or 0, record.actual_cost)
    assert [name for name, (estimate, actual) in costs.items() if not 5 <= actual <= estimate] == []
    assert max(costs, key=costs.__getitem__) == "Customer360"
    assert 3_000 < costs["Customer360"][0] < 10_000
    assert {name for name, (estimate, _) in costs.items() if estimate < 50} >= {"BalanceWidget", "LastBillWidget"}

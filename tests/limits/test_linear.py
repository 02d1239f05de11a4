"""Sizes and costs are counted in time linear in the document, and capped, however often fragments expand."""

import sys
from types import FrameType

import pytest
from graphql import DocumentNode, SelectionNode, Visitor, parse, visit

from gateway.config.query_rules import QueryRules
from gateway.errors import BadInput
from gateway.execution.schema import GatewaySchema
from gateway.limits.cost import CostCompiler, compile_costs
from gateway.limits.document_size import SizeCounter, document_size, fragments_of, refuse_repetition
from gateway.limits.expressions import MAX_POINTS
from gateway.limits.model import CostModel

SCHEMA = GatewaySchema()._schema  # noqa: SLF001  # Strawberry shows it nowhere else
MODEL = CostModel(SCHEMA, QueryRules())
SCHEMA_FIELD = "__schema { types { name fields { name } } }"
ENDS = "fragment F30 on Customer { id accounts { bills(first: $n) { nodes { id } } } }"


def doubling(selection: str) -> str:
    """30 fragments, each of which spreads the next twice."""
    fragments = [f"fragment F{n} on Customer {{ {selection.replace('NEXT', f'F{n + 1}')} }}" for n in range(30)]
    return "query($n: Int) { customer(id: 1) { ...F0 } }\n" + "\n".join([*fragments, ENDS])


DOCUMENTS = {
    "twice in one place": doubling("...NEXT ...NEXT"),
    "twice in lists": doubling("a: accounts { customer { ...NEXT } } b: accounts { customer { ...NEXT } }"),
    "twice with a condition": doubling("...NEXT @include(if: true) ... @skip(if: false) { ...NEXT }"),
    "in all types": doubling(
        "party { ... on Person { customers { ...NEXT } } ... on Node { ... on Organization "
        "{ customers { ...NEXT } } } }"
    ),
    "10,000 aliases": "{ " + " ".join(f"a{n}: sources {{ system }}" for n in range(10_000)) + " }",
    "10,000 directives": "{ sources { " + "system @include(if: true) " * 10_000 + "} }",
    "deep selections": "{ customer(id: 1) " + "{ accounts { customer " * 40 + "{ id }" + "} }" * 40 + "}",
    "200 schemas": "{ " + " ".join(f"a{n}: {SCHEMA_FIELD}" for n in range(200)) + " }",
}


def selections(document: DocumentNode) -> int:
    """The selections as they are written."""
    count = 0

    class Count(Visitor):
        def enter(self, node: object, *_: object) -> None:
            nonlocal count
            count += isinstance(node, SelectionNode)

    visit(document, Count())
    return count


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_selection_is_visited_once(name: str) -> None:
    document = parse(DOCUMENTS[name])
    sizes, costs = SizeCounter(fragments_of(document)), CostCompiler(MODEL, document)
    for node in document.definitions:
        if node.kind == "operation_definition":
            sizes.selected(node.selection_set)  # type: ignore[attr-defined]
            costs.operation(node)  # type: ignore[arg-type]
    assert sizes.visits == costs.visits == selections(document)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_estimate_takes_few_calls_for_each_selection(name: str) -> None:
    document = parse(DOCUMENTS[name])
    [cost] = compile_costs(MODEL, document).values()
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        estimate = cost.estimate({"n": 3})
    finally:
        sys.setprofile(None)
    assert 0 <= estimate <= MAX_POINTS
    assert calls <= 20 * selections(document) + 20
    assert cost.formula().count("+") <= 20 * selections(document)


def test_expanded_selections_are_multiplied() -> None:
    size = document_size(parse(DOCUMENTS["twice in lists"]))
    assert size.aliases > 2**31
    [cost] = compile_costs(MODEL, parse(DOCUMENTS["twice in lists"])).values()
    assert cost.estimate({}) == MAX_POINTS


def test_introspection_is_multiplied() -> None:
    [one] = compile_costs(MODEL, parse(f"{{ {SCHEMA_FIELD} }}")).values()
    [many] = compile_costs(MODEL, parse(DOCUMENTS["200 schemas"])).values()
    assert one.introspection({}) > len(SCHEMA.type_map)
    assert many.introspection({}) == 200 * one.introspection({})


@pytest.mark.parametrize("name", ["twice in one place", "twice in lists"])
def test_validation_never_sees_what_expands_too_far(name: str) -> None:
    with pytest.raises(BadInput, match="repeats the same fields too often"):
        refuse_repetition(parse(DOCUMENTS[name]))


def test_a_circle_of_fragments_is_refused() -> None:
    text = "{ ...A } fragment A on Query { ...B } fragment B on Query { sources { system } ...A }"
    with pytest.raises(BadInput, match="The fragment A spreads itself"):
        document_size(parse(text))

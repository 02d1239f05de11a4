"""The estimated cost of an operation: compiled in one walk over its document, in time linear in the document.

A field costs its weight, and each object that it returns 1 and the cost of its selections. A fragment is compiled
once, however often it is spread. What is selected twice counts twice: an estimate is an upper bound.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import graphql

from gateway.limits.actual_cost import Step, actual_cost, plan
from gateway.limits.document_size import fragments_of
from gateway.limits.expressions import (
    NOTHING,
    ONE,
    Condition,
    Constant,
    Environment,
    Expression,
    Shared,
    constant,
    formulas,
    is_nothing,
    largest,
    product,
    sum_of,
)
from gateway.limits.model import INTROSPECTION, Composite, CostModel

REFRESH = 25  # points of a system whose cache is bypassed: about five questions, which the cache might have answered
OBJECTS_PER_POINT = 10  # of introspection: no system is asked


class Costs(NamedTuple):
    """The costs of some selections.

    fixed: once.
    each: for each entry of the page around them, which is not known in a fragment on a page.
    schema: the objects of introspection.
    """

    fixed: Expression = NOTHING
    each: Expression = NOTHING
    schema: Expression = NOTHING

    def shared(self, name: str) -> "Costs":
        """The same, to be evaluated once wherever it stands."""
        parts = zip(("", ".each", ".schema"), self, strict=True)
        return Costs(*(each if isinstance(each, Constant) else Shared(f"{name}{part}", each) for part, each in parts))


FREE = Costs()


@dataclass(frozen=True)
class OperationCost:
    """The cost of one operation of a document.

    schema: the objects of introspection.
    defaults: those of its variables.
    make_plan: how to find its actual cost.
    """

    points: Expression
    schema: Expression
    defaults: Mapping[str, Any]
    make_plan: Callable[[], Sequence[Step]]

    def estimate(self, variables: Mapping[str, Any] | None) -> int:
        """The points that the operation costs at most, if its lists are as long as assumed."""
        environment = self._environment(variables)
        return self.points.value(environment) + self.schema.value(environment) // OBJECTS_PER_POINT

    def introspection(self, variables: Mapping[str, Any] | None) -> int:
        """The objects of the schema that the operation asks for."""
        return self.schema.value(self._environment(variables))

    def actual(self, data: Mapping[str, Any] | None) -> int:
        """The points that an answer has cost, without introspection."""
        return 0 if data is None else actual_cost(self._plan, data)

    @cached_property
    def _plan(self) -> Sequence[Step]:
        return self.make_plan()

    def formula(self) -> str:
        """The expression for people, one line for each part."""
        return "\n".join(formulas(self.points))

    def _environment(self, variables: Mapping[str, Any] | None) -> Environment:
        return Environment({**self.defaults, **(variables or {})})


def compile_costs(model: CostModel, document: graphql.DocumentNode) -> dict[str, OperationCost]:
    """The cost of each operation of a valid document, by its name; "" without one."""
    compiler = CostCompiler(model, document)
    nodes = [node for node in document.definitions if isinstance(node, graphql.OperationDefinitionNode)]
    return {operation_name(node): compiler.operation(node) for node in nodes}


def operation_name(node: graphql.OperationDefinitionNode) -> str:
    return node.name.value if node.name else ""


class CostCompiler:
    """Compiles the operations of one document. `visits` counts the selections that it looked at."""

    def __init__(self, model: CostModel, document: graphql.DocumentNode) -> None:
        self.model, self.visits = model, 0
        self._definitions = fragments_of(document)
        self._fragments: dict[str, Costs] = {}
        self._names = 0

    def operation(self, node: graphql.OperationDefinitionNode) -> OperationCost:
        root = self.model.schema.get_root_type(node.operation)
        if root is None:
            raise LookupError(f"the schema has no {node.operation.value}")  # a document is validated before
        costs = self._selected(root, node.selection_set)
        defaults = {
            each.variable.name.value: graphql.value_from_ast_untyped(each.default_value)
            for each in node.variable_definitions or ()
            if each.default_value is not None
        }
        points = self._whole(costs, self.model.default_page())
        make_plan = partial(plan, self.model, root, node.selection_set, self._definitions)
        return OperationCost(points, costs.schema, defaults, make_plan)

    def _selected(self, parent: Composite, selection_set: graphql.SelectionSetNode) -> Costs:
        """The costs of selections. Of those on several types, the most expensive type counts."""
        possible = self.model.possible(parent)
        always, by_type = list[Costs](), dict[str, list[Costs]]()
        for node in selection_set.selections:
            self.visits += 1
            kind, costs = self._selection(parent, node)
            names = possible if kind is parent else possible & self.model.possible(kind)
            if len(names) == len(possible):
                always.append(costs)
                continue
            costs = self._shared(costs)
            for name in names:
                by_type.setdefault(name, []).append(costs)
        variants = {tuple(map(id, each)): each for each in by_type.values()}
        return _total([*always, _largest([_total(each) for each in variants.values()])])

    def _selection(self, parent: Composite, node: graphql.SelectionNode) -> tuple[Composite, Costs]:
        """The type that a selection applies to, and its costs."""
        if isinstance(node, graphql.FieldNode):
            kind, costs = parent, self._field(parent, node)
        elif isinstance(node, graphql.FragmentSpreadNode):
            kind, costs = self._fragment(node.name.value)
        else:
            kind = self.model.type_of(node.type_condition, parent)  # type: ignore[attr-defined]  # inline
            costs = self._selected(kind, node.selection_set)  # type: ignore[attr-defined]  # inline
        return kind, _conditional(node.directives or (), costs)

    def _fragment(self, name: str) -> tuple[Composite, Costs]:
        definition = self._definitions[name]
        kind: Composite = self.model.schema.type_map[definition.type_condition.name.value]  # type: ignore[assignment]
        if name not in self._fragments:
            self._fragments[name] = self._selected(kind, definition.selection_set).shared(name)
        return kind, self._fragments[name]

    def _field(self, parent: Composite, node: graphql.FieldNode) -> Costs:
        name = node.name.value
        cost = self.model.field(parent, name)
        weight = constant(cost.weight)
        if cost.returned is None or node.selection_set is None:
            return Costs(weight)
        length = cost.length.expression(node) if cost.length else ONE
        page = length if cost.is_page else self.model.default_page()
        one = sum_of([ONE, self._whole(self._selected(cost.returned, node.selection_set), page)])
        if cost.is_entries:
            return Costs(weight, each=one)
        whole = sum_of([weight, one if cost.is_page else product(length, one)])
        return Costs(schema=whole) if name in INTROSPECTION else Costs(whole)

    def _whole(self, costs: Costs, page: Expression) -> Expression:
        """The costs of selections on a page of this length, or on any other object."""
        return sum_of([costs.fixed, product(page, costs.each)])

    def _shared(self, costs: Costs) -> Costs:
        self._names += 1
        return costs.shared(f"part{self._names}")


def _total(every: Iterable[Costs]) -> Costs:
    parts = list(every)
    return parts[0] if len(parts) == 1 else Costs(*(sum_of(each) for each in zip(*parts, strict=True)))


def _largest(every: Sequence[Costs]) -> Costs:
    return Costs(*(largest(each) for each in zip(*every, strict=True))) if every else FREE


def _conditional(directives: Iterable[graphql.DirectiveNode], costs: Costs) -> Costs:
    """The costs of a selection with `@skip` or `@include`."""
    for directive in directives:
        if directive.name.value not in ("skip", "include"):
            continue
        include = directive.name.value == "include"
        value = next((each.value for each in directive.arguments or () if each.name.value == "if"), None)
        if isinstance(value, graphql.BooleanValueNode) and value.value is not include:
            return FREE
        if isinstance(value, graphql.VariableNode):
            name = value.name.value
            costs = Costs(*(part if is_nothing(part) else Condition(name, include, part) for part in costs))
    return costs

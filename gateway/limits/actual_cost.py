"""The actual cost of an answer: that of its document with the real lengths of its lists.

A plan is made once for each operation. It has only what costs something, so that leaves of an answer are not visited.
Introspection is not part of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import graphql

from gateway.limits.document_size import Fragments
from gateway.limits.model import INTROSPECTION, Composite, CostModel
from gateway.resolvers.graph.costs import OBJECT

MISSING = object()


class Step(NamedTuple):
    """A field that costs something, by its name in the answer. `children` is None for a leaf."""

    name: str
    weight: int
    children: "Sequence[Step] | None"


class Selected(NamedTuple):
    parent: Composite
    node: graphql.FieldNode


def plan(
    model: CostModel, root: Composite, selection_set: graphql.SelectionSetNode, fragments: Fragments
) -> list[Step]:
    """The steps of an operation, whose selections were found to repeat little."""
    return _Planner(model, fragments).steps([(root, selection_set)])


def actual_cost(steps: Sequence[Step], data: Mapping[str, Any]) -> int:
    """The points of an object of an answer, beside its own."""
    points = 0
    for name, weight, children in steps:
        value = data.get(name, MISSING)
        if value is MISSING:
            continue  # skipped, or of another type
        points += weight
        if children is not None and value is not None:
            points += _objects(children, value)
    return points


def _objects(children: Sequence[Step], value: Any) -> int:
    if not isinstance(value, list):
        return OBJECT + actual_cost(children, value)
    if not children:
        return OBJECT * (len(value) - value.count(None))
    return sum(_objects(children, each) for each in value if each is not None)


class _Planner:
    def __init__(self, model: CostModel, fragments: Fragments) -> None:
        self._model, self._fragments = model, fragments

    def steps(self, sets: Iterable[tuple[Composite, graphql.SelectionSetNode]]) -> list[Step]:
        by_name: dict[str, list[Selected]] = {}
        for selected in self._fields(sets, set()):
            node = selected.node
            by_name.setdefault((node.alias or node.name).value, []).append(selected)
        steps = (self._step(name, fields) for name, fields in by_name.items())
        return [step for step in steps if step.weight or step.children is not None]

    def _step(self, name: str, fields: Sequence[Selected]) -> Step:
        """The step of all fields of one name. Where those of several types differ, the cheapest counts."""
        costs = [self._model.field(each.parent, each.node.name.value) for each in fields]
        sets = [
            (cost.returned, each.node.selection_set)
            for cost, each in zip(costs, fields, strict=True)
            if cost.returned is not None and each.node.selection_set is not None
        ]
        return Step(name, min(cost.weight for cost in costs), self.steps(sets) if sets else None)

    def _fields(
        self, sets: Iterable[tuple[Composite, graphql.SelectionSetNode]], spread: set[str]
    ) -> Iterator[Selected]:
        for parent, selection_set in sets:
            for node in selection_set.selections:
                if isinstance(node, graphql.FieldNode):
                    if node.name.value not in INTROSPECTION:
                        yield Selected(parent, node)
                    continue
                condition, inner = self._fragment(node, spread)
                if inner is not None:
                    yield from self._fields([(self._model.type_of(condition, parent), inner)], spread)

    def _fragment(
        self, node: graphql.SelectionNode, spread: set[str]
    ) -> tuple[graphql.NamedTypeNode | None, graphql.SelectionSetNode | None]:
        """The type and the selections of a fragment; no selections for one that was spread here before."""
        if isinstance(node, graphql.InlineFragmentNode):
            return node.type_condition, node.selection_set
        name = node.name.value  # type: ignore[attr-defined]  # a spread
        if name in spread:
            return None, None
        spread.add(name)
        definition = self._fragments[name]
        return definition.type_condition, definition.selection_set

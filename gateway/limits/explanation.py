"""What an operation asks for, read from its document and the schema: no system is asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import Any

import graphql
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_snake_case

from gateway.catalog.model import Relation
from gateway.limits.document_size import Fragments
from gateway.limits.model import INTROSPECTION, Composite, CostModel
from gateway.resolvers.graph.costs import QUESTION
from gateway.resolvers.graph.personal import kind_of
from gateway.resolvers.graph.record import Record

STATE = "State"


@dataclass(frozen=True, slots=True)
class Question:
    """One lookup that is asked in a round; `scope` is what a caller needs for its records."""

    round: int
    system: str
    lookup: str
    scope: str


@dataclass(slots=True)
class Explanation:
    """What the walk over an operation found.

    questions: in order of their rounds; a batch for each, however many keys it has.
    scopes: of all records that it shows or loads.
    personal: fields with personal data.
    undeclared: fields that load something, without saying what.
    """

    questions: dict[Question, None] = field(default_factory=dict)
    scopes: set[str] = field(default_factory=set)
    personal: set[str] = field(default_factory=set)
    undeclared: set[str] = field(default_factory=set)

    @property
    def rounds(self) -> int:
        return max((question.round for question in self.questions), default=0)


class Explainer:
    """Explains operations of valid documents.

    records: record types by name.
    lookups: those of the catalog: record and key.
    """

    def __init__(
        self, model: CostModel, records: Mapping[str, type[Record]], lookups: Iterable[tuple[str, str]]
    ) -> None:
        self._model, self._records, self._lookups = model, records, frozenset(lookups)

    def explain(self, operation: graphql.OperationDefinitionNode, fragments: Fragments) -> Explanation:
        root = self._model.schema.get_root_type(operation.operation)
        walk = _Walk(self, fragments, Explanation())
        if root is not None:
            walk.selections(root, operation.selection_set, 0)
        ordered = sorted(walk.explanation.questions, key=lambda each: (each.round, each.system, each.lookup))
        walk.explanation.questions = dict.fromkeys(ordered)
        return walk.explanation

    def questions(self, relations: Iterable[Relation], node: graphql.FieldNode, round_: int) -> Iterator[Question]:
        """The lookups of a field's relations: by the key that an argument names, else by the first of the catalog."""
        arguments = {to_snake_case(each.name.value) for each in node.arguments or ()}
        for relation in relations:
            record = self._records[relation.record]
            keys = [by for by in relation.by if by in arguments] or list(relation.by)
            by = next((by for by in keys if (relation.record, by) in self._lookups), None)
            if by is not None:
                yield Question(round_, record.SYSTEM.name, f"{relation.record} by {by}", record.SCOPE.value)

    def scope_of(self, kind: Composite) -> str | None:
        record = self._records.get(kind.name)
        return None if record is None else record.SCOPE.value

    def definition(self, parent: Composite, name: str) -> StrawberryField | None:
        definition = self._model.schema.get_field(parent, name)
        declared: StrawberryField | None = definition.extensions.get("strawberry-definition") if definition else None
        return declared

    def returned(self, parent: Composite, name: str) -> Composite | None:
        return self._model.field(parent, name).returned

    def type_of(self, condition: graphql.NamedTypeNode | None, parent: Composite) -> Composite:
        return self._model.type_of(condition, parent)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The walk over one operation, with its fragments expanded."""

    explainer: Explainer
    fragments: Fragments
    explanation: Explanation

    def selections(self, parent: Composite, selection_set: graphql.SelectionSetNode, round_: int) -> None:
        scope = self.explainer.scope_of(parent)
        self.explanation.scopes |= {scope} if scope else set()
        for node in selection_set.selections:
            if isinstance(node, graphql.FieldNode):
                self._field(parent, node, round_)
                continue
            fragment: Any = self.fragments[node.name.value] if isinstance(node, graphql.FragmentSpreadNode) else node
            self.selections(self.explainer.type_of(fragment.type_condition, parent), fragment.selection_set, round_)

    def _field(self, parent: Composite, node: graphql.FieldNode, round_: int) -> None:
        name = node.name.value
        definition = self.explainer.definition(parent, name)
        if definition is None or name in INTROSPECTION:
            return
        place, relations = f"{parent.name}.{name}", definition.metadata.get("loads", ())
        self.explanation.personal |= {place} if kind_of(definition) else set()
        if relations:
            round_ += 1
            questions = list(self.explainer.questions(relations, node, round_))
            self.explanation.questions.update(dict.fromkeys(questions))
            self.explanation.scopes |= {question.scope for question in questions}
        if _asks_more(definition, len(relations)) and not name.endswith(STATE):  # a state asks what its field asks
            self.explanation.undeclared.add(place)
        returned = self.explainer.returned(parent, name)
        if returned is not None and node.selection_set is not None:
            self.selections(returned, node.selection_set, round_)


def _asks_more(definition: StrawberryField, relations: int) -> bool:
    """Whether a field asks more than its relations say."""
    declared: int | None = definition.metadata.get("cost")
    if relations and declared is not None:
        return declared > QUESTION * relations
    resolver = definition.base_resolver
    return not relations and resolver is not None and iscoroutinefunction(resolver.wrapped_func)

"""The size of a document, counted before validation.

Fragments that spread others twice double the size with each fragment. What a fragment holds is counted once and
multiplied, so that counting takes time linear in the document.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import graphql

from gateway.errors import BadInput
from gateway.errors.reasons import Reason

MAX_COMPARISONS = 50_000  # more would keep validation busy for seconds, whatever the limits are
TOO_REPETITIVE = "The document repeats the same fields too often: ask for each field once."
Fragments = Mapping[str, graphql.FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """What some selections hold, with fragments expanded.

    fields: fields and fragments.
    depth: of nested fields.
    root_fields: fields that lie in no other.
    """

    fields: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0

    def __add__(self, other: "DocumentSize") -> "DocumentSize":
        return DocumentSize(
            self.fields + other.fields,
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.root_fields + other.root_fields,
        )


EMPTY = DocumentSize()


def document_size(document: graphql.DocumentNode) -> DocumentSize:
    """The size of a document. Raises BadInput for a fragment that spreads itself.

    Unused fragments count, too: they are validated like all others. `root_fields` are those of the largest operation.
    """
    counter = SizeCounter(fragments_of(document))
    used = [counter.fragment(name) for name in counter.fragments]
    operations = [node for node in document.definitions if isinstance(node, graphql.OperationDefinitionNode)]
    sizes = [counter.selected(node.selection_set) for node in operations]
    total = reduce(DocumentSize.__add__, [*used, *sizes], EMPTY)
    outside = sum(_directives(node) for node in (*operations, *counter.fragments.values()))
    outside += sum(_directives(each) for node in operations for each in node.variable_definitions or ())
    root_fields = max((size.root_fields for size in sizes), default=0)
    return DocumentSize(total.fields, total.depth, total.aliases, total.directives + outside, root_fields)


def fragments_of(document: graphql.DocumentNode) -> Fragments:
    nodes = document.definitions
    return {node.name.value: node for node in nodes if isinstance(node, graphql.FragmentDefinitionNode)}


@dataclass(slots=True)
class SizeCounter:
    """Counts one document. `visits` are the selections that it looked at."""

    fragments: Fragments
    visits: int = 0
    sizes: dict[str, DocumentSize | None] = field(default_factory=dict)  # None: being counted

    def selected(self, selection_set: graphql.SelectionSetNode) -> DocumentSize:
        return reduce(DocumentSize.__add__, [self._selection(node) for node in selection_set.selections], EMPTY)

    def fragment(self, name: str) -> DocumentSize:
        if name in self.sizes:
            size = self.sizes[name]
            if size is None:
                raise BadInput(f"The fragment {name} spreads itself.", Reason.INVALID_DOCUMENT)
            return size
        self.sizes[name] = None
        fragment = self.fragments.get(name)  # validation reports unknown fragments
        size = self.sizes[name] = self.selected(fragment.selection_set) if fragment else EMPTY
        return size

    def _selection(self, node: graphql.SelectionNode) -> DocumentSize:
        self.visits += 1
        directives = _directives(node)
        if isinstance(node, graphql.FragmentSpreadNode):
            return self.fragment(node.name.value) + DocumentSize(1, directives=directives)
        selection_set = node.selection_set  # type: ignore[attr-defined]  # a field or an inline fragment
        inner = self.selected(selection_set) if selection_set else EMPTY
        if not isinstance(node, graphql.FieldNode):
            return inner + DocumentSize(1, directives=directives)
        aliases = inner.aliases + (node.alias is not None)
        return DocumentSize(inner.fields + 1, inner.depth + 1, aliases, inner.directives + directives, 1)


def _directives(node: graphql.Node) -> int:
    return len(getattr(node, "directives", None) or ())


def refuse_repetition(document: graphql.DocumentNode) -> None:
    """Raise BadInput if validation would compare too many fields with each other."""
    nodes, fragments = document.definitions, fragments_of(document)
    operations = [node.selection_set for node in nodes if isinstance(node, graphql.OperationDefinitionNode)]
    comparisons = _Comparisons(fragments)
    for root in (*operations, *(node.selection_set for node in fragments.values())):
        comparisons.count([root])


class _Comparisons:
    """The pairs of fields that validation compares in selection sets of one place. Counting ends at the maximum."""

    def __init__(self, fragments: Fragments) -> None:
        self._fragments, self._counted = fragments, 0

    def count(self, sets: Sequence[graphql.SelectionSetNode]) -> None:
        by_response_name: dict[str, list[graphql.FieldNode]] = {}
        for node in self._fields(sets):
            by_response_name.setdefault((node.alias or node.name).value, []).append(node)
        for nodes in by_response_name.values():
            self._add(len(nodes) ** 2)
            self.count([node.selection_set for node in nodes if node.selection_set])

    def _fields(self, sets: Iterable[graphql.SelectionSetNode]) -> Iterator[graphql.FieldNode]:
        for node in (node for selection_set in sets for node in selection_set.selections):
            if isinstance(node, graphql.FieldNode):
                yield node
                continue
            self._add(1)
            if not isinstance(node, graphql.FragmentSpreadNode):
                yield from self._fields([node.selection_set])  # type: ignore[attr-defined]  # inline
            elif node.name.value in self._fragments:
                yield from self._fields([self._fragments[node.name.value].selection_set])

    def _add(self, pairs: int) -> None:
        self._counted += pairs
        if self._counted > MAX_COMPARISONS:
            raise BadInput(TOO_REPETITIVE, Reason.DOCUMENT_TOO_LARGE)

"""How much a document may ask: counted before it is validated, each fragment once.

Fragments that spread others twice double what is asked with every line; whoever walks them as they are
spread is busy for hours. Here a fragment's size is remembered, so that counting takes as long as reading.
Only what is small enough when spread is then looked at as spread: validation compares all fields that
answer under the same name in the same place with each other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from gateway.config.document_limits import DocumentLimits
from gateway.errors import BadInput

MAX_COMPARISONS = 50_000
Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """How many fields and fragments something has, and how deep its fields go."""

    fields: int = 0
    depth: int = 0


def check_limits(document: DocumentNode, limits: DocumentLimits) -> None:
    """BadInput, naming the limit, when a document asks for more than it may."""
    parts = document.definitions
    fragments = {each.name.value: each for each in parts if isinstance(each, FragmentDefinitionNode)}
    operations = [each.selection_set for each in parts if isinstance(each, OperationDefinitionNode)]
    count = _Count(fragments, limits)
    # Fragments nobody spreads count, too: they are validated like all others.
    sizes = [count.fragment(name) for name in fragments] + [count.selected(each) for each in operations]
    count.refuse(DocumentSize(sum(size.fields for size in sizes)))
    alone = [*operations, *(each.selection_set for each in fragments.values())]  # each is compared by itself
    if sum(_comparisons([each], fragments) for each in alone) > MAX_COMPARISONS:
        raise BadInput("The document asks for the same field too often.")


@dataclass(slots=True)
class _Count:
    """Counts one document."""

    fragments: Fragments
    limits: DocumentLimits
    known: dict[str, DocumentSize | None] = field(default_factory=dict)  # None: being counted

    def selected(self, selection_set: SelectionSetNode) -> DocumentSize:
        sizes = [self._selection(each) for each in selection_set.selections]
        whole = DocumentSize(
            sum(size.fields for size in sizes), max((size.depth for size in sizes), default=0)
        )
        self.refuse(whole)
        return whole

    def fragment(self, name: str) -> DocumentSize:
        if name in self.known:
            known = self.known[name]
            if known is None:
                raise BadInput(f"The fragment {name} spreads itself.")
            return known
        self.known[name] = None
        found = self.fragments.get(name)  # validation says so where there is none
        size = self.selected(found.selection_set) if found else DocumentSize()
        self.known[name] = size
        return size

    def refuse(self, size: DocumentSize) -> None:
        limits = self.limits
        if size.fields > limits.max_fields:
            raise BadInput(
                f"The document asks for too much: at most {limits.max_fields} fields, fragments spread."
            )
        if size.depth > limits.max_depth:
            raise BadInput(f"The document is too deep: at most {limits.max_depth} fields inside each other.")

    def _selection(self, node: SelectionNode) -> DocumentSize:
        if isinstance(node, FragmentSpreadNode):
            spread = self.fragment(node.name.value)
            return DocumentSize(spread.fields + 1, spread.depth)
        inside = node.selection_set  # type: ignore[attr-defined]  # a field or an inline fragment
        below = self.selected(inside) if inside else DocumentSize()
        return DocumentSize(below.fields + 1, below.depth + isinstance(node, FieldNode))


def _comparisons(sets: Sequence[SelectionSetNode], fragments: Fragments) -> int:
    """How many pairs of fields validation compares, in these sets that stand in one place."""
    named: dict[str, list[FieldNode]] = {}
    for each in _fields(sets, fragments):
        named.setdefault((each.alias or each.name).value, []).append(each)
    below = (
        _comparisons([e.selection_set for e in same if e.selection_set], fragments) for same in named.values()
    )
    return sum(len(same) ** 2 for same in named.values()) + sum(below)


def _fields(sets: Iterable[SelectionSetNode], fragments: Fragments) -> Iterator[FieldNode]:
    for node in (node for each in sets for node in each.selections):
        if isinstance(node, FieldNode):
            yield node
        elif not isinstance(node, FragmentSpreadNode):
            yield from _fields([node.selection_set], fragments)  # type: ignore[attr-defined]  # inline
        elif node.name.value in fragments:
            yield from _fields([fragments[node.name.value].selection_set], fragments)

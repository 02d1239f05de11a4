"""Limits on the size of a document, checked before validation.

Fragments that spread others twice double the size with each fragment. Fragment sizes are memoized, so that
counting takes linear time. Only a document within the limits is then expanded, to count the pairs of fields
that validation would compare.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import graphql

from gateway.config.query_rules import DocumentLimits
from gateway.errors import BadInput
from gateway.errors.reasons import Reason

MAX_COMPARISONS = 50_000
TOO_REPETITIVE = "The document repeats the same fields too often: ask for each field once."
Fragments = Mapping[str, graphql.FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """Fields and fragments, and the depth of nested fields."""

    fields: int = 0
    depth: int = 0


def check_limits(document: graphql.DocumentNode, limits: DocumentLimits) -> None:
    """Raise BadInput, naming the limit, if a document is too large."""
    nodes = document.definitions
    fragments = {node.name.value: node for node in nodes if isinstance(node, graphql.FragmentDefinitionNode)}
    operations = [node.selection_set for node in nodes if isinstance(node, graphql.OperationDefinitionNode)]
    counter = _SizeCounter(fragments, limits)
    # Unused fragments count too: they are validated like all others.
    sizes = [counter.fragment(name) for name in fragments] + [counter.selected(each) for each in operations]
    counter.check(DocumentSize(sum(size.fields for size in sizes)))
    roots = [*operations, *(node.selection_set for node in fragments.values())]
    if sum(_comparisons([root], fragments) for root in roots) > MAX_COMPARISONS:
        raise BadInput(TOO_REPETITIVE, Reason.DOCUMENT_TOO_LARGE)


@dataclass(slots=True)
class _SizeCounter:
    fragments: Fragments
    limits: DocumentLimits
    sizes: dict[str, DocumentSize | None] = field(default_factory=dict)  # None: being counted

    def selected(self, selection_set: graphql.SelectionSetNode) -> DocumentSize:
        sizes = [self._selection(node) for node in selection_set.selections]
        depth = max((size.depth for size in sizes), default=0)
        total = DocumentSize(sum(size.fields for size in sizes), depth)
        self.check(total)
        return total

    def fragment(self, name: str) -> DocumentSize:
        if name in self.sizes:
            size = self.sizes[name]
            if size is None:
                raise BadInput(f"The fragment {name} spreads itself.", Reason.INVALID_DOCUMENT)
            return size
        self.sizes[name] = None
        fragment = self.fragments.get(name)  # validation reports unknown fragments
        size = self.sizes[name] = self.selected(fragment.selection_set) if fragment else DocumentSize()
        return size

    def check(self, size: DocumentSize) -> None:
        limits = self.limits
        if size.fields > limits.max_fields:
            raise BadInput(
                f"The document is too large: at most {limits.max_fields} fields with fragments expanded. "
                "Split it into several requests.",
                Reason.DOCUMENT_TOO_LARGE,
                limit=limits.max_fields,
            )
        if size.depth > limits.max_depth:
            raise BadInput(
                f"The document is too deep: at most {limits.max_depth} levels of fields. "
                "Split it into several requests.",
                Reason.DOCUMENT_TOO_DEEP,
                limit=limits.max_depth,
            )

    def _selection(self, node: graphql.SelectionNode) -> DocumentSize:
        if isinstance(node, graphql.FragmentSpreadNode):
            fragment = self.fragment(node.name.value)
            return DocumentSize(fragment.fields + 1, fragment.depth)
        selection_set = node.selection_set  # type: ignore[attr-defined]  # a field or an inline fragment
        nested = self.selected(selection_set) if selection_set else DocumentSize()
        return DocumentSize(nested.fields + 1, nested.depth + isinstance(node, graphql.FieldNode))


def _comparisons(sets: Sequence[graphql.SelectionSetNode], fragments: Fragments) -> int:
    """The pairs of fields that validation compares in selection sets of one place."""
    by_response_name: dict[str, list[graphql.FieldNode]] = {}
    for node in _fields(sets, fragments):
        by_response_name.setdefault((node.alias or node.name).value, []).append(node)
    return sum(
        len(nodes) ** 2 + _comparisons([node.selection_set for node in nodes if node.selection_set], fragments)
        for nodes in by_response_name.values()
    )


def _fields(sets: Iterable[graphql.SelectionSetNode], fragments: Fragments) -> Iterator[graphql.FieldNode]:
    for node in (node for selection_set in sets for node in selection_set.selections):
        if isinstance(node, graphql.FieldNode):
            yield node
        elif not isinstance(node, graphql.FragmentSpreadNode):
            yield from _fields([node.selection_set], fragments)  # type: ignore[attr-defined]  # inline
        elif node.name.value in fragments:
            yield from _fields([fragments[node.name.value].selection_set], fragments)

"""How much a document may ask: counted before it is validated, each fragment once.

Fragments that spread others twice double what is asked with every line; whoever walks them as they are
spread is busy for hours. Here a fragment's size is remembered, so that counting takes as long as reading.
"""

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

from gateway.errors import BadInput


@dataclass(frozen=True, slots=True)
class Limits:
    """A document's most tokens; its most fields, and the deepest of them, once fragments are spread."""

    tokens: int = 10_000
    fields: int = 2_000
    depth: int = 20


@dataclass(frozen=True, slots=True)
class Size:
    """How many fields something has, and how deep they go."""

    fields: int = 0
    depth: int = 0


def check(document: DocumentNode, limits: Limits) -> None:
    """BadInput, naming the limit, when a document asks for more than it may."""
    definitions = document.definitions
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    count = _Count(fragments, limits)
    # Fragments nobody spreads count, too: they are validated like all others.
    sizes = [count.fragment(name) for name in fragments]
    sizes += [
        count.selected(each.selection_set)
        for each in definitions
        if isinstance(each, OperationDefinitionNode)
    ]
    count.refuse(Size(sum(size.fields for size in sizes), 0))


@dataclass(slots=True)
class _Count:
    """Counts one document."""

    fragments: dict[str, FragmentDefinitionNode]
    limits: Limits
    known: dict[str, Size | None] = field(default_factory=dict)  # None: being counted

    def selected(self, selection_set: SelectionSetNode) -> Size:
        sizes = [self._selection(each) for each in selection_set.selections]
        whole = Size(sum(size.fields for size in sizes), max((size.depth for size in sizes), default=0))
        self.refuse(whole)
        return whole

    def fragment(self, name: str) -> Size:
        if name in self.known:
            known = self.known[name]
            if known is None:
                raise BadInput(f"The fragment {name} spreads itself.")
            return known
        self.known[name] = None
        found = self.fragments.get(name)  # validation says so where there is none
        size = self.selected(found.selection_set) if found else Size()
        self.known[name] = size
        return size

    def refuse(self, size: Size) -> None:
        if size.fields > self.limits.fields:
            raise BadInput(
                f"The document asks for too much: at most {self.limits.fields} fields, fragments spread."
            )
        if size.depth > self.limits.depth:
            raise BadInput(f"The document is too deep: at most {self.limits.depth} fields inside each other.")

    def _selection(self, node: SelectionNode) -> Size:
        if isinstance(node, FragmentSpreadNode):
            return self.fragment(node.name.value)
        inside = node.selection_set  # type: ignore[attr-defined]  # a field or an inline fragment
        below = self.selected(inside) if inside else Size()
        return Size(below.fields + 1, below.depth + 1) if isinstance(node, FieldNode) else below

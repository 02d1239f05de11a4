"""What a document selects below a field, for the few places where asking less depends on it."""

from collections.abc import Iterator

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from gateway.resolvers.graph.context import Info


def selects(info: Info, *names: str) -> bool:
    """Whether the field being resolved has a direct subfield of one of these names, fragments included."""
    raw = info._raw_info  # noqa: SLF001  # strawberry's own view parses the whole tree for each call
    return any(
        each in names
        for node in raw.field_nodes
        if node.selection_set
        for each in _names(node.selection_set, raw.fragments, set())
    )


def mentions(info: Info, name: str) -> bool:
    """Whether the operation, or any fragment of its document, has a field of this name anywhere."""
    known = info.context.shared
    if ("mentions", name) not in known:
        raw = info._raw_info  # noqa: SLF001  # the same
        sets = [raw.operation.selection_set, *(each.selection_set for each in raw.fragments.values())]
        known["mentions", name] = any(_holds(each, name) for each in sets)
    return bool(known["mentions", name])


def _holds(chosen: SelectionSetNode, name: str) -> bool:
    for node in chosen.selections:
        if isinstance(node, FieldNode) and node.name.value == name:
            return True
        below = getattr(node, "selection_set", None)
        if below is not None and _holds(below, name):
            return True
    return False


def _names(chosen: SelectionSetNode, fragments: dict, seen: set[str]) -> Iterator[str]:  # type: ignore[type-arg]  # of graphql-core
    for node in chosen.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _names(node.selection_set, fragments, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            yield from _names(fragments[node.name.value].selection_set, fragments, seen)

"""Which fields a document selects, where that decides what to load."""

from collections.abc import Iterator

import graphql

from gateway.resolvers.graph.context import Info


def selects(info: Info, *names: str) -> bool:
    """Whether the current field has a direct subfield of one of these names, fragments included.

    What `@skip` or `@include` leaves out is not selected.
    """
    raw = info._raw_info  # noqa: SLF001  # strawberry's own view parses the whole tree for each call
    return any(
        name in names
        for node in raw.field_nodes
        if node.selection_set
        for name in _subfields(node.selection_set, info, set())
    )


def mentions(info: Info, name: str) -> bool:
    """Whether the operation, or any fragment of its document, has a field of this name anywhere."""
    shared, key = info.context.shared, ("mentions", name)
    if key not in shared:
        raw = info._raw_info  # noqa: SLF001  # the same
        definitions = (raw.operation, *raw.fragments.values())
        shared[key] = any(_has_field(definition.selection_set, name) for definition in definitions)
    return bool(shared[key])


def _has_field(selections: graphql.SelectionSetNode, name: str) -> bool:
    for node in selections.selections:
        if isinstance(node, graphql.FieldNode) and node.name.value == name:
            return True
        below = getattr(node, "selection_set", None)
        if below is not None and _has_field(below, name):
            return True
    return False


def _subfields(selections: graphql.SelectionSetNode, info: Info, seen: set[str]) -> Iterator[str]:
    for node in selections.selections:
        if node.directives and not _is_included(node, info):
            continue
        if isinstance(node, graphql.FieldNode):
            yield node.name.value
        elif isinstance(node, graphql.InlineFragmentNode):
            yield from _subfields(node.selection_set, info, seen)
        elif isinstance(node, graphql.FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            fragment = info._raw_info.fragments[node.name.value]  # noqa: SLF001  # the same
            yield from _subfields(fragment.selection_set, info, seen)


def _is_included(node: graphql.SelectionNode, info: Info) -> bool:
    """Whether `@skip` and `@include` let a node stand."""
    return all(
        _condition(directive, info) is (directive.name.value == "include")
        for directive in node.directives or ()
        if directive.name.value in ("skip", "include")
    )


def _condition(directive: graphql.DirectiveNode, info: Info) -> bool:
    """The value of the only argument, `if`, which is a literal or a variable."""
    [argument] = directive.arguments or ()
    if isinstance(argument.value, graphql.VariableNode):
        return bool(info.variable_values.get(argument.value.name.value))
    return isinstance(argument.value, graphql.BooleanValueNode) and argument.value.value

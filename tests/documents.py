"""The project's own documents as tests ask them: without the fields that do not exist yet."""

from typing import Any

from graphql import REMOVE, FieldNode, OperationDefinitionNode, Visitor, parse, print_ast, visit

from gateway.examples import QUERIES

LATER = frozenset({"billComparison", "usageComparison", "financialSummary", "insights"})
NAMES = sorted(path.stem for path in QUERIES.glob("*.graphql"))


class _WithoutLater(Visitor):
    """Takes the fields of the next issue out, and what is empty without them."""

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        later = node.name.value in LATER
        empty = node.selection_set is not None and not node.selection_set.selections
        return REMOVE if later or empty else None

    def leave_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> Any:
        return None if node.selection_set.selections else REMOVE


def document(name: str) -> str:
    """A document of gateway/queries, by the name of its file."""
    text = (QUERIES / f"{name}.graphql").read_text(encoding="utf-8")
    return print_ast(visit(parse(text, no_location=True), _WithoutLater()))


def operations(name: str) -> list[str]:
    """The names of a document's operations, in order."""
    nodes = parse(document(name)).definitions
    return [node.name.value for node in nodes if isinstance(node, OperationDefinitionNode) and node.name]

"""The project's own documents, as tests ask them."""

from graphql import OperationDefinitionNode, parse

from gateway.server.example_queries import QUERIES

NAMES = sorted(path.stem for path in QUERIES.glob("*.graphql"))


def document(name: str) -> str:
    """A document of gateway/queries, by the name of its file."""
    return (QUERIES / f"{name}.graphql").read_text(encoding="utf-8")


def operations(name: str) -> list[str]:
    """The names of a document's operations, in order."""
    nodes = parse(document(name)).definitions
    return [node.name.value for node in nodes if isinstance(node, OperationDefinitionNode) and node.name]

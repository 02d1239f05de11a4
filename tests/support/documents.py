"""The example queries of the gateway."""

from graphql import OperationDefinitionNode, parse

from gateway.server.graphiql import QUERIES

NAMES = sorted(path.stem for path in QUERIES.glob("*.graphql"))


def document(name: str) -> str:
    return (QUERIES / f"{name}.graphql").read_text(encoding="utf-8")


def operations(name: str) -> list[str]:
    """The operation names of a document, in order."""
    nodes = parse(document(name)).definitions
    return [node.name.value for node in nodes if isinstance(node, OperationDefinitionNode) and node.name]

"""Example queries: the documents of `queries/`, one GraphiQL tab per operation."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graphql import DocumentNode, NonNullTypeNode, OperationDefinitionNode, parse
from graphql.utilities import separate_operations

QUERIES: Final = Path(__file__).parent / "queries"
FIRST: Final = "customer-360"


class ExamplesError(ValueError):
    """The file of example variables is invalid."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One operation in GraphiQL, with its variables as JSON."""

    title: str
    query: str
    variables: str


def example_tabs(variables: Mapping[str, Any], queries: Path = QUERIES) -> list[Tab]:
    """One tab per operation in a folder, the customer 360 first."""
    paths = sorted(queries.glob("*.graphql"), key=lambda path: (path.stem != FIRST, path.stem))
    return [tab for path in paths for tab in _tabs_of(path, variables)]


def example_variables(path: Path | None) -> Mapping[str, Any]:
    """The installation's values for the variables of example queries."""
    if path is None:
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExamplesError(f"GATEWAY_EXAMPLES: cannot read {path}: {error}") from error
    variables = content.get("variables") if isinstance(content, dict) else None
    if not isinstance(variables, dict):
        raise ExamplesError(f"GATEWAY_EXAMPLES: {path} must be a JSON object with an object `variables`")
    return variables


def _tabs_of(path: Path, variables: Mapping[str, Any]) -> Iterator[Tab]:
    text = path.read_text(encoding="utf-8")
    separate = separate_operations(parse(text))
    for name, document in separate.items():
        query = text if len(separate) == 1 else _source_text(document)
        values = _values(document, variables)
        variables_json = json.dumps(values, indent=2, ensure_ascii=False) if values else ""
        yield Tab(name or path.stem, query.strip(), variables_json)


def _source_text(document: DocumentNode) -> str:
    """The source text of the definitions, with its layout and comments."""
    spans = [node.loc for node in document.definitions if node.loc]
    return "\n".join(span.source.body[span.start : span.end] for span in spans)


def _values(document: DocumentNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The example values, and empty text for other required variables."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    declared = [v for operation in operations for v in operation.variable_definitions or ()]
    required = {
        v.variable.name.value: ""
        for v in declared
        if isinstance(v.type, NonNullTypeNode) and v.default_value is None
    }
    examples = {name: variables[name] for v in declared if (name := v.variable.name.value) in variables}
    return required | examples

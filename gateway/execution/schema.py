"""The GraphQL schema, with prepared documents and masked errors."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, specified_rules
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import validate_document
from strawberry.schema.types.base_scalars import DateDefinition

from gateway.config.query_rules import DocumentLimits
from gateway.errors import BadInput, GatewayError, SourceError
from gateway.execution.document_cache import DocumentCache
from gateway.resolvers.graph.refresh import refresh, systems_to_refresh
from gateway.resolvers.graph.values import Url
from gateway.resolvers.query import Query
from gateway.resolvers.records import NODES

log = logging.getLogger("gateway")
DEFAULT_LIMITS = DocumentLimits()
UNEXPECTED = "Unexpected error. Report the X-Request-Id of the response to the operators."

DECIMAL = strawberry.scalar(
    name="Decimal",
    description='A decimal number as text, such as "12.50"; never a float.',
    serialize=lambda value: format(value, "f"),
    parse_value=Decimal,
)
DATE = replace(DateDefinition, description="A calendar day as YYYY-MM-DD (ISO 8601).")
DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="An instant in RFC 3339 format, always with an offset.",
    serialize=lambda value: value.isoformat(),
    parse_value=datetime.fromisoformat,
)

URL = strawberry.scalar(name="Url", description="An absolute URL (RFC 3986).", serialize=str, parse_value=Url)


def masked(error: GraphQLError) -> GraphQLError:
    """The error as clients may read it. The log has the traceback of an unexpected error."""
    original = error.original_error
    if isinstance(original, GraphQLError) or original is None:
        return error if error.extensions else _with(error, error.message, {"code": BadInput.code})
    if isinstance(original, GatewayError):
        extensions: dict[str, Any] = {"code": original.code}
        if isinstance(original, SourceError):
            extensions |= {"source": original.source, "retryable": original.retryable}
        return _with(error, str(original), extensions)
    log.error("unexpected error at %s", error.path, exc_info=original)
    return _with(error, UNEXPECTED, {"code": "INTERNAL"})


def _with(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, None, extensions)


class PreparedExecution(SchemaExtension):
    """Execute the cached document, instead of parsing and validating its text again. Mask errors."""

    def __init__(self, documents: DocumentCache) -> None:
        super().__init__()
        self._documents = documents

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context
        context.graphql_document = self._documents.get(context.query or "").parsed
        context.pre_execution_errors = []
        yield
        result = context.result
        if errors := getattr(result, "errors", None):
            result.errors = [masked(error) for error in errors]  # type: ignore[union-attr]  # it has errors


class GatewaySchema(strawberry.Schema):
    def __init__(self, limits: DocumentLimits = DEFAULT_LIMITS) -> None:
        super().__init__(
            query=Query,
            types=list(NODES.values()),
            directives=[refresh],
            config=StrawberryConfig(scalar_map={Decimal: DECIMAL, date: DATE, datetime: DATE_TIME, Url: URL}),
        )
        self.documents = DocumentCache(limits, self._validate)

    def _validate(self, document: DocumentNode) -> list[GraphQLError]:
        return validate_document(self._schema, document, tuple(specified_rules))

    def get_extensions(self, sync: bool = False) -> list[SchemaExtension]:  # noqa: ARG002, FBT001, FBT002  # the parent's signature
        """The extensions of one request.

        The parent adds one that looks for directives at every field; `@refresh` stands on operations only.
        """
        return [PreparedExecution(self.documents)]

    def systems_to_refresh(self, operation: OperationDefinitionNode, variables: dict[str, Any] | None) -> list[str]:
        return systems_to_refresh(self._schema, operation, variables)

    def process_errors(self, errors: Iterable[GraphQLError], *_: Any, **__: Any) -> None:
        """Log nothing: `masked` has logged unexpected errors."""

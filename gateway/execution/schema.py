"""The schema: Query, every type, documents made ready before they run, and the masking of errors."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, get_operation_ast, specified_rules
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import validate_document
from strawberry.schema.types.base_scalars import DateDefinition

from gateway.config.document_limits import DocumentLimits
from gateway.errors import BadInput, GatewayError, SourceError
from gateway.execution.document_cache import DocumentCache
from gateway.resolvers.graph.refresh import refresh, systems_to_refresh
from gateway.resolvers.graph.values import Url
from gateway.resolvers.query import Query
from gateway.resolvers.records import NODES

log = logging.getLogger("gateway")

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


class ErrorMasking(SchemaExtension):
    """What was made for callers passes with its code; all else is one sentence, the rest in the log."""

    def on_operation(self) -> Iterator[None]:
        """Rewrite the errors once the operation is done."""
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [masked(error) for error in errors]  # type: ignore[union-attr]  # it has errors


def masked(error: GraphQLError) -> GraphQLError:
    """The error as callers may read it."""
    original = error.original_error
    if isinstance(original, GraphQLError) or original is None:
        return error if error.extensions else _with(error, error.message, {"code": BadInput.code})
    if isinstance(original, GatewayError):
        return _with(error, str(original), _extensions(original))
    log.error("unexpected error at %s", error.path, exc_info=original)
    return _with(error, "Unexpected error.", {"code": "INTERNAL"})


def _extensions(error: GatewayError) -> dict[str, Any]:
    source = {"source": error.source, "retryable": error.retryable} if isinstance(error, SourceError) else {}
    return {"code": error.code, **source}


def _with(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


class UsePreparedDocument(SchemaExtension):
    """The document as the engine has made it ready: nothing is parsed or validated twice."""

    def __init__(self, documents: DocumentCache) -> None:
        super().__init__()
        self._documents = documents

    def on_operation(self) -> Iterator[None]:
        """Hand over the document."""
        self.execution_context.graphql_document = self._documents.get(
            self.execution_context.query or ""
        ).parsed
        self.execution_context.pre_execution_errors = []
        yield


def make_schema(limits: DocumentLimits | None = None) -> "GatewaySchema":
    """The schema, as callers see it."""
    return GatewaySchema(
        limits or DocumentLimits(),
        query=Query,
        types=list(NODES.values()),
        directives=[refresh],
        config=StrawberryConfig(scalar_map={Decimal: DECIMAL, date: DATE, datetime: DATE_TIME, Url: URL}),
    )


class GatewaySchema(strawberry.Schema):
    """A schema with the documents it has been asked. Errors are logged by `said`, not twice."""

    def __init__(self, limits: DocumentLimits, **arguments: Any) -> None:
        super().__init__(extensions=[lambda: UsePreparedDocument(self.documents), ErrorMasking], **arguments)
        self.documents = DocumentCache(limits, self._validated)

    def _validated(self, document: DocumentNode) -> list[GraphQLError]:
        return validate_document(self._schema, document, tuple(specified_rules))

    def get_extensions(self, sync: bool = False) -> list[SchemaExtension]:  # noqa: ARG002, FBT001, FBT002  # the parent's signature
        """Our own, made for each request.

        The parent would add one that looks for directives at every field: ours stand on operations only.
        """
        return [each if isinstance(each, SchemaExtension) else each() for each in self.extensions]

    def systems_to_refresh(
        self, query: str, operation: str | None, variables: dict[str, Any] | None
    ) -> list[str]:
        """The names of the systems that an operation wants to see as they are now (`@refresh`)."""
        document = self.documents.get(query)
        if not document.has_directives or document.parsed is None:
            return []
        node = get_operation_ast(document.parsed, operation)
        return [] if node is None else systems_to_refresh(self._schema, node, variables) or []

    def process_errors(self, errors: Iterable[GraphQLError], *_: Any, **__: Any) -> None:
        """Nothing: see `said`."""

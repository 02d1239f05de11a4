"""The schema: Query, every type, limits, caches of parsed documents, and the masking of errors."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig

from gateway.errors import BadInput, GatewayError, SourceError
from gateway.records import NODES
from gateway.resolvers.query import Query
from gateway.resolvers.values import Url

log = logging.getLogger("gateway")

DECIMAL = strawberry.scalar(
    name="Decimal",
    description="A decimal number as text: money and quantities are never floats.",
    serialize=lambda value: format(value, "f"),
    parse_value=Decimal,
)
DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="An instant: RFC 3339, always with an offset.",
    serialize=lambda value: value.isoformat(),
    parse_value=datetime.fromisoformat,
)

URL = strawberry.scalar(name="Url", description="An address of the web.", serialize=str, parse_value=Url)


class Masking(SchemaExtension):
    """What was made for callers passes with its code; all else is one sentence, the rest in the log."""

    def on_operation(self) -> Iterator[None]:
        """Rewrite the errors once the operation is done."""
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [said(error) for error in errors]  # type: ignore[union-attr]  # it has errors


def said(error: GraphQLError) -> GraphQLError:
    """The error as callers may read it."""
    original = error.original_error
    if isinstance(original, GraphQLError) or original is None:
        return error
    if isinstance(original, GatewayError):
        return _with(error, str(original), _extensions(original))
    log.error("unexpected error at %s", error.path, exc_info=original)
    return _with(error, "Unexpected error.", {"code": "INTERNAL"})


def _extensions(error: GatewayError) -> dict[str, Any]:
    source = {"source": error.source, "retryable": error.retryable} if isinstance(error, SourceError) else {}
    return {"code": error.code, **source}


def _with(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)


def make_schema() -> strawberry.Schema:
    """The schema, as callers see it."""
    return _Schema(
        query=Query,
        types=list(NODES.values()),
        config=StrawberryConfig(scalar_map={Decimal: DECIMAL, datetime: DATE_TIME, Url: URL}),
        extensions=_extensions_of(),
    )


def _extensions_of() -> list[Any]:
    return [
        lambda: MaxTokensLimiter(max_token_count=20_000),
        lambda: ParserCache(maxsize=500),
        lambda: ValidationCache(maxsize=500),
        Masking,
    ]


class _Schema(strawberry.Schema):
    """Errors are logged by `said`, not twice."""

    def process_errors(self, errors: Iterable[GraphQLError], *_: Any, **__: Any) -> None:
        """Nothing: see `said`."""


EXPECTED = (BadInput, SourceError)

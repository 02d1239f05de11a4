"""The GraphQL schema, with prepared documents and masked errors."""

from collections.abc import Iterable, Iterator
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, specified_rules
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import validate_document

from gateway.config.limits import Limits
from gateway.config.query_rules import QueryRules
from gateway.execution.client_errors import masked
from gateway.execution.document_cache import DocumentCache
from gateway.execution.scalars import SCALARS, refuse_unreadable_values
from gateway.limits.model import CostModel
from gateway.resolvers.graph.refresh import refresh, systems_to_refresh
from gateway.resolvers.query import Query
from gateway.resolvers.records import NODES

DEFAULT_LIMITS, DEFAULT_RULES = Limits(), QueryRules()


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
    def __init__(self, limits: Limits = DEFAULT_LIMITS, rules: QueryRules = DEFAULT_RULES) -> None:
        super().__init__(
            query=Query, types=list(NODES.values()), directives=[refresh], config=StrawberryConfig(scalar_map=SCALARS)
        )
        refuse_unreadable_values(self._schema)
        self.documents = DocumentCache(limits, self._validate, CostModel(self._schema, rules))

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

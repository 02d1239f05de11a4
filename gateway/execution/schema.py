"""The GraphQL schema, with prepared documents and masked errors."""

from collections.abc import Collection, Iterable, Iterator
from copy import copy
from typing import Any, Final

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from gateway.access.audiences import AUDIENCES, EVERY_AUDIENCE, STAFF
from gateway.config.limits import Limits
from gateway.config.query_rules import QueryRules
from gateway.execution.audience_schema import part_for
from gateway.execution.client_errors import masked
from gateway.execution.document_cache import DocumentCache
from gateway.execution.masking import mask_personal_data
from gateway.execution.revealing import revealable_fields
from gateway.execution.scalars import SCALARS, refuse_unreadable_values
from gateway.limits.model import CostModel
from gateway.resolvers.graph.refresh import refresh, systems_to_refresh
from gateway.resolvers.query import Query
from gateway.resolvers.records import NODES
from gateway.resolvers.reveal import Mutation

DEFAULT_LIMITS, DEFAULT_RULES = Limits(), QueryRules()
RULES: Final = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


class PreparedExecution(SchemaExtension):
    """Execute the cached document, instead of parsing and validating its text again. Mask errors."""

    def __init__(self, documents: DocumentCache, *, may_introspect: bool) -> None:
        super().__init__()
        self._documents, self._may_introspect = documents, may_introspect

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context
        context.graphql_document = self._documents.get(context.query or "").parsed
        context.pre_execution_errors = []
        yield
        result = context.result
        if errors := getattr(result, "errors", None):
            result.errors = [masked(error, suggests=self._may_introspect) for error in errors]  # type: ignore[union-attr]  # it has errors


class GatewaySchema(strawberry.Schema):
    """The whole schema, or the part of it that an audience knows.

    audiences: the part of each audience.
    documents: the documents that were checked against this schema, or part.
    node_types: the types that have a global id.
    revealable: the fields of each of them that the mutation `reveal` can show.
    """

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        rules: QueryRules = DEFAULT_RULES,
        introspection: Collection[str] = EVERY_AUDIENCE,
    ) -> None:
        super().__init__(
            query=Query,
            mutation=Mutation,
            types=list(NODES.values()),
            directives=[refresh],
            config=StrawberryConfig(scalar_map=SCALARS),
        )
        refuse_unreadable_values(self._schema)
        mask_personal_data(self._schema)
        self._limits, self._rules = limits, rules
        self.audiences = {name: self._part(name, introspection) for name in AUDIENCES}
        self._open(may_introspect=STAFF in introspection)

    def for_audience(self, name: str | None) -> "GatewaySchema":
        """The schema that callers of an audience know; without an audience, the whole one."""
        return self if name is None else self.audiences[name]

    def _part(self, audience: str, introspection: Collection[str]) -> "GatewaySchema":
        part = copy(self)
        part._schema = part_for(self._schema, audience)  # noqa: SLF001  # a part is a schema, too
        part._schema._strawberry_schema = part  # type: ignore[attr-defined]  # noqa: SLF001  # as Strawberry sets it
        part._open(may_introspect=audience in introspection)  # noqa: SLF001
        return part

    def _open(self, *, may_introspect: bool) -> None:
        types = self._schema.type_map
        self.node_types = {name: record for name, record in NODES.items() if name in types}
        self.revealable = revealable_fields(self._schema, self.node_types)
        self._may_introspect = may_introspect
        self.costs = CostModel(self._schema, self._rules, self._limits.page)
        self.documents = DocumentCache(self._limits, self._validate, self.costs)

    def _validate(self, document: DocumentNode) -> list[GraphQLError]:
        """The errors of a document. A caller who may not introspect gets no names that a document lacks, either."""
        rules = RULES if self._may_introspect else (*RULES, NoSchemaIntrospectionCustomRule)
        return validate(self._schema, document, rules, hide_suggestions=not self._may_introspect)

    def get_extensions(self, sync: bool = False) -> list[SchemaExtension]:  # noqa: ARG002, FBT001, FBT002  # the parent's signature
        """The extensions of one request.

        The parent adds one that looks for directives at every field; `@refresh` stands on operations only.
        """
        return [PreparedExecution(self.documents, may_introspect=self._may_introspect)]

    def systems_to_refresh(self, operation: OperationDefinitionNode, variables: dict[str, Any] | None) -> list[str]:
        return systems_to_refresh(self._schema, operation, variables)

    def process_errors(self, errors: Iterable[GraphQLError], *_: Any, **__: Any) -> None:
        """Log nothing: `masked` has logged unexpected errors."""

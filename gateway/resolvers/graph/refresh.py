"""`@refresh`: a caller who wants to see what systems say now, whatever is remembered of them."""

from collections.abc import Mapping
from typing import Any

import strawberry
from graphql import (
    DirectiveNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_argument_values,
    get_variable_values,
)
from strawberry.directive import DirectiveLocation

from gateway.resolvers.graph.systems import SourceSystem

NAME = "refresh"


@strawberry.directive(
    locations=[DirectiveLocation.QUERY],
    name=NAME,
    description="Ask these systems now, whatever is remembered of them; all of them where none is named. "
    "Where one does not answer, what is remembered is shown, and `sources` says so.",
)
def refresh(sources: list[SourceSystem] | None = None) -> None:
    """Read by the engine before the operation begins: there is nothing to do at any field."""


def refresh_directive(operation: OperationDefinitionNode) -> DirectiveNode | None:
    """The mark on an operation; None where it has none."""
    return next((each for each in operation.directives or () if each.name.value == NAME), None)


def systems_to_refresh(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any] | None
) -> list[str] | None:
    """The names of the systems to ask now: of all where the mark names none; None where there is no mark."""
    mark, definition = refresh_directive(operation), schema.get_directive(NAME)
    if mark is None or definition is None:
        return None
    given = get_variable_values(schema, operation.variable_definitions or (), dict(variables or {}))
    if isinstance(given, list):
        return None  # variables that do not fit: the operation itself will say so
    try:
        named = get_argument_values(definition, mark, given).get("sources")
    except GraphQLError:
        return None
    every = [each.name for each in SourceSystem]
    return every if named is None else [SourceSystem(each).name for each in named]

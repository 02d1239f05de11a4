"""The directive `@refresh`: load from the systems, bypassing the cache."""

from collections.abc import Mapping
from typing import Annotated, Any

import graphql
import strawberry
from strawberry.directive import DirectiveLocation

from gateway.resolvers.graph.record import SourceSystem

NAME = "refresh"


@strawberry.directive(
    locations=[DirectiveLocation.QUERY],
    name=NAME,
    description="Loads from the systems instead of the gateway's cache. If a system does not answer, its "
    "cached data is shown, and `sources` says so.",
)
def refresh(
    sources: Annotated[
        list[SourceSystem] | None, strawberry.argument(description="Systems to load from; all systems if it is null.")
    ] = None,
) -> None:
    """Do nothing: the engine reads the directive before the operation starts."""


def systems_to_refresh(
    schema: graphql.GraphQLSchema, operation: graphql.OperationDefinitionNode, variables: Mapping[str, Any] | None
) -> list[str]:
    """Names of the systems to refresh."""
    node = next((node for node in operation.directives or () if node.name.value == NAME), None)
    definition = schema.get_directive(NAME)
    if node is None or definition is None:
        return []
    values = graphql.get_variable_values(schema, operation.variable_definitions or (), dict(variables or {}))
    if isinstance(values, list):
        return []  # errors of the variables, which execution reports
    try:
        sources = graphql.get_argument_values(definition, node, values).get("sources")
    except graphql.GraphQLError:
        return []
    if sources is None:
        return [system.name for system in SourceSystem]
    return [system.name for system in sources]

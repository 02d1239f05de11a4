"""Which objects have an id of the graph, and which have one that only their system knows."""

from graphql import GraphQLInterfaceType, GraphQLObjectType

from gateway.execution.schema import GatewaySchema

TYPES = GatewaySchema()._schema.type_map  # noqa: SLF001  # strawberry has no other way to it
OBJECTS = [kind for kind in TYPES.values() if isinstance(kind, GraphQLObjectType)]
NODE = TYPES["Node"]
MADE_HERE = {"Insight"}  # its id is the gateway's own, the same for the same insight


def test_an_id_outside_of_nodes_is_deprecated() -> None:
    assert isinstance(NODE, GraphQLInterfaceType)
    local = {kind.name: kind for kind in OBJECTS if "id" in kind.fields and NODE not in kind.interfaces}
    assert {name for name, kind in local.items() if not kind.fields["id"].deprecation_reason} == MADE_HERE
    assert all("localId" in kind.fields for name, kind in local.items() if name not in MADE_HERE)


def test_deprecations_say_since_when_and_what_to_use() -> None:
    reasons = [field.deprecation_reason for kind in OBJECTS for field in kind.fields.values()]
    assert [reason for reason in reasons if reason and not ("Use " in reason and "20" in reason)] == []

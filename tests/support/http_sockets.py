"""Interaction histories as tests ask for them: of a customer, an account, or a party."""

from typing import Any

from gateway.ids import global_id, parse_global_id
from support.rows import row
from support.world import World

PAGE = """fragment Page on InteractionConnection { window { since until } nodes { id }
  days { date interactions { id } } pageInfo { hasNextPage endCursor } sources { system state } }"""
ASKED = "interactions(range: $range, all: $all, first: $first, after: $after) { ...Page }"
ASKS = "$id: ID!, $range: DateRange, $all: Boolean! = false, $first: Int, $after: String"
BY = {
    kind: f"query({ASKS}) {{ node(id: $id) {{ ... on {kind} {{ {ASKED} }} }} }}" + PAGE
    for kind in ("Customer", "BillingAccount", "Person", "Organization", "PartyRelationship")
}


async def history(at: World, kind: str, key: str, **asked: Any) -> Any:
    """A page of somebody's interactions."""
    return (await at.ask(BY[kind], id=global_id(kind, key), **asked))["node"]["interactions"]


def keys(nodes: Any) -> list[str]:
    """The systems' own keys of some entries."""
    return [parse_global_id(each["id"])[1] for each in nodes]


def talk(moment: str, **said: Any) -> dict[str, Any]:
    """An interaction of everybody at once, called by its moment."""
    own = {"customer_id": "C", "account_id": "A1", "party_id": "H"}
    return row("Interaction", **{"id": moment, "started_at": moment, **own, **said})


def days(page: Any) -> list[tuple[str, list[str]]]:
    """What a page tells of each day."""
    return [(each["date"], keys(each["interactions"])) for each in page["days"]]

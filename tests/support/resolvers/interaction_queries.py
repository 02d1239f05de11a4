"""Queries for the interactions of a customer, an account or a party."""

from typing import Any

from gateway.ids import global_id
from support.harness import Harness
from support.resolvers.answers import keys
from support.rows import row

PAGE = """fragment Page on InteractionConnection { window { since until } nodes { id }
  days { date interactions { id } } pageInfo { hasNextPage endCursor } sources { system state } }"""
FIELD = "interactions(range: $range, all: $all, first: $first, after: $after) { ...Page }"
ASKS = "$id: ID!, $range: DateRange, $all: Boolean! = false, $first: Int, $after: String"
BY = {
    kind: f"query({ASKS}) {{ node(id: $id) {{ ... on {kind} {{ {FIELD} }} }} }}" + PAGE
    for kind in ("Customer", "BillingAccount", "Person", "Organization", "PartyRelationship")
}


async def history(at: Harness, kind: str, key: str, **arguments: Any) -> Any:
    """A page of the interactions of an object."""
    return (await at.ask(BY[kind], id=global_id(kind, key), **arguments))["node"]["interactions"]


def talk(moment: str, **fields: Any) -> dict[str, Any]:
    """An interaction of customer C, account A1 and person H; its id is its instant."""
    keys = {"customer_id": "C", "account_id": "A1", "party_id": "H"}
    return row("Interaction", **{"id": moment, "started_at": moment, **keys, **fields})


def days(page: Any) -> list[tuple[str, list[str]]]:
    """Days of a page with the keys of their interactions."""
    return [(row["date"], keys(row["interactions"])) for row in page["days"]]

"""Search queries and their hits."""

from typing import Any

from gateway.ids import parse_global_id
from support.harness import Harness
from support.rows import row

QUERY = """query($by: CustomerSearch!, $first: Int, $after: String) {
  search(by: $by, first: $first, after: $after) {
    nodes { __typename ... on Node { id } } edges { cursor }
    pageInfo { hasNextPage hasPreviousPage endCursor } sources { system state } } }"""


TEXT_QUERY = """query($text: String!, $first: Int, $after: String) {
  search(text: $text, first: $first, after: $after) {
    nodes { __typename ... on Node { id } } edges { cursor matchedOn }
    pageInfo { hasNextPage hasPreviousPage endCursor } totalCount complete searchedOn notSearchedOn
    sources { system state } } }"""


async def search(at: Harness, first: int | None = None, after: str | None = None, **by: str) -> Any:
    """The page of hits for these criteria."""
    return (await at.ask(QUERY, by=by, first=first, after=after))["search"]


async def search_text(at: Harness, text: str, first: int | None = None, after: str | None = None) -> Any:
    """The page of hits for what a person typed into one box."""
    return (await at.ask(TEXT_QUERY, text=text, first=first, after=after))["search"]


def hits(page: Any) -> list[tuple[str, str]]:
    """Type and source key of each hit."""
    return [(each["__typename"], parse_global_id(each["id"])[1]) for each in page["nodes"]]


def customers(count: int, **fields: Any) -> list[dict[str, Any]]:
    """Rows of `count` customers."""
    return [row("Customer", id=f"C{n}", customer_number=f"{n}", **fields) for n in range(count)]

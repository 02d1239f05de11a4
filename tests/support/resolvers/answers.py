"""Parts of answers that resolver tests compare."""

from collections.abc import Awaitable, Callable
from typing import Any

from gateway.ids import parse_global_id
from support.harness import Harness
from support.utility import ACCOUNT


async def account(at: Harness, query: str, **arguments: Any) -> Any:
    """The fields of account A1."""
    return (await at.ask(query, account=ACCOUNT, **arguments))["billingAccount"]


def page_loader(at: Harness, query: str, field: str, first: int) -> Callable[[str | None], Awaitable[Any]]:
    """Loads the page after a cursor from a list of account A1."""

    async def load(after: str | None) -> Any:
        return (await account(at, query, first=first, after=after))[field]

    return load


def keys(nodes: Any) -> list[str]:
    """The source keys of nodes."""
    return [parse_global_id(node["id"])[1] for node in nodes]


async def all_pages(load: Callable[[str | None], Awaitable[Any]]) -> list[Any]:
    """Every page of a list, from the cursor before each."""
    pages: list[Any] = []
    after, more = None, True
    while more:
        pages.append(await load(after))
        after, more = pages[-1]["pageInfo"]["endCursor"], pages[-1]["pageInfo"]["hasNextPage"]
    return pages

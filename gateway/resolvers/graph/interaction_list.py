"""The field `interactions`, which customers, accounts and parties have."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import strawberry

from gateway.catalog.model import Relation
from gateway.resolvers.graph.connections import PageRequest
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.relations import lazy_type, loads
from gateway.resolvers.graph.values import DateRange

CONNECTION = "gateway.resolvers.contact.history:InteractionConnection"
DOCUMENTATION = """
Null if an argument is invalid.

range: Only interactions of these days; null for the newest months, as `window` says.
all: True for interactions of all days; not together with `range`.
"""


class HistoryRequest(NamedTuple):
    """The arguments of `interactions`."""

    page: PageRequest
    all: bool


def interaction_list(
    *relations: Relation,
) -> Callable[[Callable[[Any, Info, HistoryRequest], Awaitable[Any]]], Any]:
    """Make a field with the paging arguments from a method that takes them as one request."""

    def field(method: Callable[[Any, Info, HistoryRequest], Awaitable[Any]]) -> Any:
        async def resolve(
            self: Any,
            info: Info,
            range: DateRange | None = None,
            all: bool = False,
            first: int | None = None,
            after: str | None = None,
        ) -> Any:
            return await method(self, info, HistoryRequest(PageRequest(range, first, after), all))

        resolve.__doc__ = inspect.cleandoc(method.__doc__ or "") + DOCUMENTATION
        return strawberry.field(
            resolver=resolve, metadata=loads(*relations), graphql_type=lazy_type(CONNECTION) | None
        )

    return field

"""The field `interactions`, which accounts, customers and parties have alike."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import strawberry

from gateway.catalog.model import Relation
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.list_requests import ListOrder, ListRequest, ReplacedRange, list_request
from gateway.resolvers.graph.relations import lazy_type, loads

MODULE = "gateway.resolvers.contact.history"
FILTER: Any = lazy_type(f"{MODULE}:InteractionFilter") | None
DOCUMENTATION = """
Null if an argument is invalid.

filter: Only interactions that fit; without days, those of the newest months, as `window` says.
all: True for interactions of all days; not together with days.
range: Only interactions of these days; null for the newest months, as `window` says.
"""


@dataclass(frozen=True, slots=True)
class InteractionRequest:
    """The arguments of a list of interactions. `all`: of all days, not only of the newest months."""

    page: ListRequest
    all: bool


Method = Callable[[Any, Info, InteractionRequest], Awaitable[Any]]


def interaction_list(*relations: Relation) -> Callable[[Method], Any]:
    """Make a field with the arguments of a list from a method that takes them as one request."""

    def field(method: Method) -> Any:
        async def resolve(
            self: Any,
            info: Info,
            first: int | None = None,
            after: str | None = None,
            filter: FILTER = None,
            order_by: ListOrder = ListOrder.NEWEST_FIRST,
            all: bool = False,
            range: ReplacedRange = None,
        ) -> Any:
            request = list_request(first, after, filter, order_by, range)
            if all and request.days:
                message = "Pass either days (`filter` or `range`), or `all: true`, not both."
                raise BadInput(message, Reason.ARGUMENTS_CONFLICT, "all")
            return await method(self, info, InteractionRequest(request, all))

        resolve.__doc__ = inspect.cleandoc(method.__doc__ or "") + DOCUMENTATION
        graphql_type = lazy_type(f"{MODULE}:InteractionConnection") | None
        return strawberry.field(resolver=resolve, metadata=loads(*relations), graphql_type=graphql_type)

    return field

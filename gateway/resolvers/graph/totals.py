"""The number of entries of a whole list, where it is known or cheap to ask for."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from gateway.resolvers.graph.costs import QUESTION
from gateway.resolvers.graph.known import null_if_not_known

DESCRIPTION = (
    "Number of entries on all pages of this list; null where no system can tell it cheaply. Rows of pages that were "
    "not loaded count, also if they cannot be read."
)


def total_count(load: Callable[..., Awaitable[int]], description: str = DESCRIPTION) -> Any:
    """The field `totalCount` of a page, from a method that raises NotKnown where nothing tells the number."""
    metadata = {"load": load, "description": description, "cost": QUESTION}
    return strawberry.field(resolver=null_if_not_known(load), graphql_type=int | None, metadata=metadata)

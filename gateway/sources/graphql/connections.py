"""Connections: lists that say, in `pageInfo`, whether more rows follow."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from gateway.contract.batch import Lookup, Row
from gateway.contract.paths import Path, value_at
from gateway.sources.base.place import AtLeastOne

NODES = ("edges", "nodes")  # fields of a connection that hold its rows
PAGE_INFO = "pageInfo"


class ConnectionPaging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By the cursors of a connection, forwards.

    after: argument for the cursor after which a page begins.
    size_param: argument for the size of a page.
    size: rows on a page.
    """

    after: str
    size_param: str | None = None
    size: AtLeastOne | None = None


def add_page_info(tree: dict[str, Any], names: Sequence[str]) -> None:
    """Ask each connection in a tree of selections whether more rows follow."""
    for inner in list(tree.values()):
        add_page_info(inner, names)
    if any(tree.get(name) for name in NODES):
        tree.setdefault(PAGE_INFO, {}).update({name: {} for name in names})


def has_connection(items: Path, lookup: Lookup) -> bool:
    return any(name in NODES for path in (items, *lookup.paths) for name in path)


def next_cursor(connection: Any) -> Any:
    """The cursor of the next page; None after the last, and "" where the service names none."""
    info = connection.get(PAGE_INFO) if isinstance(connection, dict) else None
    if not isinstance(info, dict) or info.get("hasNextPage") is not True:
        return None
    return info.get("endCursor") or ""


def has_next(connection: Any) -> bool | None:
    """Whether a connection says that more rows follow; None where it says neither. A null has no rows."""
    if connection is None:
        return False
    info = connection.get(PAGE_INFO) if isinstance(connection, dict) else None
    answer = info.get("hasNextPage") if isinstance(info, dict) else None
    return answer if isinstance(answer, bool) else None


def _sign(connection: Any, at: str) -> Iterator[str]:
    """The path of `hasNextPage` where a connection does not say that it is whole. Some services have no `pageInfo`."""
    answer = has_next(connection) if isinstance(connection, dict) and PAGE_INFO in connection else False
    if answer is not False:
        yield f"{at}{PAGE_INFO}.hasNextPage" + ("" if answer else " = null")


def cut_connections(value: Any, items: Path, at: str = "") -> Iterator[str]:
    """The signs of the connections on the way to the rows that they have more than they gave."""
    if isinstance(value, list):
        for item in value:
            yield from cut_connections(item, items, at)
    elif items and isinstance(value, dict):
        if items[0] in NODES:
            yield from _sign(value, at)
        if any(name in NODES for name in items[1:]):
            yield from cut_connections(value.get(items[0]), items[1:], f"{at}{items[0]}.")


def cut_lists(lookup: Lookup, rows: Sequence[Row]) -> Iterator[str]:
    """The signs of the connections inside rows that they have more than they gave."""
    inner = {path[:n] for path in lookup.paths for n, name in enumerate(path) if name in NODES}
    for path in inner:
        for row in rows:
            yield from _sign(value_at(row, path), "".join(f"{name}." for name in path))

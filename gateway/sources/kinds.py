"""The technologies: how rows are got, no business word in sight. One line per kind."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from gateway.contract.batch import Source
from gateway.sources.files import place as file_place
from gateway.sources.files import source as file
from gateway.sources.graphql import source as graphql
from gateway.sources.memory import MemoryPlace, MemorySettings, open_memory
from gateway.sources.rest import place as rest_place
from gateway.sources.rest import source as rest
from gateway.sources.sql import place as sql_place
from gateway.sources.sql import source as sql


@dataclass(frozen=True, slots=True)
class SourceKind:
    """What a kind of source accepts in the catalog, and how one is opened."""

    settings: type
    place: type
    open: Callable[[str, Any], AbstractAsyncContextManager[Source]]
    complaints: Callable[[Any], list[str]] = lambda _place: []


KINDS: Mapping[str, SourceKind] = {
    "rest": SourceKind(rest.RestSettings, rest_place.RestPlace, rest.open_rest, rest_place.complaints),
    "sql": SourceKind(sql_place.SqlSettings, sql_place.SqlPlace, sql.open_sql, sql_place.complaints),
    "graphql": SourceKind(
        graphql.GraphqlSettings, graphql.GraphqlPlace, graphql.open_graphql, graphql.complaints
    ),
    "file": SourceKind(file.FileSettings, file_place.FilePlace, file.open_file, file_place.complaints),
    "memory": SourceKind(MemorySettings, MemoryPlace, open_memory),
}

"""The kinds of sources, one line each."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.contract.batch import Source
from gateway.sources.base.place import SourcePlace
from gateway.sources.files.source import FilePlace, FileSettings, open_file
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSettings, open_graphql
from gateway.sources.memory import MemoryPlace, MemorySettings, open_memory
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.source import RestSettings, open_rest
from gateway.sources.sql.place import SqlPlace, SqlSettings
from gateway.sources.sql.source import open_sql


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source.

    settings: the table of a source in the catalog; see `gateway.contract.batch.SourceSettings`
    place: the table of a lookup; see `gateway.contract.batch.Place`
    open: opens a source of this kind; its settings are of the type above
    """

    settings: type[msgspec.Struct]
    place: type[SourcePlace]
    open: Callable[[str, Any], AbstractAsyncContextManager[Source]]


KINDS: Mapping[str, SourceKind] = {
    "rest": SourceKind(RestSettings, RestPlace, open_rest),
    "sql": SourceKind(SqlSettings, SqlPlace, open_sql),
    "graphql": SourceKind(GraphqlSettings, GraphqlPlace, open_graphql),
    "file": SourceKind(FileSettings, FilePlace, open_file),
    "memory": SourceKind(MemorySettings, MemoryPlace, open_memory),
}

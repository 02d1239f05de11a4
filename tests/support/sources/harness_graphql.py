"""GraphQL services in every style over the same rows, each with a source and a lookup."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

import strawberry
from strawberry import relay
from strawberry.aiohttp.views import GraphQLView
from strawberry.extensions import ParserCache, ValidationCache

from gateway.contract.batch import Lookup, Row, Source, TimeField
from gateway.contract.times import TimeFormat
from gateway.sources.graphql.connections import ConnectionPaging
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSettings, open_graphql
from support.sources.rest_service import serve

Opened = AbstractAsyncContextManager[tuple[Source, Lookup]]
MOST_KEYS = 50
MOST_ROWS = 40
SIZE = 7  # rows on a page


@strawberry.type
class Writer:
    """The writer of a note."""

    id: str


@strawberry.type
class Note:
    """A row."""

    id: str
    at: str
    note: str
    writer: Writer

    @strawberry.field
    def owner(self) -> str:
        return self.writer.id


@strawberry.type
class Edge:
    """A row in a connection."""

    node: Note


@strawberry.type
class Notes:
    """A connection."""

    edges: list[Edge]


@strawberry.type
class PagedNotes:
    """A connection with pages."""

    edges: list[Edge]
    page_info: relay.PageInfo


class NoteStore:
    """The rows of a service."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.notes = {
            owner: [
                Note(id=row["id"], at=row["at"], note=row["note"], writer=Writer(id=owner))
                for row in sorted(rows, key=lambda row: row["id"])
                if row["owner"] == owner
            ]
            for owner in {row["owner"] for row in rows}
        }

    def of(self, owners: Sequence[str], since: datetime | None, until: datetime | None) -> list[Note]:
        """Newest first; ties by id ascending, unlike the contract; the end is inclusive, the start is not."""
        if len(owners) > MOST_KEYS:
            raise ValueError("too many keys")
        notes = [note for owner in owners for note in self.notes.get(owner, ()) if _inside(note, since, until)]
        return sorted(notes, key=lambda note: datetime.fromisoformat(note.at), reverse=True)


def _inside(note: Note, since: datetime | None, until: datetime | None) -> bool:
    at = datetime.fromisoformat(note.at)
    return (since is None or at > since) and (until is None or at <= until)


def schema(shelf: NoteStore) -> strawberry.Schema:
    """All styles in one service: a list of keys, one key, one key as a connection."""

    @strawberry.type
    class Query:
        @strawberry.field
        def notes(
            self, owners: list[strawberry.ID], since: datetime | None = None, until: datetime | None = None
        ) -> list[Note]:
            return shelf.of(owners, since, until)

        @strawberry.field
        def notes_of(self, owner: str, newest: int | None = None, before: datetime | None = None) -> list[Note]:
            return shelf.of([owner], None, before)[: min(newest or MOST_ROWS, MOST_ROWS)]

        @strawberry.field
        def connection(self, owner: strawberry.ID, kind: str) -> Notes | None:
            notes = shelf.of([owner], None, None) if kind == "note" else []
            return Notes(edges=[Edge(node=note) for note in notes]) if notes else None

        @strawberry.field
        def pages(self, owner: strawberry.ID, first: int | None = None, after: str | None = None) -> PagedNotes:
            notes, start = shelf.of([owner], None, None), int(after or 0)
            end = start + min(first or SIZE, SIZE)
            info = relay.PageInfo(
                has_next_page=end < len(notes), has_previous_page=False, start_cursor=None, end_cursor=str(end)
            )
            return PagedNotes(edges=[Edge(node=note) for note in notes[start:end]], page_info=info)

    return strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])


@asynccontextmanager
async def harness(place: GraphqlPlace, rows: Sequence[Row]) -> AsyncIterator[tuple[Source, Lookup]]:
    """The service, and a source with one place."""
    assert place.diagnostics() == []
    async with serve(GraphQLView(schema=schema(NoteStore(rows)))) as url:
        settings = GraphqlSettings(url=f"{url}/", keys_per_call=MOST_KEYS)
        async with open_graphql("graphql", settings) as source:
            yield source, lookup(place)


def lookup(place: GraphqlPlace, **changed: Any) -> Lookup:
    """Notes by their owner."""
    return Lookup(
        record="Note",
        by="owner",
        source="graphql",
        place=place,
        key=("writer", "id"),
        id=("id",),
        time=TimeField(("at",), TimeFormat("iso")),
        columns=("id", "owner", "at", "note"),
        paths=(("id",), ("owner",), ("at",), ("note",)),
        **changed,
    )


PLACES = {
    "list of keys, bounds": GraphqlPlace(
        field="notes", keys="owners", since="since", until="until", types={"owners": "[ID!]!"}
    ),
    "one key, limit": GraphqlPlace(
        field="notesOf",
        key_param="owner",
        types={"owner": "String!"},
        limit="newest",
        max_limit=MOST_ROWS,
        until="before",
    ),
    "one key, connection": GraphqlPlace(
        field="connection", key_param="owner", items="edges.node", params={"kind": "note"}, absent=("null",)
    ),
    "one key, pages": GraphqlPlace(
        field="pages", key_param="owner", items="edges.node", paging=ConnectionPaging("after", "first", 5)
    ),
}

HARNESSES: Mapping[str, Callable[[Sequence[Row]], Opened]] = {
    f"graphql: {name}": partial(harness, place) for name, place in PLACES.items()
}

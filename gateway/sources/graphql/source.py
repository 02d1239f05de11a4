"""GraphQL services: one document for many keys, keys as its variables."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from gateway.contract.batch import ALL, Answer, Answers, Batch, Key, Lookup, Row, Window
from gateway.contract.windows import answers
from gateway.errors import SourceError, SourceMisread
from gateway.sources.graphql.documents import Documents
from gateway.sources.graphql.place import GraphqlPlace, complaints
from gateway.sources.graphql.response import Reading
from gateway.sources.http.client import Wire, WireSettings, open_wire
from gateway.sources.rest.per_key_limit import ByKey, Limited
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import Asked

__all__ = ["Graphql", "GraphqlPlace", "GraphqlSettings", "complaints", "open_graphql"]


class GraphqlSettings(WireSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a GraphQL service is reached. `probe` is a key known to exist, for the check at start."""

    probe: str | None = None


class Graphql:
    """A source that lives as long as the application."""

    def __init__(self, name: str, settings: GraphqlSettings, wire: Wire) -> None:
        self.name = name
        self._settings = settings
        self._wire = wire
        self._documents: dict[Lookup, Documents] = {}

    async def fetch(self, batch: Batch) -> Answers:
        """One document for each `keys_per_call` keys."""
        size = self._settings.keys_per_call
        keys = tuple(key for key in batch.keys if _sayable(key))
        parts = [replace(batch, keys=keys[n : n + size]) for n in range(0, len(keys), size)]
        found: dict[Key, Answer | SourceError] = {}
        for some in await asyncio.gather(*(self._answers(part) for part in parts)):
            found.update(some)
        return found

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The rows of the key known to exist; without one, whether the document is understood."""
        key = self._settings.probe or "0"
        window = Window(limit=1) if lookup.time else ALL
        answer = (await self.fetch(Batch(lookup, (key,), window))).get(key)
        if isinstance(answer, SourceError):
            raise answer
        return answer.rows if answer else ()

    async def _answers(self, batch: Batch) -> Answers:
        as_of = datetime.now(UTC)
        failed: dict[Key, SourceError] = {}
        try:
            by_key = await self._rows(batch, failed)
        except SourceError as error:
            return dict.fromkeys(batch.keys, error)
        return {**answers(batch, by_key, self.name, as_of), **failed}

    async def _rows(self, batch: Batch, failed: dict[Key, SourceError]) -> ByKey:
        async def read(asked: Asked) -> ByKey:
            found = await self._read(batch, asked)
            failed.update({key: rows for key, rows in found.items() if isinstance(rows, SourceError)})
            return {key: [] if isinstance(rows, SourceError) else list(rows) for key, rows in found.items()}

        place: GraphqlPlace = batch.lookup.place
        if not place.limit:
            return await read(Asked(batch.keys, batch.window))
        # It reads limits alone: `most`, `max_rows` and `until`, which both kinds of place have.
        limits = cast("RestPlace", place)
        return await Limited(self.name, batch.lookup, limits, read).rows(batch.keys, batch.window)

    async def _read(self, batch: Batch, asked: Asked) -> dict[Key, Sequence[Row] | SourceError]:
        lookup = batch.lookup
        documents = self._documents.setdefault(lookup, Documents(lookup))
        try:
            call = documents.call(self._settings.url, asked)
        except ValueError as error:
            raise SourceMisread(self.name, f"{lookup.name}: {error}") from error
        answer = await self._wire.ask(call, batch.wish)
        return dict(Reading(self.name, replace(batch, keys=asked.keys)).by_key(answer))


def _sayable(key: Key) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in key)


@asynccontextmanager
async def open_graphql(name: str, settings: GraphqlSettings) -> AsyncIterator[Graphql]:
    """A GraphQL service for as long as the context lasts."""
    async with open_wire(name, settings) as wire:
        yield Graphql(name, settings, wire)

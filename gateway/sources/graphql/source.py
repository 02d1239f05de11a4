"""GraphQL services: one document for many keys, keys as its variables."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from gateway.contract.batch import ALL_ROWS, Answer, Answers, Batch, Key, Lookup, Row, Window
from gateway.contract.windows import windowed_answers
from gateway.errors import InvalidResponse, SourceError
from gateway.sources.graphql.documents import Documents
from gateway.sources.graphql.place import GraphqlPlace, complaints
from gateway.sources.graphql.response import ResponseReader
from gateway.sources.http.client import HttpClient, HttpSettings, open_http_client
from gateway.sources.rest.per_key_limit import PerKeyLimitReader, RowsByKey
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import RowSelection

__all__ = ["GraphqlPlace", "GraphqlSettings", "GraphqlSource", "complaints", "open_graphql"]


class GraphqlSettings(HttpSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a GraphQL service is reached. `probe` is a key known to exist, for the check at start."""

    probe: str | None = None


class GraphqlSource:
    """A source that lives as long as the application."""

    def __init__(self, name: str, settings: GraphqlSettings, wire: HttpClient) -> None:
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
        window = Window(limit=1) if lookup.time else ALL_ROWS
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
        return {**windowed_answers(batch, by_key, self.name, as_of), **failed}

    async def _rows(self, batch: Batch, failed: dict[Key, SourceError]) -> RowsByKey:
        async def read(asked: RowSelection) -> RowsByKey:
            found = await self._read(batch, asked)
            failed.update({key: rows for key, rows in found.items() if isinstance(rows, SourceError)})
            return {key: [] if isinstance(rows, SourceError) else list(rows) for key, rows in found.items()}

        place: GraphqlPlace = batch.lookup.place
        if not place.limit:
            return await read(RowSelection(batch.keys, batch.window))
        # It reads limits alone: `max_limit`, `max_rows` and `until`, which both kinds of place have.
        limits = cast("RestPlace", place)
        return await PerKeyLimitReader(self.name, batch.lookup, limits, read).rows(batch.keys, batch.window)

    async def _read(self, batch: Batch, asked: RowSelection) -> dict[Key, Sequence[Row] | SourceError]:
        lookup = batch.lookup
        documents = self._documents.setdefault(lookup, Documents(lookup))
        try:
            call = documents.call(self._settings.url, asked)
        except ValueError as error:
            raise InvalidResponse(self.name, f"{lookup.name}: {error}") from error
        answer = await self._wire.ask(call, batch.options)
        return dict(ResponseReader(self.name, replace(batch, keys=asked.keys)).by_key(answer))


def _sayable(key: Key) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in key)


@asynccontextmanager
async def open_graphql(name: str, settings: GraphqlSettings) -> AsyncIterator[GraphqlSource]:
    """A GraphQL service for as long as the context lasts."""
    async with open_http_client(name, settings) as wire:
        yield GraphqlSource(name, settings, wire)

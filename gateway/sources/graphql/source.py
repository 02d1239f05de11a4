"""GraphQL services: one document for many keys, with the keys as its variables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from gateway.contract.batch import Answers, Batch, Lookup, Row
from gateway.errors import InvalidResponse
from gateway.sources.base.batching import RowsByKey, fetch_in_parts, in_chunks, is_unicode, probe_key
from gateway.sources.base.per_key_limit import read_windowed
from gateway.sources.base.windows import RowSelection
from gateway.sources.graphql.documents import Documents
from gateway.sources.graphql.response import ResponseReader
from gateway.sources.http.client import HttpClient, HttpSettings, open_http_client


class GraphqlSettings(HttpSettings, frozen=True, kw_only=True):
    """How a GraphQL service is reached."""


class GraphqlSource:
    """A GraphQL service. Lives as long as the application."""

    def __init__(self, name: str, settings: GraphqlSettings, client: HttpClient) -> None:
        self.name = name
        self._settings = settings
        self._client = client
        self._documents: dict[Lookup, Documents] = {}

    async def fetch(self, batch: Batch) -> Answers:
        keys = [key for key in batch.keys if is_unicode(key)]
        chunks = in_chunks(keys, self._settings.keys_per_call)
        return await fetch_in_parts(batch, self.name, chunks, self._read)

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The rows of the `probe` key; without one, only whether the service accepts the document."""
        return await probe_key(self.fetch, lookup, self._settings.probe or "0")

    async def _read(self, batch: Batch) -> RowsByKey:
        return await read_windowed(self.name, batch, partial(self._call, batch))

    async def _call(self, batch: Batch, selection: RowSelection) -> RowsByKey:
        lookup = batch.lookup
        documents = self._documents.setdefault(lookup, Documents(lookup))
        try:
            request = documents.request(self._settings.url, selection)
        except ValueError as error:
            raise InvalidResponse(self.name, f"{lookup.name}: {error}") from error
        answer = await self._client.call(request, batch.options)
        return ResponseReader(self.name, replace(batch, keys=selection.keys)).by_key(answer)


@asynccontextmanager
async def open_graphql(name: str, settings: GraphqlSettings) -> AsyncIterator[GraphqlSource]:
    """A GraphQL source for as long as the context lasts."""
    async with open_http_client(name, settings) as client:
        yield GraphqlSource(name, settings, client)

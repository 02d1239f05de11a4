"""GraphQL services: one document for many keys, with the keys as its variables."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec
from yarl import URL

from gateway.concurrency.slices import off_loop
from gateway.contract.answers import RowsByKey
from gateway.contract.batch import Answers, Batch, Lookup, Row
from gateway.errors import InvalidResponse, UpstreamBadRequest
from gateway.sources.base.chunks import in_chunks, is_unicode, probe_key
from gateway.sources.base.counts import fetch_counts
from gateway.sources.base.isolation import isolated
from gateway.sources.base.place import place_of
from gateway.sources.base.windows import RowSelection, fetch_windowed
from gateway.sources.graphql.connections import PAGE_INFO, has_connection
from gateway.sources.graphql.counts import count_row, total_lookup
from gateway.sources.graphql.documents import GraphqlPlace, document, variables
from gateway.sources.graphql.pages import ConnectionPages
from gateway.sources.graphql.responses import ResponseReader, has_data
from gateway.sources.http.body_format import PART_BYTES
from gateway.sources.http.client import HttpClient, HttpSettings, open_http_client
from gateway.sources.http.transport import HttpRequest, HttpResponse


class GraphqlSettings(HttpSettings, frozen=True, kw_only=True):
    """How a GraphQL service is reached."""


class GraphqlSource:
    """A GraphQL service. Lives as long as the application."""

    def __init__(self, name: str, settings: GraphqlSettings, client: HttpClient) -> None:
        self.name, self._settings, self._client = name, settings, client
        self._documents: dict[tuple[Lookup, int, bool], str] = {}
        self._total_lookups: dict[Lookup, Lookup] = {}
        self._has_page_info: dict[Lookup, bool] = {}  # whether a service knows pageInfo, once that is certain

    async def fetch(self, batch: Batch) -> Answers:
        keys = [key for key in batch.keys if is_unicode(key)]
        chunks = in_chunks(keys, self._settings.keys_per_call)
        if batch.window.count and place_of(GraphqlPlace, batch.lookup).can_count:
            return await fetch_counts(batch, self.name, chunks, isolated(self._totals))
        return await fetch_windowed(batch, self.name, chunks, isolated(self._call))

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The rows of the `probe` key; without one, only whether the service accepts the document."""
        return await probe_key(self.fetch, lookup, self._settings.probe or "0")

    async def _call(self, batch: Batch, selection: RowSelection) -> RowsByKey:
        """The rows of each key, page by page."""
        pages = ConnectionPages(self.name, batch.lookup, selection)
        while pages.keys:
            of_page = replace(batch, keys=pages.keys)
            answer, response = await self._ask(of_page, replace(selection, keys=pages.keys), pages.cursors)
            is_large = len(response.body) > PART_BYTES
            await off_loop(is_large, _add_page, pages, ResponseReader(self.name, of_page), answer, response)
        return pages.rows

    async def _totals(self, batch: Batch, selection: RowSelection) -> RowsByKey:
        """The number of rows of each key."""
        lookup = self._total_lookups.setdefault(batch.lookup, total_lookup(batch.lookup))
        rows = await self._call(replace(batch, lookup=lookup), selection)
        return {key: count_row(self.name, lookup, of_key) for key, of_key in rows.items()}

    async def _ask(self, batch: Batch, selection: RowSelection, cursors: Mapping[str, str]) -> tuple[Any, HttpResponse]:
        """The values of the response to one document, and the response.

        A service may refuse to say whether more rows follow. Then it is not asked that again.
        """
        lookup = batch.lookup
        has_page_info = self._has_page_info.get(lookup)
        try:
            answer, response = await self._send(batch, selection, cursors, page_info=has_page_info is not False)
            refused: UpstreamBadRequest | None = None
        except UpstreamBadRequest as error:
            answer, refused = None, error
        connected = has_page_info is None and has_connection(place_of(GraphqlPlace, lookup).item_path, lookup)
        if connected and (refused or (not has_data(answer) and PAGE_INFO in str(answer))):
            without = await self._send(batch, selection, cursors, page_info=False)
            if has_data(without[0]):
                self._has_page_info[lookup] = False
                return without
        if refused:
            raise refused
        if connected and has_data(answer):
            self._has_page_info[lookup] = True
        return answer, response

    async def _send(
        self, batch: Batch, selection: RowSelection, cursors: Mapping[str, str], *, page_info: bool
    ) -> tuple[Any, HttpResponse]:
        lookup, place = batch.lookup, place_of(GraphqlPlace, batch.lookup)
        count = 0 if place.keys else len(selection.keys)
        try:
            query = self._documents.get((lookup, count, page_info)) or document(lookup, count, page_info=page_info)
        except ValueError as error:
            raise InvalidResponse(self.name, f"{lookup.name}: {error}") from error
        self._documents[lookup, count, page_info] = query
        body = msgspec.json.encode({"query": query, "variables": {**variables(place, lookup, selection), **cursors}})
        request = HttpRequest(f"query {place.field}", "POST", URL(self._settings.url, encoded=True), body)
        return await self._client.call(request, batch.options)


def _add_page(pages: ConnectionPages, reader: ResponseReader, answer: Any, response: HttpResponse) -> None:
    pages.add(reader.by_key(answer), answer, response)


@asynccontextmanager
async def open_graphql(name: str, settings: GraphqlSettings) -> AsyncIterator[GraphqlSource]:
    async with open_http_client(name, settings) as client:
        yield GraphqlSource(name, settings, client)

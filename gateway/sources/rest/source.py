"""REST services: one call for as many keys as the service takes, page by page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from gateway.contract.batch import COUNT, Answers, Batch, Lookup, Row
from gateway.contract.paths import join_key
from gateway.contract.windows import RowsByKey, distinct_rows, rows_by_key
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.base.chunks import matching_rows, probe_key
from gateway.sources.base.counts import fetch_counts, lie_in
from gateway.sources.base.isolation import isolated, of_one_key
from gateway.sources.base.place import place_of
from gateway.sources.base.windows import RowSelection, fetch_windowed
from gateway.sources.greenbutton.documents import Documents, answered
from gateway.sources.http.body_format import InvalidDocument
from gateway.sources.http.client import HttpClient, HttpSettings, open_http_client
from gateway.sources.http.transport import Bodiless
from gateway.sources.rest.pages import Page, Paginator
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import PageParams, is_sendable, key_chunks, page_request
from gateway.sources.rest.rows import RowCollector, rows_in


class RestSettings(HttpSettings, frozen=True, kw_only=True):
    """How a REST service is reached."""


class RestSource:
    """A REST service. Lives as long as the application."""

    def __init__(self, name: str, settings: RestSettings, client: HttpClient, *, empty_404: bool = True) -> None:
        self.name, self.settings = name, settings
        self._client, self._empty_404 = client, empty_404
        self.documents = Documents(settings.max_bytes)

    async def fetch(self, batch: Batch) -> Answers:
        place = place_of(RestPlace, batch.lookup)
        keys = [key for key in batch.keys if is_sendable(place, key)]
        if batch.window.count and place.can_count:  # a total does not say whose rows it counts
            return await fetch_counts(batch, self.name, key_chunks(place, keys, 1), isolated(self._total))
        one_key = place.has_key_in_path or place.key_params or batch.lookup.key is None
        chunks = key_chunks(place, keys, 1 if one_key else self.settings.keys_per_call)
        return await fetch_windowed(batch, self.name, chunks, isolated(self._read))

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The rows of the `probe` key; without one, only whether the place answers.

        A 404 without a body fails the probe: a wrong path answers the same.
        """
        probe = self.settings.probe or "0"
        parts = place_of(RestPlace, lookup).key_params
        strict = RestSource(self.name, self.settings, self._client, empty_404=False)
        key = join_key(dict.fromkeys(parts, probe)) if parts else probe
        return await probe_key(strict.fetch, lookup, key)

    async def _read(self, batch: Batch, selection: RowSelection) -> RowsByKey:
        try:
            return await self._read_pages(batch, selection)
        except InvalidResponse as error:
            raise of_one_key(error) if place_of(RestPlace, batch.lookup).has_key_in_path else error from None

    async def _read_pages(self, batch: Batch, selection: RowSelection) -> RowsByKey:
        lookup, place = batch.lookup, place_of(RestPlace, batch.lookup)
        collector = RowCollector(self.name, lookup, selection, place.max_rows)
        first = selection.window.first
        paginator = Paginator(self.name, lookup, first and first * len(selection.keys))
        params: PageParams | None = paginator.first_page()
        while params is not None:
            page = await self._page(batch, selection, params)
            rows = page.distinct
            collector.add(rows if place.espi else matching_rows(self.name, lookup, rows, place.where))
            paginator.check_failures(page)
            params = paginator.next_page(params, page)
            if params is None:
                collector.check_whole(paginator.signs(page))
            elif (place.newest_first or first) and collector.is_complete():
                break
        if place.espi:
            return answered(self.name, lookup, selection.keys, collector.rows)
        if lookup.key is not None and not place.key_params:
            rows_of = rows_by_key(replace(batch, keys=selection.keys), collector.rows, self.name)
            return {key: of_key for key, of_key in rows_of.items() if key not in collector.cut}
        (key,) = selection.keys
        return {key: collector.rows}

    async def _page(self, batch: Batch, selection: RowSelection, params: PageParams) -> Page:
        """One page of a call. Duplicates would count towards the offset of the next one."""
        lookup, place = batch.lookup, place_of(RestPlace, batch.lookup)
        request = page_request(self.settings.url, lookup, selection, params)
        answer, response = await self._client.call(replace(request, empty_404=self._empty_404), batch.options)
        if place.espi and not isinstance(answer, Bodiless):
            answer = await self._document(lookup, selection, answer)
        ids = selection.keys if lookup.by == "id" else ()
        rows = rows_in(self.name, answer, place, ids, lookup.key)
        return Page(request.url, answer, response, rows, distinct_rows(lookup, rows) if place.paging else rows)

    async def _total(self, batch: Batch, selection: RowSelection) -> RowsByKey:
        """The number of rows of one key, as a page of one row says it."""
        lookup, place = batch.lookup, place_of(RestPlace, batch.lookup)
        paginator = Paginator(self.name, lookup, wanted_rows=1)
        try:
            page = await self._page(batch, selection, paginator.first_page())
            paginator.check_failures(page)
            total = paginator.total(page)
        except InvalidResponse as error:
            raise of_one_key(error) if place.has_key_in_path else error from None
        if lookup.key is not None and not place.key_params:
            rows_by_key(replace(batch, keys=selection.keys), page.rows, self.name)
        return {selection.keys[0]: [{COUNT: total if lie_in(batch, selection, page.rows) else None}]}

    async def _document(self, lookup: Lookup, selection: RowSelection, body: bytes) -> Any:
        """The rows of a Green Button document. One that cannot be read is an error of its keys."""
        place = place_of(RestPlace, lookup)
        key = selection.keys[0] if place.has_key_in_path else None
        try:
            return await self.documents.page(body, lookup, place, key)
        except InvalidDocument as error:
            raise InvalidRow(self.name, f"{place.name}: {error}") from None


@asynccontextmanager
async def open_rest(name: str, settings: RestSettings) -> AsyncIterator[RestSource]:
    async with open_http_client(name, settings) as client:
        yield RestSource(name, settings, client)

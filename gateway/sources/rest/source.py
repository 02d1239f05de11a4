"""REST services: one call for as many keys as the service takes, page by page."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from gateway.concurrency.slices import SLICE, off_loop
from gateway.contract.answers import RowsByKey, grouped_in_slices
from gateway.contract.batch import COUNT, Answers, Batch, Lookup, Row
from gateway.contract.paths import join_key
from gateway.contract.windows import distinct_rows
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.base.chunks import matching_rows, probe_key
from gateway.sources.base.counts import fetch_counts, lie_in
from gateway.sources.base.isolation import isolated, of_one_key
from gateway.sources.base.place import place_of
from gateway.sources.base.windows import RowSelection, fetch_windowed
from gateway.sources.greenbutton.documents import Documents, answered
from gateway.sources.http.body_format import PART_BYTES, InvalidDocument
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
            is_large = max(len(page.rows), len(collector.rows)) > SLICE
            params = await off_loop(is_large, _following, collector, paginator, params, page)
        if place.espi:
            is_large = len(collector.rows) > SLICE
            return await off_loop(is_large, answered, self.name, lookup, selection.keys, collector.rows)
        if lookup.key is not None and not place.key_params:
            rows_of = await grouped_in_slices(replace(batch, keys=selection.keys), collector.rows, self.name)
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
        is_large = len(response.body) > PART_BYTES
        rows: Sequence[Row] = await off_loop(is_large, rows_in, self.name, answer, place, ids, lookup.key)
        distinct = await off_loop(is_large, distinct_rows, lookup, rows) if place.paging else rows
        return Page(request.url, answer, response, rows, distinct)

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
            await grouped_in_slices(replace(batch, keys=selection.keys), page.rows, self.name)
        is_sure = await off_loop(len(page.rows) > SLICE, lie_in, batch, selection, page.rows)
        return {selection.keys[0]: [{COUNT: total if is_sure else None}]}

    async def _document(self, lookup: Lookup, selection: RowSelection, body: bytes) -> Any:
        """The rows of a Green Button document. One that cannot be read is an error of its keys."""
        place = place_of(RestPlace, lookup)
        key = selection.keys[0] if place.has_key_in_path else None
        try:
            return await self.documents.page(body, lookup, place, key)
        except InvalidDocument as error:
            raise InvalidRow(self.name, f"{place.name}: {error}") from None


def _following(collector: RowCollector, paginator: Paginator, params: PageParams, page: Page) -> PageParams | None:
    """Collect the rows of a page. Return the parameters of the next one; None after the last that is wanted."""
    lookup, place = collector.lookup, place_of(RestPlace, collector.lookup)
    rows = page.distinct
    collector.add(rows if place.espi else matching_rows(collector.source, lookup, rows, place.where))
    paginator.check_failures(page)
    following = paginator.next_page(params, page)
    if following is None:
        collector.check_whole(paginator.signs(page))
    elif (place.newest_first or collector.selection.window.first) and collector.is_complete():
        return None
    return following


@asynccontextmanager
async def open_rest(name: str, settings: RestSettings) -> AsyncIterator[RestSource]:
    async with open_http_client(name, settings) as client:
        yield RestSource(name, settings, client)

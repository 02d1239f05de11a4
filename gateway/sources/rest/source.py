"""REST services: one call for as many keys as the service takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from gateway.contract.batch import Answers, Batch, Lookup, Row, join_key
from gateway.contract.windows import distinct_rows, rows_by_key
from gateway.errors import InvalidResponse
from gateway.sources.base.batching import RowsByKey, fetch_in_parts, matching_rows, probe_key
from gateway.sources.base.place import place_of
from gateway.sources.base.windows import RowSelection, read_windowed
from gateway.sources.http.client import HttpClient, HttpSettings, open_http_client
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import PageParams, Paginator, is_sendable, key_chunks, page_request
from gateway.sources.rest.rows import RowCollector, rows_in


class RestSettings(HttpSettings, frozen=True, kw_only=True):
    """How a REST service is reached."""


class RestSource:
    """A REST service. Lives as long as the application."""

    def __init__(
        self, name: str, settings: RestSettings, client: HttpClient, *, empty_404: bool = True
    ) -> None:
        self.name, self.settings = name, settings
        self._client, self._empty_404 = client, empty_404

    async def fetch(self, batch: Batch) -> Answers:
        place = place_of(RestPlace, batch.lookup)
        keys = [key for key in batch.keys if is_sendable(place, key)]
        one_key = place.has_key_in_path or place.key_params or batch.lookup.key is None
        parts = key_chunks(place, keys, 1 if one_key else self.settings.keys_per_call)
        return await fetch_in_parts(batch, self.name, parts, self._read)

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The rows of the `probe` key; without one, only whether the place answers.

        A 404 without a body fails the probe: a wrong path answers the same.
        """
        probe = self.settings.probe or "0"
        parts = place_of(RestPlace, lookup).key_params
        strict = RestSource(self.name, self.settings, self._client, empty_404=False)
        rows = await probe_key(
            strict.fetch, lookup, join_key(dict.fromkeys(parts, probe)) if parts else probe
        )
        missing = [name for name in lookup.columns if any(name not in row for row in rows)]
        if missing:
            raise InvalidResponse(self.name, f"{lookup.name}: its rows have no {', '.join(missing)}")
        return rows

    async def _read(self, batch: Batch) -> RowsByKey:
        return await read_windowed(self.name, batch, partial(self._read_pages, batch))

    async def _read_pages(self, batch: Batch, selection: RowSelection) -> RowsByKey:
        lookup, place = batch.lookup, place_of(RestPlace, batch.lookup)
        collector = RowCollector(self.name, lookup, selection, place.max_rows)
        first = selection.window.first
        paginator = Paginator(self.name, place.paging, first and first * len(selection.keys))
        page: PageParams | None = paginator.first_page()
        while page is not None:
            request = page_request(self.settings.url, lookup, selection, page)
            answer = await self._client.call(replace(request, empty_404=self._empty_404), batch.options)
            rows = rows_in(self.name, answer, place)
            if place.paging:  # duplicates would count towards the offset of the next page
                rows = list(distinct_rows(lookup, rows))
            collector.add(matching_rows(self.name, lookup, rows, place.where, strict=place.espi is not None))
            page = paginator.next_page(page, answer, len(rows), request.url)
            if (place.newest_first or first) and page is not None and collector.is_complete():
                break
        if lookup.key is not None and not place.key_params:
            return rows_by_key(replace(batch, keys=selection.keys), collector.rows, self.name)
        (key,) = selection.keys
        return {key: collector.rows}


@asynccontextmanager
async def open_rest(name: str, settings: RestSettings) -> AsyncIterator[RestSource]:
    async with open_http_client(name, settings) as client:
        yield RestSource(name, settings, client)

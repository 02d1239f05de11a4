"""REST services: documents over HTTP, keys in a path, a query or a body, one call for as many as it takes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from gateway.contract.batch import ALL_ROWS, Answers, Batch, Lookup, Row, Window, join_key
from gateway.contract.windows import distinct_rows, rows_by_key, windowed_answers
from gateway.errors import InvalidResponse, SourceError
from gateway.sources.http.client import HttpClient, HttpSettings, open_http_client
from gateway.sources.rest.paging import Paginator, capped, first_page
from gateway.sources.rest.per_key_limit import PerKeyLimitReader, RowsByKey
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import PageParams, RowSelection, is_sendable, key_chunks, page_request
from gateway.sources.rest.rows import RowCollector, matching_rows, rows_in


class RestSettings(HttpSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a REST service is reached. `probe` is a key known to exist, for the check at start."""

    probe: str | None = None


class RestSource:
    """A source that lives as long as the application."""

    def __init__(
        self, name: str, settings: RestSettings, wire: HttpClient, *, doubting: bool = False
    ) -> None:
        self.name = name
        self.settings = settings
        self._wire = wire
        self._doubting = doubting

    async def fetch(self, batch: Batch) -> Answers:
        """Answer every key; a call that fails is the error of its own keys."""
        place: RestPlace = batch.lookup.place
        keys = [key for key in batch.keys if is_sendable(place, key)]
        alone = place.one_by_one or place.key_params or batch.lookup.key is None
        most = 1 if alone else self.settings.keys_per_call
        parts = [self._answered(replace(batch, keys=some)) for some in key_chunks(place, keys, most)]
        found = [await parts[0]] if len(parts) == 1 else await asyncio.gather(*parts)
        return {key: answer for part in found for key, answer in part.items()}

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The rows of the key known to exist; without one, whether the place answers as agreed.

        An empty 404 is no such answer: that is how a path that is not there looks, too.
        """
        known, parts = self.settings.probe or "0", lookup.place.key_params
        key = join_key(dict.fromkeys(parts, known)) if parts else known
        window = Window(limit=1) if lookup.time else ALL_ROWS
        doubting = RestSource(self.name, self.settings, self._wire, doubting=True)
        answer = (await doubting.fetch(Batch(lookup, (key,), window))).get(key)
        if isinstance(answer, SourceError):
            raise answer
        rows = answer.rows if answer else ()
        missing = [name for name in lookup.columns if any(name not in row for row in rows)]
        if missing:
            raise InvalidResponse(self.name, f"{lookup.name}: no {', '.join(missing)} in its rows")
        return rows

    async def _answered(self, batch: Batch) -> Answers:
        as_of = datetime.now(UTC)
        try:
            by_key = await self._rows(batch)
        except SourceError as error:
            return dict.fromkeys(batch.keys, error)
        return windowed_answers(batch, by_key, self.name, as_of)

    async def _rows(self, batch: Batch) -> RowsByKey:
        place: RestPlace = batch.lookup.place
        read = partial(self._read, batch)
        if place.limit:
            return await PerKeyLimitReader(self.name, batch.lookup, place, read).rows(
                batch.keys, batch.window
            )
        return await read(RowSelection(batch.keys, batch.window))

    async def _read(self, batch: Batch, asked: RowSelection) -> RowsByKey:
        """What one call says, by key, its further pages included."""
        place: RestPlace = batch.lookup.place
        reading = RowCollector(self.name, batch.lookup, asked, place.max_rows)
        wanted = asked.window.first
        paging = capped(place.paging, wanted and wanted * len(asked.keys))
        step: PageParams | None = first_page(paging)
        pages = Paginator(self.name, paging)
        while step is not None:
            request = page_request(self.settings.url, batch.lookup, asked, step)
            answer = await self._wire.ask(replace(request, silent=not self._doubting), batch.options)
            rows = rows_in(self.name, answer, place)
            if place.paging:  # pages are counted and turned by what is on them, each once
                rows = list(distinct_rows(batch.lookup, rows))
            reading.add(matching_rows(self.name, batch.lookup, rows, place.where))
            step = pages.onward(step, answer, len(rows), request.url)
            if (place.newest_first or wanted) and step is not None and reading.enough():
                break
        return self._by_key(replace(batch, keys=asked.keys), reading.rows)

    def _by_key(self, batch: Batch, rows: Sequence[Row]) -> RowsByKey:
        if batch.lookup.key is not None and not batch.lookup.place.key_params:
            return rows_by_key(batch, rows, self.name)
        (key,) = batch.keys
        return {key: list(rows)}


@asynccontextmanager
async def open_rest(name: str, settings: RestSettings) -> AsyncIterator[RestSource]:
    """A REST source for as long as the context lasts."""
    async with open_http_client(name, settings) as wire:
        yield RestSource(name, settings, wire)

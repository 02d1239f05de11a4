"""REST services: documents over HTTP, keys in a path, a query or a body, one call for as many as it takes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from gateway.contract.batch import ALL, Answers, Batch, Lookup, Row, Window, together
from gateway.contract.windows import answers, grouped, once
from gateway.errors import SourceError, SourceMisread
from gateway.sources.http.client import Wire, WireSettings, open_wire
from gateway.sources.rest.paging import Pages, first_step, no_larger
from gateway.sources.rest.per_key_limit import ByKey, Limited
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import Asked, Step, call, can_be_asked, chunks
from gateway.sources.rest.rows import Reading, rows_in, told_apart


class RestSettings(WireSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a REST service is reached. `probe` is a key known to exist, for the check at start."""

    probe: str | None = None


class Rest:
    """A source that lives as long as the application."""

    def __init__(self, name: str, settings: RestSettings, wire: Wire, *, doubting: bool = False) -> None:
        self.name = name
        self.settings = settings
        self._wire = wire
        self._doubting = doubting

    async def fetch(self, batch: Batch) -> Answers:
        """Answer every key; a call that fails is the error of its own keys."""
        place: RestPlace = batch.lookup.place
        keys = [key for key in batch.keys if can_be_asked(place, key)]
        alone = place.one_by_one or place.each or batch.lookup.key is None
        most = 1 if alone else self.settings.keys_per_call
        parts = [self._answered(replace(batch, keys=some)) for some in chunks(place, keys, most)]
        found = [await parts[0]] if len(parts) == 1 else await asyncio.gather(*parts)
        return {key: answer for part in found for key, answer in part.items()}

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The rows of the key known to exist; without one, whether the place answers as agreed.

        An empty 404 is no such answer: that is how a path that is not there looks, too.
        """
        known, parts = self.settings.probe or "0", lookup.place.each
        key = together(dict.fromkeys(parts, known)) if parts else known
        window = Window(limit=1) if lookup.time else ALL
        doubting = Rest(self.name, self.settings, self._wire, doubting=True)
        answer = (await doubting.fetch(Batch(lookup, (key,), window))).get(key)
        if isinstance(answer, SourceError):
            raise answer
        rows = answer.rows if answer else ()
        missing = [name for name in lookup.columns if any(name not in row for row in rows)]
        if missing:
            raise SourceMisread(self.name, f"{lookup.name}: no {', '.join(missing)} in its rows")
        return rows

    async def _answered(self, batch: Batch) -> Answers:
        as_of = datetime.now(UTC)
        try:
            by_key = await self._rows(batch)
        except SourceError as error:
            return dict.fromkeys(batch.keys, error)
        return answers(batch, by_key, self.name, as_of)

    async def _rows(self, batch: Batch) -> ByKey:
        place: RestPlace = batch.lookup.place
        read = partial(self._read, batch)
        if place.limit:
            return await Limited(self.name, batch.lookup, place, read).rows(batch.keys, batch.window)
        return await read(Asked(batch.keys, batch.window))

    async def _read(self, batch: Batch, asked: Asked) -> ByKey:
        """What one call says, by key, its further pages included."""
        place: RestPlace = batch.lookup.place
        reading = Reading(self.name, batch.lookup, asked, place.max_rows)
        wanted = asked.window.first
        paging = no_larger(place.paging, wanted and wanted * len(asked.keys))
        step: Step | None = first_step(paging)
        pages = Pages(self.name, paging)
        while step is not None:
            request = call(self.settings.url, batch.lookup, asked, step)
            answer = await self._wire.ask(replace(request, silent=not self._doubting), batch.wish)
            rows = rows_in(self.name, answer, place)
            if place.paging:  # pages are counted and turned by what is on them, each once
                rows = list(once(batch.lookup, rows))
            reading.add(told_apart(self.name, batch.lookup, rows, place.where))
            step = pages.onward(step, answer, len(rows), request.url)
            if (place.newest_first or wanted) and step is not None and reading.enough():
                break
        return self._by_key(replace(batch, keys=asked.keys), reading.rows)

    def _by_key(self, batch: Batch, rows: Sequence[Row]) -> ByKey:
        if batch.lookup.key is not None and not batch.lookup.place.each:
            return grouped(batch, rows, self.name)
        (key,) = batch.keys
        return {key: list(rows)}


@asynccontextmanager
async def open_rest(name: str, settings: RestSettings) -> AsyncIterator[Rest]:
    """A REST source for as long as the context lasts."""
    async with open_wire(name, settings) as wire:
        yield Rest(name, settings, wire)

"""Documents in a folder: Green Button's, one for each key or one for all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import msgspec

from gateway.contract.batch import Answer, Answers, Batch, Key, Lookup, Row, value_at
from gateway.contract.windows import rows_by_key, text_key, windowed_answers
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout
from gateway.sources.files.document import FileVersion, file_version, read_file
from gateway.sources.files.place import FilePlace
from gateway.sources.http.body_format import InvalidDocument
from gateway.sources.rest.place import KEY_PLACEHOLDER
from gateway.sources.rest.rows import matching_rows

MAX_FILE_NAME = 255  # bytes, on the file systems there are


class FileSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the documents are. `probe` is a key known to have one, for the check at start."""

    folder: str
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 5.0
    max_bytes: Annotated[int, msgspec.Meta(ge=1)] = 16 * 1024 * 1024
    probe: str | None = None


class FileSource:
    """A source that lives as long as the application."""

    def __init__(self, name: str, settings: FileSettings) -> None:
        self.name = name
        self.settings = settings
        self._known: dict[Lookup, tuple[FileVersion | None, dict[Key, list[Row]]]] = {}

    async def fetch(self, batch: Batch) -> Answers:
        """Answer every key; a document that cannot be read is the error of its own keys."""
        try:
            async with asyncio.timeout(self.settings.timeout):
                return await asyncio.to_thread(self._answered, batch)
        except TimeoutError:
            late = SourceTimeout(self.name, f"{batch.lookup.name}: not read in {self.settings.timeout} s")
            return dict.fromkeys(batch.keys, late)

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The rows of the key known to have some; without one, what the document for all begins with."""
        place: FilePlace = lookup.place
        if not place.one_by_one:
            path = Path(self.settings.folder, place.at)
            return tuple((await asyncio.to_thread(self._rows, lookup, path, None))[:1])
        found = await self.fetch(Batch(lookup, (self.settings.probe or "0",)))
        answer = next(iter(found.values()), None)
        if isinstance(answer, SourceError):
            raise answer
        return answer.rows[:1] if answer else ()

    def _answered(self, batch: Batch) -> Answers:
        place: FilePlace = batch.lookup.place
        parts = [(key,) for key in batch.keys] if place.one_by_one else [batch.keys]
        found: dict[Key, Answer | SourceError] = {}
        for keys in parts:
            found |= self._part(replace(batch, keys=keys))
        return found

    def _part(self, batch: Batch) -> Answers:
        as_of = datetime.now(UTC)
        try:
            return windowed_answers(batch, self._by_key(batch), self.name, as_of)
        except SourceError as error:
            return dict.fromkeys(batch.keys, error)

    def _by_key(self, batch: Batch) -> dict[Key, list[Row]]:
        lookup = batch.lookup
        place: FilePlace = lookup.place
        if not place.one_by_one:
            mine = self._shared(lookup)
            return {key: mine[key] for key in batch.keys if key in mine}
        (key,) = batch.keys
        path = self._path(place, key)
        if path is None:
            return {}
        rows = self._rows(lookup, path, key)
        return rows_by_key(batch, rows, self.name) if lookup.key else {key: rows}

    def _path(self, place: FilePlace, key: Key) -> Path | None:
        """Where the document of a key is; None where no document can be called so."""
        if not key or any("\ud800" <= letter <= "\udfff" for letter in key):
            return None
        *folders, name = place.at.split("/")
        name = name.replace(KEY_PLACEHOLDER, quote(key, safe=""))
        return Path(self.settings.folder, *folders, name) if len(name) <= MAX_FILE_NAME else None

    def _shared(self, lookup: Lookup) -> dict[Key, list[Row]]:
        """The rows of the document for all, by key. Read again when it was written again."""
        path = Path(self.settings.folder, lookup.place.at)
        now = file_version(path)
        then = self._known.get(lookup)
        if then is not None and then[0] == now:
            return then[1]
        by_key: dict[Key, list[Row]] = {}
        for row in self._rows(lookup, path, None):
            key = text_key(value_at(row, lookup.key)) if lookup.key else None
            if key is None:
                raise InvalidResponse(self.name, f"{lookup.name}: a row that does not say whose it is")
            by_key.setdefault(key, []).append(row)
        self._known[lookup] = now, by_key
        return by_key

    def _rows(self, lookup: Lookup, path: Path, key: Key | None) -> list[Row]:
        place: FilePlace = lookup.place
        body = read_file(self.name, place.at, path, self.settings.max_bytes)
        if body is None and key is None:
            raise SourceDown(self.name, f"{place.at}: it is not there")
        if body is None:
            return []
        try:
            told = place.espi.form(key).decode(body)
        except InvalidDocument as error:
            raise InvalidResponse(self.name, f"{place.at}: {error}") from None
        rows = matching_rows(self.name, lookup, told[place.items], place.where)
        if len(rows) > place.max_rows:
            raise InvalidResponse(self.name, f"{place.at}: more than {place.max_rows} rows")
        return rows


@asynccontextmanager
async def open_file(name: str, settings: FileSettings) -> AsyncIterator[FileSource]:
    """A source of documents for as long as the context lasts."""
    yield FileSource(name, settings)

"""Green Button documents in a folder: one for each key, or one for all keys."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import msgspec

from gateway.contract.batch import Answers, Batch, Key, Lookup, Row, value_at
from gateway.contract.windows import rows_by_key, text_key
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout
from gateway.sources.base.batching import answers_at, is_unicode, probe_key
from gateway.sources.base.filters import matching_rows
from gateway.sources.base.place import KEY_PLACEHOLDER, AtLeastOne, PositiveSeconds, place_of
from gateway.sources.files.document import FileVersion, file_version, read_file
from gateway.sources.files.place import FilePlace
from gateway.sources.http.body_format import InvalidDocument

MAX_FILE_NAME = 255  # bytes, the limit of common file systems


class FileSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a folder of documents is read.

    folder: the directory.
    timeout: seconds for the documents of one batch.
    max_bytes: size that one document may have.
    probe: a key that has a document, for `gateway check --connect`.
    """

    folder: str
    timeout: PositiveSeconds = 5.0
    max_bytes: AtLeastOne = 16 * 1024 * 1024
    probe: str | None = None
    max_concurrent_calls: ClassVar[None] = None


class FileSource:
    """A folder of documents. Lives as long as the application."""

    def __init__(self, name: str, settings: FileSettings) -> None:
        self.name = name
        self.settings = settings
        self._shared: dict[Lookup, tuple[FileVersion | None, dict[Key, list[Row]]]] = {}

    async def fetch(self, batch: Batch) -> Answers:
        try:
            async with asyncio.timeout(self.settings.timeout):
                return await asyncio.to_thread(self._read, batch)
        except TimeoutError:
            reason = f"{batch.lookup.name}: not read in {self.settings.timeout} s"
            return dict.fromkeys(batch.keys, SourceTimeout(self.name, reason))

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """One row of the `probe` key, or of the document of all keys."""
        place = place_of(FilePlace, lookup)
        if place.has_key_in_path:
            return (await probe_key(self.fetch, lookup, self.settings.probe or "0"))[:1]
        path = Path(self.settings.folder, place.at)
        return tuple((await asyncio.to_thread(self._rows, lookup, path, None))[:1])

    def _read(self, batch: Batch) -> Answers:
        has_own = place_of(FilePlace, batch.lookup).has_key_in_path
        parts = [(key,) for key in batch.keys] if has_own else [batch.keys]
        answers = [self._read_document(replace(batch, keys=keys)) for keys in parts]
        return {key: answer for part in answers for key, answer in part.items()}

    def _read_document(self, batch: Batch) -> Answers:
        as_of = datetime.now(UTC)
        try:
            return answers_at(batch, self.name, self._rows_by_key(batch), as_of)
        except SourceError as error:
            return dict.fromkeys(batch.keys, error)

    def _rows_by_key(self, batch: Batch) -> dict[Key, list[Row]]:
        place = place_of(FilePlace, batch.lookup)
        if not place.has_key_in_path:
            shared = self._shared_rows(batch.lookup)
            return {key: shared[key] for key in batch.keys if key in shared}
        (key,) = batch.keys
        path = self._path(place, key)
        if path is None:
            return {}
        rows = self._rows(batch.lookup, path, key)
        return rows_by_key(batch, rows, self.name) if batch.lookup.key else {key: rows}

    def _path(self, place: FilePlace, key: Key) -> Path | None:
        """The path of a key's document; None where no document can have such a name."""
        if not key or not is_unicode(key):
            return None
        *folders, name = place.at.split("/")
        name = name.replace(KEY_PLACEHOLDER, quote(key, safe=""))
        return Path(self.settings.folder, *folders, name) if len(name) <= MAX_FILE_NAME else None

    def _shared_rows(self, lookup: Lookup) -> dict[Key, list[Row]]:
        """The rows of the document of all keys, read again when it was written again."""
        path = Path(self.settings.folder, place_of(FilePlace, lookup).at)
        version = file_version(path)
        if lookup in self._shared and self._shared[lookup][0] == version:
            return self._shared[lookup][1]
        by_key: dict[Key, list[Row]] = {}
        for row in self._rows(lookup, path, None):
            key = text_key(value_at(row, lookup.key)) if lookup.key else None
            if key is None:
                raise InvalidResponse(self.name, f"{lookup.name}: a row has no key")
            by_key.setdefault(key, []).append(row)
        self._shared[lookup] = version, by_key
        return by_key

    def _rows(self, lookup: Lookup, path: Path, key: Key | None) -> list[Row]:
        """The rows of a document; none where a key has no document."""
        place = place_of(FilePlace, lookup)
        body = read_file(self.name, place.at, path, self.settings.max_bytes)
        if body is None and key is None:
            raise SourceDown(self.name, f"{place.at}: the document does not exist")
        if body is None:
            return []
        try:
            values = place.espi.body_format(key).decode(body)
        except InvalidDocument as error:
            raise InvalidResponse(self.name, f"{place.at}: {error}") from None
        rows = matching_rows(self.name, lookup, values[place.items], place.where, strict=True)
        if len(rows) > place.max_rows:
            raise InvalidResponse(self.name, f"{place.at}: more than max_rows = {place.max_rows} rows")
        return rows


@asynccontextmanager
async def open_file(name: str, settings: FileSettings) -> AsyncIterator[FileSource]:
    """A file source for as long as the context lasts."""
    yield FileSource(name, settings)

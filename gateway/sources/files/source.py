"""Green Button documents in a folder: one for each key, or one for all keys."""

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import msgspec

from gateway.contract.batch import Answers, Batch, Key, Lookup, Row, value_at
from gateway.contract.windows import RowsByKey, rows_by_key, text_key
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.sources.base.chunks import fetch_in_chunks, in_chunks, is_unicode, matching_rows, probe_key
from gateway.sources.base.place import KEY_PLACEHOLDER, AtLeastOne, PositiveSeconds, SourcePlace, place_of
from gateway.sources.greenbutton.format import espi_diagnostics, espi_format
from gateway.sources.greenbutton.values import Espi
from gateway.sources.http.body_format import InvalidDocument

MAX_FILE_NAME = 255  # bytes, the limit of common file systems


class FilePlace(SourcePlace, frozen=True, kw_only=True):
    """The documents of one lookup, and their rows.

    at: path of the document inside the folder. `{key}` in its name means one document for each key. The key
        is quoted as in a URL: `a%2Fb.xml` for a/b.
    espi: how the Green Button documents are read.
    items: readings or summaries.
    where: values that a row of this record has.
    max_rows: rows that one document may have; more are an error, and are never cut.
    """

    at: str
    espi: Espi
    items: str
    where: dict[str, str | int | bool] = msgspec.field(default_factory=dict)
    max_rows: AtLeastOne = 200_000

    @property
    def has_key_in_path(self) -> bool:
        return KEY_PLACEHOLDER in self.at

    def diagnostics(self) -> list[str]:
        return [*_path(self.at), *espi_diagnostics(self.espi, self.items)]


def _path(at: str) -> Iterator[str]:
    *folders, name = at.split("/")
    if {"", ".", ".."} & {*folders, name}:
        yield "at must be a path inside the folder, without . and .."
    if KEY_PLACEHOLDER in "/".join(folders) or "{" in at.replace(KEY_PLACEHOLDER, "", 1):
        yield "at may hold {key} once, in the name of the document, and no other braces"


def file_version(path: Path) -> tuple[int, int, int] | None:
    """Inode, size and time of a document change when it is written again. None where it cannot be seen."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def read_file(source: str, name: str, path: Path, max_bytes: int) -> bytes | None:
    """The bytes of a document; None where its folder exists, but not the document. Else raises SourceError.

    `name` stands for the document in the log: its path has a key.
    """
    try:
        # Non-blocking: the name may be that of a pipe without a writer.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InvalidResponse(source, f"{name}: not a regular file")
            body = file.read(max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError):
        if path.parent.is_dir():
            return None
        raise SourceDown(source, f"{name}: its folder does not exist") from None
    except OSError as error:
        raise file_error(source, name, error) from None
    if len(body) > max_bytes:
        raise InvalidResponse(source, f"{name}: the document has more than max_bytes = {max_bytes}")
    return body


def file_error(source: str, name: str, error: OSError) -> SourceError:
    """The failure that an error of the file system means. Its message shows the path, and with it a key."""
    if isinstance(error, PermissionError):
        return UpstreamUnauthorized(source, f"{name}: permission denied")
    return SourceDown(source, f"{name}: {type(error).__name__}")


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
        self.name, self.settings = name, settings
        self._shared: dict[Lookup, tuple[tuple[int, int, int] | None, dict[Key, list[Row]]]] = {}

    async def fetch(self, batch: Batch) -> Answers:
        has_own = place_of(FilePlace, batch.lookup).has_key_in_path
        chunks = in_chunks(batch.keys, 1) if has_own else [batch.keys]
        try:
            async with asyncio.timeout(self.settings.timeout):
                return await fetch_in_chunks(batch, self.name, chunks, self._read)
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

    async def _read(self, batch: Batch) -> RowsByKey:
        return await asyncio.to_thread(self._rows_by_key, batch)

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
            document = espi_format(place.espi, key).decode(body)
        except InvalidDocument as error:
            raise InvalidResponse(self.name, f"{place.at}: {error}") from None
        rows = matching_rows(self.name, lookup, document[place.items], place.where, strict=True)
        if len(rows) > place.max_rows:
            raise InvalidResponse(self.name, f"{place.at}: more than max_rows = {place.max_rows} rows")
        return rows


def open_file(name: str, settings: FileSettings) -> AbstractAsyncContextManager[FileSource]:
    return nullcontext(FileSource(name, settings))

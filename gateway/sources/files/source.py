"""Green Button documents in a folder: one for each key, or one for all keys."""

import asyncio
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from itertools import chain
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import msgspec

from gateway.concurrency.slices import SLICE, off_loop
from gateway.contract.answers import RowsByKey
from gateway.contract.batch import Answers, Batch, Lookup, Row
from gateway.contract.paths import Key
from gateway.errors import InvalidResponse, InvalidRow, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.sources.base.chunks import fetch_in_chunks, in_chunks, is_unicode, probe_key
from gateway.sources.base.place import KEY_PLACEHOLDER, AtLeastOne, PositiveSeconds, SourcePlace, place_of
from gateway.sources.greenbutton.documents import Documents, answered, grouped_rows, tied
from gateway.sources.greenbutton.format import espi_diagnostics
from gateway.sources.greenbutton.values import Espi
from gateway.sources.http.body_format import InvalidDocument

Version = tuple[Path, int, int, int]
SharedRows = tuple[dict[Key, list[Row]], list[Row]]
KEYS_PER_CHUNK = 100
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
    reads_pages: ClassVar[bool] = False

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


class NoDocument(Exception):
    """The folder exists, but not the document."""


def file_version(source: str, name: str, path: Path) -> Version:
    """Inode, size and time of a document change when it is written again. Raises NoDocument or SourceError.

    `name` stands for the document in the log: its path has a key.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise file_error(source, name, path, error) from None
    return path, status.st_ino, status.st_size, status.st_mtime_ns


def read_file(source: str, name: str, path: Path, max_bytes: int) -> bytes:
    """The bytes of a document. Raises NoDocument, InvalidDocument or SourceError."""
    try:
        # Non-blocking: the name may be that of a pipe without a writer.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InvalidDocument("not a regular file")
            body = file.read(max_bytes + 1)
    except IsADirectoryError:
        raise InvalidDocument("not a regular file") from None
    except OSError as error:
        raise file_error(source, name, path, error) from None
    if len(body) > max_bytes:
        raise InvalidDocument(f"the document has more than max_bytes = {max_bytes}")
    return body


def file_error(source: str, name: str, path: Path, error: OSError) -> SourceError | NoDocument:
    """What an error of the file system means. Its own message shows the path, and with it a key."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return NoDocument() if path.parent.is_dir() else SourceDown(source, f"{name}: its folder does not exist")
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
        self.documents = Documents(settings.max_bytes)
        self._shared: dict[Lookup, tuple[list[Row], SharedRows]] = {}

    async def fetch(self, batch: Batch) -> Answers:
        has_own = place_of(FilePlace, batch.lookup).has_key_in_path
        chunks = in_chunks(batch.keys, KEYS_PER_CHUNK) if has_own else [batch.keys]
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
        shared, strays = await self._shared_rows(lookup)
        return tuple([*chain.from_iterable(shared.values()), *strays][:1])

    async def _read(self, batch: Batch) -> RowsByKey:
        lookup, place = batch.lookup, place_of(FilePlace, batch.lookup)
        if place.has_key_in_path:
            return await self._own_rows(lookup, batch.keys)
        shared, strays = await self._shared_rows(lookup)
        rows_by_key = {}
        for key in batch.keys:
            if key in shared:
                is_large = len(shared[key]) > SLICE
                rows_by_key[key] = await off_loop(is_large, tied, self.name, lookup, shared[key])
        if not strays:
            return rows_by_key
        # Rows that name no key may be those of a key without any.
        lost = InvalidRow(self.name, f"{lookup.name}: a row has no key")
        return {**dict.fromkeys(batch.keys, lost), **rows_by_key}

    async def _own_rows(self, lookup: Lookup, keys: Sequence[Key]) -> RowsByKey:
        """The rows of keys with a document each. An error is that of its key."""
        place = place_of(FilePlace, lookup)
        paths = {key: path for key in keys if (path := self._path(place, key))}
        versions = await asyncio.to_thread(lambda: {key: self._version(place, path) for key, path in paths.items()})
        answers: dict[Key, Sequence[Row] | SourceError] = {}
        for key, version in versions.items():
            try:
                rows = await self._rows(lookup, paths[key], key, version)
            except SourceError as error:
                answers[key] = error
            else:
                is_large = len(rows) > SLICE
                answers |= await off_loop(is_large, answered, self.name, lookup, (key,), rows)
        return answers

    def _path(self, place: FilePlace, key: Key) -> Path | None:
        """The path of a key's document; None where no document can have such a name."""
        if not key or not is_unicode(key):
            return None
        *folders, name = place.at.split("/")
        name = name.replace(KEY_PLACEHOLDER, quote(key, safe=""))
        return Path(self.settings.folder, *folders, name) if len(name) <= MAX_FILE_NAME else None

    async def _shared_rows(self, lookup: Lookup) -> SharedRows:
        """The rows of the document of all keys, grouped again when it was written again."""
        path = Path(self.settings.folder, place_of(FilePlace, lookup).at)
        version = await asyncio.to_thread(self._version, place_of(FilePlace, lookup), path)
        rows = await self._rows(lookup, path, None, version)
        if lookup not in self._shared or self._shared[lookup][0] is not rows:
            self._shared[lookup] = rows, await asyncio.to_thread(grouped_rows, lookup, rows)
        return self._shared[lookup][1]

    def _version(self, place: FilePlace, path: Path) -> Version | SourceError | None:
        """The version of a document, or why there is none; None where there is no document."""
        try:
            return file_version(self.name, place.at, path)
        except NoDocument:
            return None
        except SourceError as error:
            return error

    async def _rows(
        self, lookup: Lookup, path: Path, key: Key | None, version: Version | SourceError | None
    ) -> list[Row]:
        """The rows of a document; none where a key has no document."""
        place, invalid = place_of(FilePlace, lookup), InvalidResponse if key is None else InvalidRow
        read = partial(read_file, self.name, place.at, path, self.settings.max_bytes)
        if isinstance(version, SourceError):
            raise version
        try:
            rows = await self.documents.rows(version, read, lookup, place, key) if version else None
        except InvalidDocument as error:
            raise invalid(self.name, f"{place.at}: {error}") from None
        except NoDocument:
            rows = None
        if rows is None:
            if key is None:
                raise SourceDown(self.name, f"{place.at}: the document does not exist")
            return []
        if len(rows) > place.max_rows:
            raise invalid(self.name, f"{place.at}: more than max_rows = {place.max_rows} rows")
        return rows


def open_file(name: str, settings: FileSettings) -> AbstractAsyncContextManager[FileSource]:
    return nullcontext(FileSource(name, settings))

"""One document on disk: its bytes and which version of it they are, bounded, or whose failure it is."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import InvalidResponse, SourceDown, SourceError, UpstreamUnauthorized


@dataclass(frozen=True, slots=True)
class FileVersion:
    """What changes when a document is written anew."""

    place: int
    size: int
    written: int

    @classmethod
    def of(cls, told: os.stat_result) -> "FileVersion":
        """As the file system tells it."""
        return cls(told.st_ino, told.st_size, told.st_mtime_ns)


def file_version(path: Path) -> FileVersion | None:
    """Which version lies there; None where there is none to be seen."""
    try:
        return FileVersion.of(path.stat())
    except (OSError, ValueError):
        return None


def read_file(source: str, name: str, path: Path, most: int) -> bytes | None:
    """The document's bytes; None where there is no such document in a folder that is there. SourceError else.

    `name` is what the log may call it: a path would say a key.
    """
    try:
        # Not blocking: what looks like a document may be a pipe nobody writes to.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InvalidResponse(source, f"{name}: no document")
            body = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        if path.parent.is_dir():
            return None
        raise SourceDown(source, f"{name}: its folder is not there") from None
    except OSError as error:
        raise file_error(source, name, error) from None
    if len(body) > most:
        raise InvalidResponse(source, f"{name}: more than {most} bytes")
    return body


def file_error(source: str, name: str, error: OSError) -> SourceError:
    """Whose failure it is that the system does not give a document."""
    # The error's own words show the path, and with it a key.
    if isinstance(error, PermissionError):
        return UpstreamUnauthorized(source, f"{name}: may not be read")
    return SourceDown(source, f"{name}: {type(error).__name__}")

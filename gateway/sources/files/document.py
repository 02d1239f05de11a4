"""One document on disk: its bytes, bounded, and its version."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from gateway.errors import InvalidResponse, SourceDown, SourceError, UpstreamUnauthorized


class FileVersion(NamedTuple):
    """Values that change when a document is written again."""

    inode: int
    size: int
    modified_ns: int


def file_version(path: Path) -> FileVersion | None:
    """The version of a document; None where it cannot be seen."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return FileVersion(status.st_ino, status.st_size, status.st_mtime_ns)


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

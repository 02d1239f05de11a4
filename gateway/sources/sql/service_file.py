"""Services of PostgreSQL: named parameters in a file, as libpq finds them."""

import configparser
import os
from collections.abc import Iterator, Mapping
from pathlib import Path


def service_words(service: str, file: str | None) -> Mapping[str, str]:
    """The parameters of a service. Raises ValueError in a sentence without the service's name: it may be secret."""
    if file and not Path(file).is_file():
        raise ValueError("the parameter servicefile of the address names a file that does not exist")
    for path in [Path(file)] if file else _files():
        words = _read(path)
        if words.has_section(service):
            parameters = dict(words[service])
            if {"service", "servicefile"} & set(parameters):
                raise ValueError("the service of the address names another service; write its parameters there")
            return parameters
    raise ValueError("the parameter service of the address names a service that no file of services has")


def _files() -> Iterator[Path]:
    personal = os.environ.get("PGSERVICEFILE")
    yield Path(personal) if personal else Path.home() / ".pg_service.conf"
    if shared := os.environ.get("PGSYSCONFDIR"):
        yield Path(shared) / "pg_service.conf"


def _read(path: Path) -> configparser.ConfigParser:
    words = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",), strict=False)
    try:
        words.read(path, "utf-8")
    except (configparser.Error, ValueError, OSError):
        raise ValueError("the file with the service of the address cannot be read as one of services") from None
    return words

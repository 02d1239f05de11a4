"""The API styles of the REST services: keys, time windows, paging and response envelopes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Keys(Enum):
    """How a request carries keys."""

    COMMA = "?ids=a,b"
    REPEATED = "?id=a&id=b"
    PATH = "/accounts/a/requests, one key per request; 404 for an unknown key"
    BODY = 'POST {"ids": ["a", "b"]}, with all other parameters in the body'


class TimeFormat(Enum):
    """The format of a time window's bounds."""

    INSTANT = "2026-11-01T00:00:00-04:00, the offset is required"
    DATE = "2026-11-01, a day in New York"
    SECONDS = "seconds since 1970, UTC"
    MILLISECONDS = "milliseconds since 1970, UTC"


@dataclass(frozen=True, slots=True)
class Window:
    """The parameters of a time window, and whether each bound is inclusive."""

    since: str
    until: str
    format: TimeFormat
    since_included: bool = True
    until_included: bool = True


class Paging(Enum):
    """How a request names the next page."""

    OFFSET = "offset of the first record"
    PAGE = "page number, from 1"
    OPAQUE = "an opaque token from the previous response"
    PER_KEY = "no further pages: a limit per key; narrow the window for more"


@dataclass(frozen=True, slots=True)
class Pages:
    """The paging parameters. A size above `max_size` is silently reduced to it."""

    paging: Paging
    size: str
    start: str = ""
    default: int = 50
    max_size: int = 200


@dataclass(frozen=True, slots=True)
class ApiStyle:
    """How one service takes requests and builds responses.

    `envelope` is the response body with `$records` in place of the records. After it may follow
    `$total`, `$page`, `$pages`, `$cursor`, `$link` (relative) and `$address` (absolute).
    """

    keys: Keys
    envelope: str
    window: Window | None = None
    pages: Pages | None = None
    tie_order: str = "ASC"
    max_keys: int = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A join table between keys and records; each record gets its key as field `written_as`."""

    table: str
    record_column: str
    written_as: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A lookup of a service: the records of the given keys, newest first."""

    path: str
    name: str
    table: str
    column: str
    style: ApiStyle
    link: Link | None = None


class Login(Enum):
    """The authentication a service requires."""

    NONE = "none"
    API_KEY = "header X-Api-Key"
    BASIC = "HTTP basic"
    TOKEN = "OAuth2 bearer token, from /oauth/token by client credentials"  # noqa: S105 - names it


@dataclass(frozen=True, slots=True)
class Service:
    """One REST system: its root path, its store, its authentication and its endpoints."""

    root: str
    database: str
    login: Login
    endpoints: Sequence[Endpoint]

"""The habits a REST service can have: how it takes keys, windows and pages, and how it wraps answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Keys(Enum):
    """How keys are passed."""

    COMMA = "?ids=a,b"
    REPEATED = "?id=a&id=b"
    PATH = "/accounts/a/requests, one key at a time; 404 when nothing is known of it"
    BODY = 'POST {"ids": ["a", "b"]}, and every other parameter beside it in the body'


class TimeFormat(Enum):
    """How the ends of a window are written."""

    INSTANT = "2026-11-01T00:00:00-04:00, the offset is required"
    DATE = "2026-11-01, a day in New York"
    SECONDS = "seconds since 1970, UTC"
    MILLISECONDS = "milliseconds since 1970, UTC"


@dataclass(frozen=True, slots=True)
class Window:
    """The parameters that bound the time of the records, and whether each end belongs to it."""

    since: str
    until: str
    written: TimeFormat
    since_included: bool = True
    until_included: bool = True


class Paging(Enum):
    """How one goes on after the first page."""

    OFFSET = "offset of the first record"
    PAGE = "number of the page, from 1"
    OPAQUE = "a word of the service's own, from the answer before"
    PER_KEY = "no further pages: a limit for each key, and the window to go on"


@dataclass(frozen=True, slots=True)
class Pages:
    """The parameters of paging. A size above `largest` is cut to it without a word, as most services do."""

    paging: Paging
    size: str
    start: str = ""
    usual: int = 50
    largest: int = 200


@dataclass(frozen=True, slots=True)
class ApiStyle:
    """How one service takes questions and gives answers.

    `envelope` is the answer with `$records` where the joined records go; behind them may stand
    `$total`, `$page`, `$pages`, `$cursor`, `$link` (relative) and `$address` (absolute).
    """

    keys: Keys
    envelope: str
    window: Window | None = None
    pages: Pages | None = None
    ties: str = "ASC"
    most_keys: int = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A table between keys and records; the key is written into each record under `written_as`."""

    table: str
    record_column: str
    written_as: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing a service can be asked: these keys' records, newest first."""

    path: str
    name: str
    table: str
    column: str
    habits: ApiStyle
    link: Link | None = None


class Login(Enum):
    """What a service wants to see before it answers."""

    NOTHING = "nothing"
    API_KEY = "header X-Api-Key"
    BASIC = "HTTP basic"
    TOKEN = "OAuth2 bearer token, from /oauth/token by client credentials"  # noqa: S105 - names it


@dataclass(frozen=True, slots=True)
class Service:
    """One system behind REST: where it answers, what it reads, and what may be asked."""

    root: str
    database: str
    login: Login
    places: Sequence[Endpoint]

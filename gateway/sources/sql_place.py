"""What the catalog says of a database and of a place in it."""

from typing import Literal

import msgspec
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from gateway.errors import ConfigError
from gateway.sources.sql_drivers import DRIVERS

_ASYNC = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class SqlSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A database: where it is, and how much it is asked at once."""

    url: str
    schema: str | None = None
    timeout: float = 5.0
    keys_per_call: int = 500
    pool: int = 5


class SqlPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table or view. `where` holds for every row; `prefix` takes a key as the beginning of the column."""

    at: str
    where: dict[str, str | int | bool] = {}
    match: Literal["exact", "prefix"] = "exact"


def complaints(place: SqlPlace) -> list[str]:
    """What makes no sense in a place, in sentences."""
    found = [] if place.at.strip() else ["`at` names no table or view."]
    return found + [
        f"`where` has a column without a name (= {v!r})." for k, v in place.where.items() if not k
    ]


def database_url(name: str, settings: SqlSettings) -> URL:
    """The address with its driver. ConfigError when it is none that we can ask."""
    try:
        url = make_url(settings.url)
    except ArgumentError as error:
        raise ConfigError([f"{name}: url is no database URL, such as sqlite:///file.db."]) from error
    kind = url.drivername.split("+")[0]
    wanted = _ASYNC.get(kind)
    if wanted is None or url.drivername not in (kind, wanted) or wanted.split("+")[0] not in DRIVERS:
        raise ConfigError([f"{name}: databases of the kind {url.drivername} are not supported."])
    return url.set(drivername=wanted)


def setting_complaints(settings: SqlSettings) -> list[str]:
    """What makes no sense in the numbers of a database."""
    numbers = {"timeout": settings.timeout, "keys_per_call": settings.keys_per_call, "pool": settings.pool}
    return [f"`{name}` must be more than 0." for name, value in numbers.items() if value <= 0]

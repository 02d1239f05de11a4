"""What the catalog says of a database and of a place in it."""

from typing import Annotated, Literal

import msgspec
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
_ASYNC = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class SqlSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A database: where it is, and how much it is asked at once. `timeout` is for each statement."""

    url: str
    schema: str | None = None
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 5.0
    keys_per_call: AtLeastOne = 500
    pool_size: AtLeastOne = 5

    @property
    def max_concurrent_calls(self) -> int:
        """One statement at a time on each connection."""
        return self.pool_size

    def __post_init__(self) -> None:
        database_url(self.url)

    def __repr__(self) -> str:
        return f"SqlSettings(url={database_url(self.url)!r}, …)"


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


def database_url(text: str) -> URL:
    """The address with its driver. ValueError, in a sentence, when it is none that can be asked."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ValueError("url is no address of a database, such as sqlite:///file.db") from error
    kind = url.drivername.split("+")[0]
    wanted = _ASYNC.get(kind)
    if wanted is None or url.drivername not in (kind, wanted):
        raise ValueError(f"databases of the kind {url.drivername} are not supported")
    return url.set(drivername=wanted)

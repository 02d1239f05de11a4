"""How a database is reached, and where it holds the rows of a lookup."""

import re
from typing import Literal

import msgspec
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from gateway.sources.base.place import AtLeastOne, PositiveSeconds, SourcePlace
from gateway.sources.sql.address import connect_options

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
# Several hosts with ports, which only libpq's addresses have.
_SEVERAL_HOSTS = re.compile(r"^(postgres\w*(?:\+\w+)?://(?:[^/?#]*@)?)([^/?#@]+,[^/?#@]+)(/[^?#]*)?\??")


class SqlSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a database is reached.

    url: URL of the database, of kind sqlite or postgresql.
    schema: schema of the tables, for PostgreSQL.
    timeout: seconds for each statement, with its wait for a connection.
    keys_per_call: keys in one statement.
    pool_size: connections, and so statements at a time.
    max_idle: seconds after which an idle connection is not used again.
    """

    url: str
    schema: str | None = None
    timeout: PositiveSeconds = 5.0
    keys_per_call: AtLeastOne = 500
    pool_size: AtLeastOne = 5
    max_idle: PositiveSeconds = 60.0

    @property
    def max_concurrent_calls(self) -> int:
        return self.pool_size

    def __post_init__(self) -> None:
        url = database_url(self.url)
        if url.get_backend_name() == "postgresql":
            connect_options(url)
            return
        if not url.database or url.database == ":memory:":
            raise ValueError("the address names no file; write sqlite:///file.db, or sqlite:////folder/file.db")
        if unknown := set(url.query.items()) - {("mode", "ro"), ("uri", "true")}:
            raise ValueError(f"the address of a file has the unknown parameter {min(unknown)[0]}; remove it")

    def __repr__(self) -> str:
        return f"SqlSettings(url={database_url(self.url).set(query={})!r}, …)"


class SqlPlace(SourcePlace, frozen=True):
    """The table or view of a lookup.

    at: the table or view.
    where: constant values of columns.
    match: whether a key is the value of the column (exact), or the start of it (prefix).
    max_rows: rows that one statement may read; more are an error, and are never cut.
    """

    at: str
    where: dict[str, str | int | bool] = msgspec.field(default_factory=dict)
    match: Literal["exact", "prefix"] = "exact"
    max_rows: AtLeastOne = 20_000

    @property
    def can_count(self) -> bool:
        return self.match == "exact"

    @property
    def counts_many(self) -> bool:
        return self.can_count

    def diagnostics(self) -> list[str]:
        faults = [] if self.at.strip() else ["at is empty; name a table or view"]
        unnamed = [value for name, value in self.where.items() if not name]
        return [*faults, *(f"where has {value!r} without the name of its column" for value in unnamed)]


def database_url(text: str) -> URL:
    """The URL with its driver. Raises ValueError for a URL of another kind."""
    try:
        url = make_url(_SEVERAL_HOSTS.sub(r"\1\3?host=\2&", text, count=1).removesuffix("&"))
    except (ArgumentError, ValueError) as error:
        raise ValueError("url must be the URL of a database, such as sqlite:///file.db") from error
    kind = url.drivername.split("+")[0]
    driver = _DRIVERS.get(kind)
    if driver is None or url.drivername not in (kind, driver):
        raise ValueError(f"url has the unknown kind {url.drivername}; use sqlite or postgresql")
    return url.set(drivername=driver)

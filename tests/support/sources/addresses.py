"""Addresses of the test's PostgreSQL server, and whether a row is read at one."""

from typing import Any

from sqlalchemy import make_url

from gateway.contract.batch import Answer
from gateway.errors import SourceDown
from support.sources.databases import POSTGRES, Place
from support.sources.sql_sources import ask, lookup, sql_source


def address(**changed: Any) -> str:
    """The address of the test's server, with another host or port, or with parameters."""
    url = make_url(POSTGRES)
    parts = {name: changed.pop(name) for name in ("host", "port") if name in changed}
    return url.set(**parts).update_query_dict(changed).render_as_string(hide_password=False)


async def is_read(place: Place, url: str) -> bool:
    """Whether the row is read at an address; the only other outcome is that the database is down."""
    async with sql_source(Place(url, place.schema)) as source:
        answer = (await ask(source, lookup(), "7"))["7"]
        assert isinstance(answer, Answer | SourceDown)
        return isinstance(answer, Answer)

"""Addresses of PostgreSQL: a usual parameter does what it says, any other is refused at start."""

import ssl
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import make_url
from support.certificates import certificate
from support.sources.databases import POSTGRES, Place, connected
from support.sources.sql_sources import ask, error, lookup, rows, sql_source, table
from support.sources.tls_database import tls_front

from gateway.contract.batch import Answer
from gateway.errors import SourceDown
from gateway.sources.sql.place import SqlSettings

PLAIN = "id TEXT, owner TEXT, note TEXT"
ROW = [("1", "7", "hi")]


def address(**changed: Any) -> str:
    """The address of the test's server, with another host or port, or with parameters."""
    url = make_url(POSTGRES)
    parts = {name: changed.pop(name) for name in ("host", "port") if name in changed}
    return url.set(**parts).update_query_dict(changed).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("certificates")
    return {name: certificate(folder / f"{name}.pem", name) for name in ("server", "stranger")}


async def is_read(place: Place, url: str) -> bool:
    """Whether the row is read at an address; the only other outcome is that the database is down."""
    async with sql_source(Place(url, place.schema)) as source:
        answer = (await ask(source, lookup(), "7"))["7"]
        assert isinstance(answer, Answer | SourceDown)
        return isinstance(answer, Answer)


@pytest.mark.parametrize(
    ("mode", "root", "host", "read"),
    [
        ("require", None, "127.0.0.1", True),
        ("require", None, "localhost", True),
        ("require", "stranger", "127.0.0.1", False),
        ("verify-ca", "server", "localhost", True),
        ("verify-ca", "stranger", "127.0.0.1", False),
        ("verify-full", "server", "127.0.0.1", True),
        ("verify-full", "server", "localhost", False),
        ("verify-full", "stranger", "127.0.0.1", False),
        ("verify-full", "system", "127.0.0.1", False),
        ("disable", None, "127.0.0.1", False),
    ],
)
async def test_tls_is_as_strict_as_its_mode(
    certificates: dict[str, Path], mode: str, root: str | None, host: str, *, read: bool
):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates["server"])
    roots = {"sslrootcert": str(certificates.get(root, root))} if root else {}
    async with table("postgres", PLAIN, ROW) as (place, _), tls_front(context) as port:
        assert await is_read(place, address(host=host, port=port, sslmode=mode, **roots)) is read


async def test_a_server_without_tls_is_down_where_tls_is_required():
    async with table("postgres", PLAIN, ROW) as (place, _):
        assert await is_read(place, address(sslmode="prefer"))
        watcher = await connected()
        offered = await watcher.fetchval("SHOW ssl") == "on"
        await watcher.close()
        assert await is_read(place, address(sslmode="require")) is offered


@pytest.mark.parametrize(
    "words",
    [
        {"connect_timeout": "10"},
        {"connect_timeout": "0"},
        {"target_session_attrs": "read-write"},
        {"statement_cache_size": "0"},
        {"channel_binding": "prefer", "gssencmode": "disable", "client_encoding": "utf8"},
        {"ssl": "false"},
        {"keepalives": "1", "options": "-c statement_timeout=4000"},
    ],
    ids=str,
)
async def test_a_usual_parameter_is_understood(words: dict[str, str]):
    async with table("postgres", PLAIN, ROW) as (place, _):
        assert await is_read(place, address(**words))


async def test_settings_of_the_session_reach_the_server():
    async with table("postgres", PLAIN, ROW) as (place, _):
        await place.run(
            "CREATE VIEW session AS SELECT '1' AS id, '7' AS owner, current_setting('application_name') || ' ' ||"
            " current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') AS note"
        )
        url = address(application_name="gateway", options="-c statement_timeout=4000", lock_timeout="3000")
        async with sql_source(Place(url, place.schema)) as source:
            (row,) = await rows(source, lookup(at="session"), "7")
            assert row["note"] == "gateway 4s 3s"


async def test_the_first_of_several_hosts_may_be_away():
    url = make_url(POSTGRES)
    hosts = f"127.0.0.1:1,{url.host}:{url.port or 5432}"
    several = POSTGRES.replace(f"{url.host}:{url.port}" if url.port else f"{url.host}", hosts)
    async with table("postgres", PLAIN, ROW) as (place, _):
        assert await is_read(place, several)
        assert await is_read(place, f"{several}?target_session_attrs=primary")
        assert not await is_read(place, f"{several}?target_session_attrs=standby")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("sslmod=hunter2", "the address has the unknown parameter sslmod; remove it, or use"),
        ("sslmode=hunter2", "the parameter sslmode of the address must be one of disable,"),
        ("sslmode=Require", "the parameter sslmode of the address must be one of disable,"),
        ("ssl=hunter2", "the parameter sslmode of the address must be one of disable,"),
        ("sslmode=verify-full", "sslmode=verify-full of the address needs sslrootcert"),
        ("sslmode=require&sslrootcert=system", "sslrootcert=system of the address needs sslmode=verify-full"),
        ("sslrootcert=/no/hunter2", "the parameter sslrootcert of the address names a file that does not exist"),
        ("connect_timeout=hunter2", "the parameter connect_timeout of the address must be a whole number"),
        ("statement_cache_size=-1", "the parameter statement_cache_size of the address must be a whole number"),
        ("target_session_attrs=hunter2", "the parameter target_session_attrs of the address must be one of any,"),
        ("channel_binding=require", "the parameter channel_binding of the address must be one of disable, prefer"),
        ("port=hunter2", "the parameter port of the address must be a whole number"),
        ("command_timeout=5", "the address has the unknown parameter command_timeout"),
    ],
)
def test_any_other_parameter_is_refused_at_start(
    query: str, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("HOME", str(tmp_path))  # where no authority is
    with pytest.raises(msgspec.ValidationError, match=sentence) as refused:
        msgspec.convert({"url": f"postgresql://u:secret@h/d?{query}"}, SqlSettings)
    assert "hunter2" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_address_of_a_file_takes_no_parameters():
    assert SqlSettings("sqlite:///a.db?mode=ro")
    with pytest.raises(ValueError, match="unknown parameter sslmode"):
        SqlSettings("sqlite:///a.db?sslmode=require")


def test_a_password_among_the_parameters_is_not_shown():
    assert "hunter2" not in repr(SqlSettings("postgresql://h/d?user=u&password=hunter2"))


async def test_an_address_that_cannot_be_followed_is_down():
    async with sql_source(Place("postgresql://u@h/d?service=nowhere&host=a,b&port=1,2,3", None)) as source:
        assert isinstance(await error(source, lookup(), "7"), SourceDown)

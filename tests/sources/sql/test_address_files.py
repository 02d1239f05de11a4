"""What a PostgreSQL address leads to: files of services and passwords, options of a socket, settings of a session."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import make_url
from support.sources.addresses import address, is_read
from support.sources.databases import POSTGRES, Place, connected
from support.sources.password_database import password_server
from support.sources.sql_sources import error, lookup, sql_source, table

from gateway.errors import SourceDown, UpstreamUnauthorized
from gateway.sources.sql.place import SqlSettings, database_url
from gateway.sources.sql.pool import Postgres

PLAIN = "id TEXT, owner TEXT, note TEXT"
ROW = [("1", "7", "hi")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timezone", "Nowhere"),
        ("statement_timeout", "hunter2"),
        ("role", "hunter2"),
        ("jit", "perhaps"),
        ("options", "-c hunter2=1"),
        ("options", "-c lc_messages=hunter2"),
    ],
)
async def test_a_setting_that_the_server_refuses_is_named(name: str, value: str):
    url = address(**{name: value}, application_name="a")
    await (await connected()).close()
    async with sql_source(Place(url, None)) as source:
        refused = await error(source, lookup(), "7")
        assert isinstance(refused, SourceDown)
        assert f"the server refuses application_name, {name} of the address (SQLSTATE " in refused.reason
        assert "hunter2" not in refused.reason
        with pytest.raises(SourceDown, match="ledger"):
            await source.probe(lookup())


def services(folder: Path, text: str) -> str:
    file = folder / "services.conf"
    file.write_text(text)
    return str(file)


async def test_a_service_gives_what_the_address_does_not_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = make_url(POSTGRES)
    login = f"user={url.username}\ndbname={url.database}\nport={url.port or 5432}\n"
    password = f"password={url.password}\n" if url.password else ""
    text = f"# ours\n[ledger]\nhost={url.host}\n{login}{password}application_name=100%\n[away]\nhost=h\nport=1\n{login}"
    file = services(tmp_path, text)
    async with table("postgres", PLAIN, ROW) as (place, _):
        assert await is_read(place, f"postgresql://?service=ledger&servicefile={file}")
        assert await is_read(place, f"postgresql:///{url.database}?service=ledger&servicefile={file}")
        assert not await is_read(place, f"postgresql://?service=away&servicefile={file}")
        monkeypatch.setenv("PGSERVICEFILE", file)
        assert await is_read(place, "postgresql://?service=ledger")
        monkeypatch.delenv("PGSERVICEFILE")
        (tmp_path / "services.conf").rename(tmp_path / "pg_service.conf")
        monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
        monkeypatch.setenv("PGSYSCONFDIR", str(tmp_path))
        assert await is_read(place, "postgresql://?service=ledger")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[other]\nhost=h\n", "names a service that no file of services has"),
        ("", "names a service that no file of services has"),
        ("[ledger]\nhost=h\nsslmod=x\n", "the address has the unknown parameter sslmod"),
        ("[ledger]\nhost=h\nsslmode=x\n", "the parameter sslmode of the address must be one of"),
        ("[ledger]\nservice=other\n", "the service of the address names another service"),
        ("host=h\n", "cannot be read as one of services"),
        ("[ledger]\nldap://hunter2\n", "cannot be read as one of services"),
    ],
)
def test_a_service_that_cannot_be_followed_is_refused(text: str, sentence: str, tmp_path: Path):
    with pytest.raises(ValueError, match=sentence):
        SqlSettings(f"postgresql://?service=ledger&servicefile={services(tmp_path, text)}")


async def test_the_password_of_a_file_is_sent(tmp_path: Path):
    file = tmp_path / "passwords"
    file.write_text("*:*:*:stranger:wrong\n*:*:books:reader:hunter2\n")
    file.chmod(0o644)
    with pytest.raises(ValueError, match="its mode must be 0600"):
        SqlSettings(f"postgresql://reader@h/books?passfile={file}")
    file.chmod(0o600)
    async with password_server() as (port, passwords):
        url = f"postgresql://reader@127.0.0.1:{port}/books?sslmode=disable&passfile={file}"
        async with sql_source(Place(url, None)) as source:
            assert isinstance(await error(source, lookup(), "7"), UpstreamUnauthorized)
    assert set(passwords) == {"hunter2"}


async def test_a_connection_is_kept_alive_as_its_address_says():
    options = [socket.SO_KEEPALIVE, socket.TCP_KEEPIDLE, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT]
    levels = [socket.SOL_SOCKET, *[socket.IPPROTO_TCP] * 3]
    await (await connected()).close()
    for words, expected in (
        ({"keepalives_idle": "33", "keepalives_count": "3", "tcp_user_timeout": "9000"}, [1, 33, 3, 9000]),
        ({"keepalives": "0"}, [0]),
        ({}, [1]),
    ):
        driver = Postgres(database_url(address(**words)))
        connection = await driver.connect()
        peer = connection._transport.get_extra_info("socket")  # noqa: SLF001  # no public way to it
        pairs = zip(levels, options, strict=True)
        assert [peer.getsockopt(*pair) for pair in pairs][: len(expected)] == expected
        await driver.close(connection)

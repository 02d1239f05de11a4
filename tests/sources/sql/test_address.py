"""Addresses of PostgreSQL: a usual parameter does what it says, any other is refused at start."""

import asyncio
import ssl
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import make_url
from support.certificates import certificate
from support.sources.addresses import address, is_read
from support.sources.databases import POSTGRES, Place, connected
from support.sources.sql_sources import error, lookup, rows, sql_source, table
from support.sources.tls_database import tls_front

from gateway.errors import SourceDown
from gateway.sources.sql.place import SqlSettings
from gateway.sources.sql.source import open_sql

PLAIN = "id TEXT, owner TEXT, note TEXT"
ROW = [("1", "7", "hi")]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("certificates")
    return {name: certificate(folder / f"{name}.pem", name) for name in ("server", "stranger")}


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
        {"sslmode": "prefer"},
        {"sslmode": "allow"},
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
        ("service=hunter2", "the parameter service of the address names a service that no file of services has"),
        ("servicefile=/no/hunter2&service=a", "the parameter servicefile of the address names a file that does not"),
        ("servicefile=/no/hunter2", "servicefile of the address needs service"),
        ("host=hunter2", "the address has the parameter host twice; remove one"),
        ("user=hunter2", "the address has the parameter user twice; remove one"),
        ("database=hunter2", "the address has the parameter dbname twice; remove one"),
        ("ssl=true&sslmode=require", "the address has the parameter sslmode twice; remove one"),
        ("sslmode=require&sslmode=require", "the address has the parameter sslmode twice; remove one"),
        ("passfile=/no/hunter2", "the parameter passfile of the address names a file that does not exist"),
        (f"passfile={__file__}", "passfile of the address has no effect beside a password"),
        (f"sslrootcert={__file__}", "sslrootcert of the address needs sslmode=require, verify-ca or verify-full"),
        (f"sslcrl={__file__}&sslmode=prefer", "sslcrl of the address needs sslmode=require, verify-ca or verify-full"),
        (f"sslkey={__file__}", "sslkey of the address needs sslcert"),
        ("sslpassword=hunter2", "sslpassword of the address needs sslcert"),
        (f"sslcert={__file__}&sslmode=disable", "sslcert of the address has no effect with sslmode=disable"),
        ("sslnegotiation=direct", "sslnegotiation=direct of the address needs sslmode=require"),
        ("ssl_min_protocol_version=SSLv3", "the parameter ssl_min_protocol_version of the address must be one of"),
        (
            "ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2",
            "ssl_min_protocol_version of the address is above ssl_max_protocol_version",
        ),
        ("port=99999", "the port of the address must be from 1 to 65535"),
        ("port=1,2", "the address has 2 ports for 1 hosts"),
        ("gsslib=hunter2", "the parameter gsslib of the address must be one of gssapi, sspi"),
        ("gsslib=sspi", r"gsslib of the address needs the package asyncpg\[gssauth\]"),
        ("keepalives=2", "the parameter keepalives of the address must be one of 0, 1"),
        ("keepalives=0&keepalives_idle=9", "keepalives=0 of the address excludes the other parameters"),
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


async def test_a_server_without_tls_is_named_as_such():
    async def no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # SSLRequest
        writer.write(b"N")
        writer.close()

    async with await asyncio.start_server(no_tls, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"postgresql://u@127.0.0.1:{port}/d?sslmode=require"
        async with open_sql("ledger", SqlSettings(url)) as source:
            refused = await error(source, lookup(), "7")
    assert isinstance(refused, SourceDown)
    assert refused.reason == "the server takes no TLS connection; check sslmode of the address"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused_at_start(url: str):
    with pytest.raises(ValueError, match="the address names no file"):
        SqlSettings(url)


def test_a_password_among_the_parameters_is_not_shown():
    assert "hunter2" not in repr(SqlSettings("postgresql://h/d?user=u&password=hunter2"))


async def test_an_address_that_cannot_be_followed_is_down(tmp_path: Path):
    certificate_file = tmp_path / "odd.pem"
    certificate_file.write_text("no certificate")
    async with sql_source(Place(address(sslmode="require", sslcert=str(certificate_file)), None)) as source:
        assert isinstance(await error(source, lookup(), "7"), SourceDown)


# The parameters of libpq 18 that the gateway does not follow, whatever their value.
OF_LIBPQ_ONLY = [
    "hostaddr",
    "require_auth",
    "replication",
    "requiressl",
    "sslkeylogfile",
    "sslcertmode",
    "sslcrldir",
    "requirepeer",
    "gssdelegation",
    "min_protocol_version",
    "max_protocol_version",
    "scram_client_key",
    "scram_server_key",
    "oauth_issuer",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_scope",
]
# Those that it takes only with the value that has no effect.
OF_ONE_VALUE = ("channel_binding", "client_encoding", "gssencmode", "load_balance_hosts", "sslcompression", "sslsni")


@pytest.mark.parametrize("name", [*OF_LIBPQ_ONLY, *OF_ONE_VALUE])
def test_a_parameter_that_would_do_nothing_is_refused(name: str):
    with pytest.raises(ValueError, match=rf"parameter {name}\b"):
        SqlSettings(f"postgresql://h/d?{name}=hunter2")

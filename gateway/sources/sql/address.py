"""The parameters of a PostgreSQL address: each has its effect, or is refused at start."""

import socket
import ssl
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from sqlalchemy import URL

from gateway.sources.sql.address_checks import KEEPALIVES, NUMBERS, OF_THE_DRIVER, OF_THE_SESSION, TLS, check
from gateway.sources.sql.service_file import service_words

_OTHER_NAMES = {"ssl": "sslmode", "database": "dbname"}
_SEVERAL = ("host", "port")  # parameters that SQLAlchemy lets an address repeat


class AddressError(ConnectionError):
    """A connection that its address prevents; the message names no value."""


def connect_options(url: URL) -> dict[str, Any]:
    """The arguments of `asyncpg.connect`. Raises ValueError for a parameter that cannot be followed."""
    words = _words(url)
    check(words)
    options: dict[str, Any] = {
        name: int(value) for name, value in words.items() if name in NUMBERS and name not in KEEPALIVES
    }
    timeout = options.pop("connect_timeout", 0)
    if timeout > 0:  # as libpq, which waits without end for 0
        options["timeout"] = timeout
    if settings := session_settings(words):
        options["server_settings"] = settings
    dsn = {name: value for name, value in words.items() if name in OF_THE_DRIVER}
    if dsn.get("sslrootcert") == "system":
        options["ssl"] = _system_context(words)
        dsn = {name: value for name, value in dsn.items() if name not in TLS or name == "sslnegotiation"}
    options["dsn"] = URL.create("postgresql", query=dsn).render_as_string(hide_password=False)
    return options


def session_settings(words: Mapping[str, str]) -> dict[str, str]:
    """The settings that the server gets with the connection."""
    return {name: value for name, value in words.items() if name in OF_THE_SESSION}


def socket_options(url: URL) -> list[tuple[int, int, int]]:
    """What keeps an idle connection alive, as libpq sets it: on, unless the address says otherwise."""
    words = {name: int(value) for name, value in _words(url).items() if name in KEEPALIVES}
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, words.get("keepalives", 1))]
    for name, number in words.items():
        option = getattr(socket, KEEPALIVES[name], None)  # not every system has all of them
        if option is not None and number > 0:  # 0 is the system's own
            options.append((socket.IPPROTO_TCP, option, number))
    return options


def _words(url: URL) -> dict[str, str]:
    """All parameters: those before the question mark, those after it, and those of the service that it names."""
    words = _authority(url)
    for name, value in url.query.items():
        values = [value] if isinstance(value, str) else value
        text = {"true": "require", "false": "disable"}.get(values[0], values[0]) if name == "ssl" else ",".join(values)
        _add(words, _OTHER_NAMES.get(name, name), text, values)
    if "servicefile" in words and "service" not in words:
        raise ValueError("servicefile of the address needs service; name one, or remove it")
    file = words.pop("servicefile", None)
    if "service" in words:
        of_service = service_words(words.pop("service"), file)
        words = {**{_OTHER_NAMES.get(name, name): value for name, value in of_service.items()}, **words}
    fallback = words.pop("fallback_application_name", None)
    return {"application_name": fallback, **words} if fallback else words


def _add(words: dict[str, str], name: str, text: str, values: Sequence[str]) -> None:
    if name in words or (len(values) > 1 and name not in _SEVERAL):
        raise ValueError(f"the address has the parameter {name} twice; remove one")
    words[name] = text


def _authority(url: URL) -> dict[str, str]:
    port = None if url.port is None else str(url.port)
    host = unquote(url.host or "")
    host = f"[{host}]" if ":" in host else host
    password = None if url.password is None else str(url.password)
    parts = {"host": host, "port": port, "user": url.username, "password": password, "dbname": url.database}
    return {name: value for name, value in parts.items() if value}


def _system_context(words: Mapping[str, str]) -> ssl.SSLContext:
    """TLS with the authorities of the machine; asyncpg applies none of the other parameters to such a context."""
    context = ssl.create_default_context()
    if least := words.get("ssl_min_protocol_version"):
        context.minimum_version = ssl.TLSVersion[least.replace(".", "_")]
    if most := words.get("ssl_max_protocol_version"):
        context.maximum_version = ssl.TLSVersion[most.replace(".", "_")]
    if certificate := words.get("sslcert"):
        try:
            context.load_cert_chain(certificate, words.get("sslkey"), words.get("sslpassword", ""))
        except OSError as error:
            raise ValueError("the certificate of sslcert and sslkey of the address cannot be read") from error
    return context

"""The parameters of a PostgreSQL address: each is understood, or refused at start."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL

_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SESSIONS = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
# Parameters that asyncpg reads from an address as libpq does.
_OF_THE_DRIVER = frozenset(
    {"host", "port", "dbname", "user", "password", "passfile", "service", "sslmode", *_FILES, "sslpassword"}
    | {"sslnegotiation", "ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs"}
    | {"krbsrvname", "gsslib"}
)
# Settings of the session, which the server gets with the connection.
_OF_THE_SESSION = frozenset(
    {"application_name", "options", "search_path", "statement_timeout", "lock_timeout", "timezone", "role", "jit"}
    | {"idle_in_transaction_session_timeout", "idle_session_timeout"}
)
_NUMBERS = frozenset(
    {"connect_timeout", "statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size"}
)
_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "sslmode": _MODES,
    "sslnegotiation": ("postgres", "direct"),
    "ssl_min_protocol_version": _VERSIONS,
    "ssl_max_protocol_version": _VERSIONS,
    "target_session_attrs": _SESSIONS,
}
# Values that ask for nothing, or for what the driver does anyway.
_WITHOUT_EFFECT: Mapping[str, tuple[str, ...]] = {
    "channel_binding": ("disable", "prefer"),
    "client_encoding": ("UTF8", "utf8", "UTF-8", "utf-8", "auto"),
    "gssencmode": ("disable", "prefer"),
    "keepalives": ("1",),
    "load_balance_hosts": ("disable",),
    "sslcompression": ("0",),
    "sslsni": ("1",),
}
_OTHER_NAMES = {"ssl": "sslmode", "fallback_application_name": "application_name"}
_PARAMETERS = sorted(_OF_THE_DRIVER | _OF_THE_SESSION | _NUMBERS)


def connect_options(url: URL) -> dict[str, Any]:
    """The arguments of `asyncpg.connect`. Raises ValueError for a parameter that cannot be followed."""
    words = _words(url)
    for name, value in words.items():
        _check(name, value)
    _check_authority(words)
    options: dict[str, Any] = {name: int(value) for name, value in words.items() if name in _NUMBERS}
    timeout = options.pop("connect_timeout", 0)
    if timeout > 0:  # as libpq, which waits without end for 0
        options["timeout"] = timeout
    settings = {name: value for name, value in words.items() if name in _OF_THE_SESSION}
    if settings:
        options["server_settings"] = settings
    dsn = {name: value for name, value in words.items() if name in _OF_THE_DRIVER}
    if dsn.get("sslrootcert") == "system":
        options["ssl"] = ssl.create_default_context()
        dsn = {name: value for name, value in dsn.items() if name not in ("sslmode", "sslrootcert")}
    options["dsn"] = url.set(drivername="postgresql", query=dsn).render_as_string(hide_password=False)
    return options


def _words(url: URL) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, value in url.query.items():
        text = value if isinstance(value, str) else ",".join(value)
        mode = {"true": "require", "false": "disable"}.get(text, text) if name == "ssl" else text
        words.setdefault(_OTHER_NAMES.get(name, name), mode)
    return words


def _check(name: str, value: str) -> None:
    """Raises ValueError in a sentence; values may be secret, and are not shown."""
    values = _CHOICES.get(name) or _WITHOUT_EFFECT.get(name)
    if values is not None and value not in values:
        raise ValueError(f"the parameter {name} of the address must be one of {', '.join(values)}")
    if values is None and name not in _PARAMETERS:
        raise ValueError(f"the address has the unknown parameter {name}; remove it, or use {', '.join(_PARAMETERS)}")
    numbers = value.split(",") if name == "port" else [value] if name in _NUMBERS else []
    if not all(each.isdecimal() for each in numbers):
        raise ValueError(f"the parameter {name} of the address must be a whole number")
    system = name == "sslrootcert" and value == "system"
    if name in _FILES and not system and not Path(value).is_file():
        raise ValueError(f"the parameter {name} of the address names a file that does not exist")


def _check_authority(words: Mapping[str, str]) -> None:
    """A mode that verifies the server needs to know whose certificates are valid."""
    mode, authority = words.get("sslmode"), words.get("sslrootcert")
    if authority == "system" and mode != "verify-full":
        raise ValueError("sslrootcert=system of the address needs sslmode=verify-full")
    default = os.environ.get("PGSSLROOTCERT") or Path.home() / ".postgresql" / "root.crt"
    if mode in ("verify-ca", "verify-full") and authority is None and not Path(default).is_file():
        raise ValueError(f"sslmode={mode} of the address needs sslrootcert: the file of an authority, or system")

"""Checks of the parameters of a PostgreSQL address: one without effect is refused in a sentence.

Values may be secret, and are not shown.
"""

import os
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_STRICT_MODES = _MODES[3:]
_SESSIONS = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile")
TLS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslpassword", "sslnegotiation"}
    | {"ssl_min_protocol_version", "ssl_max_protocol_version"}
)
# Parameters that asyncpg reads from an address as libpq does.
OF_THE_DRIVER = TLS | frozenset(
    {"host", "port", "dbname", "user", "password", "passfile", "target_session_attrs", "krbsrvname", "gsslib"}
)
# Settings of the session, which the server gets with the connection.
OF_THE_SESSION = frozenset(
    {"application_name", "options", "search_path", "statement_timeout", "lock_timeout", "timezone", "role", "jit"}
    | {"idle_in_transaction_session_timeout", "idle_session_timeout"}
)
# Parameters of the socket, with the names of their options.
KEEPALIVES = {
    "keepalives": "",
    "keepalives_idle": "TCP_KEEPIDLE",
    "keepalives_interval": "TCP_KEEPINTVL",
    "keepalives_count": "TCP_KEEPCNT",
    "tcp_user_timeout": "TCP_USER_TIMEOUT",
}
NUMBERS = frozenset(KEEPALIVES) | frozenset(
    {"connect_timeout", "statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size"}
)
_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "gsslib": ("gssapi", "sspi"),
    "keepalives": ("0", "1"),
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
    "load_balance_hosts": ("disable",),
    "sslcompression": ("0",),
    "sslsni": ("1",),
}
_PARAMETERS = sorted(OF_THE_DRIVER | OF_THE_SESSION | NUMBERS | {"service", "servicefile"})
_MAX_PORT = 65535


def check(words: Mapping[str, str]) -> None:
    """Raises ValueError in a sentence for the first parameter that cannot be followed."""
    for name, value in words.items():
        _check_value(name, value)
    for sentence in (*_hosts(words), *_authority(words), *_tls(words), *_logins(words)):
        raise ValueError(sentence)


def _check_value(name: str, value: str) -> None:
    values = _CHOICES.get(name) or _WITHOUT_EFFECT.get(name)
    if values is not None and value not in values:
        raise ValueError(f"the parameter {name} of the address must be one of {', '.join(values)}")
    if values is None and name not in _PARAMETERS:
        raise ValueError(f"the address has the unknown parameter {name}; remove it, or use {', '.join(_PARAMETERS)}")
    numbers = value.split(",") if name == "port" else [value] if name in NUMBERS else []
    if not all(each.isdecimal() and len(each) < 10 for each in numbers):  # noqa: PLR2004  # as a number of the server
        raise ValueError(f"the parameter {name} of the address must be a whole number")
    system = name == "sslrootcert" and value == "system"
    if name in _FILES and not system and not Path(value).is_file():
        raise ValueError(f"the parameter {name} of the address names a file that does not exist")


def _hosts(words: Mapping[str, str]) -> Iterator[str]:
    ports, hosts = words.get("port", "").split(","), words.get("host", "").split(",")
    if any(port and not 0 < int(port) <= _MAX_PORT for port in ports):
        yield f"the port of the address must be from 1 to {_MAX_PORT}"
    if "port" in words and any(":" in host.rpartition("]")[2] for host in hosts):
        yield "the address has the port twice; remove one"
    if len(ports) > 1 and len(ports) != len(hosts):
        yield f"the address has {len(ports)} ports for {len(hosts)} hosts"


def _authority(words: Mapping[str, str]) -> Iterator[str]:
    """A mode that verifies the server needs to know whose certificates are valid."""
    mode, authority = words.get("sslmode"), words.get("sslrootcert")
    if authority == "system" and mode != "verify-full":
        yield "sslrootcert=system of the address needs sslmode=verify-full"
    if authority == "system" and "sslcrl" in words:
        yield "sslrootcert=system of the address takes no sslcrl; name the file of an authority"
    default = os.environ.get("PGSSLROOTCERT") or Path.home() / ".postgresql" / "root.crt"
    if mode in ("verify-ca", "verify-full") and authority is None and not Path(default).is_file():
        yield f"sslmode={mode} of the address needs sslrootcert: the file of an authority, or system"


def _tls(words: Mapping[str, str]) -> Iterator[str]:
    """Parameters without effect in the mode, or without another one."""
    mode = words.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer"
    for name in sorted(words.keys() & {"sslrootcert", "sslcrl"} if mode not in _STRICT_MODES else ()):
        yield f"{name} of the address needs sslmode=require, verify-ca or verify-full, or has no effect"
    for name in sorted(words.keys() & (TLS - {"sslmode"}) if mode == "disable" else ()):
        yield f"{name} of the address has no effect with sslmode=disable; remove one"
    if words.get("sslnegotiation") == "direct" and mode not in _STRICT_MODES:
        yield "sslnegotiation=direct of the address needs sslmode=require, verify-ca or verify-full"
    for name, other in (("sslkey", "sslcert"), ("sslpassword", "sslcert")):
        if name in words and other not in words:
            yield f"{name} of the address needs {other}"
    if words.get("ssl_min_protocol_version", "") > words.get("ssl_max_protocol_version", "~"):
        yield "ssl_min_protocol_version of the address is above ssl_max_protocol_version"


def _logins(words: Mapping[str, str]) -> Iterator[str]:
    if "passfile" in words and "password" in words:
        yield "passfile of the address has no effect beside a password; remove one"
    if "passfile" in words and Path(words["passfile"]).stat().st_mode & 0o077:
        yield "passfile of the address names a file that others may read; its mode must be 0600"
    for name in sorted(words.keys() & {"krbsrvname", "gsslib"}):
        if find_spec("sspilib" if words.get("gsslib") == "sspi" else "gssapi") is None:
            yield f"{name} of the address needs the package asyncpg[gssauth], which is not installed"
    if words.get("keepalives") == "0" and words.keys() & (KEEPALIVES.keys() - {"keepalives", "tcp_user_timeout"}):
        yield "keepalives=0 of the address excludes the other parameters of keepalives; remove one"

"""Addresses that an operator writes: what names a server that can be reached as it is meant."""

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

REDIS_OPTIONS = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs")
_CERT_REQS = ("none", "optional", "required")
_REDIS_PATH = re.compile(r"/?|/[0-9]{1,4}", re.ASCII)  # the number of a database


def is_redis_url(url: str) -> bool:
    """Whether it is that of a Redis: redis://, or rediss:// with what may be said of TLS."""
    parts = _server(url, "redis", "rediss")
    if parts is None or _REDIS_PATH.fullmatch(parts.path) is None or parts.fragment:
        return False
    return _options_fit(parts.scheme, parts.query)


def is_collector_url(url: str) -> bool:
    """Whether it is that of a collector, behind which OpenTelemetry writes a path of its own."""
    plain = url.isprintable() and " " not in url  # urlsplit is not so strict
    parts = _server(url, "http", "https") if plain else None
    return parts is not None and not parts.query and not parts.fragment


def _server(url: str, *schemes: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        known = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        return None
    return parts if known else None


def _options_fit(scheme: str, query: str) -> bool:
    try:
        said = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
    except ValueError:
        return False
    if said and scheme != "rediss":
        return False
    known = all(name in REDIS_OPTIONS and value for name, value in said.items())
    return known and said.get("ssl_cert_reqs", "required") in _CERT_REQS

"""URLs in environment variables: which of them name a server that the gateway can reach as meant."""

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

REDIS_OPTIONS = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs")
_CERT_REQS = ("none", "optional", "required")
_DATABASE_PATH = re.compile(r"/?|/[0-9]{1,4}", re.ASCII)


def is_redis_url(url: str) -> bool:
    """Whether a URL is redis://, or rediss:// with TLS options."""
    parts = _server(url, "redis", "rediss")
    if parts is None or _DATABASE_PATH.fullmatch(parts.path) is None or parts.fragment:
        return False
    return _has_valid_options(parts)


def is_collector_url(url: str) -> bool:
    """Whether a URL names a collector; OpenTelemetry appends a path of its own."""
    plain = url.isprintable() and " " not in url  # urlsplit is less strict
    parts = _server(url, "http", "https") if plain else None
    return parts is not None and not parts.query and not parts.fragment


def _server(url: str, *schemes: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an invalid port
        return None
    return parts if valid else None


def _has_valid_options(parts: SplitResult) -> bool:
    if not parts.query:
        return True
    try:
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    except ValueError:
        return False
    valid = all(name in REDIS_OPTIONS and value for name, value in options.items())
    return parts.scheme == "rediss" and valid and options.get("ssl_cert_reqs", "required") in _CERT_REQS

"""Settings of one installation, read from the environment."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from gateway.config.caller_settings import CallerSettings
from gateway.config.limits import Limit, Limits, Mode, limit_kind
from gateway.config.query_rules import QueryRules
from gateway.config.reveal_settings import RevealSettings
from gateway.config.unknown_variables import unknown_variable_errors
from gateway.config.variables import Kind, Variable, choice, matching, number, read_fields, setting, variables_of
from gateway.contract.times import Clock, time_zone
from gateway.errors import ConfigError
from gateway.languages.locales import DEFAULT, TEXT_LOCALES, tag, text_locale

MIN_SECRET_LENGTH = 16
REDIS_OPTIONS = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs")
_CERT_REQS = ("none", "optional", "required")
_DATABASE_PATH = re.compile(r"/?|/[0-9]{1,4}", re.ASCII)

_ORIGIN = re.compile(r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?", re.ASCII)


def _path(text: str) -> Path:
    if not text:
        raise ValueError
    return Path(text)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant


def _is_strong_secret(text: str) -> bool:
    return len(text) >= MIN_SECRET_LENGTH and text.isascii() and text.isprintable() and " " not in text


def _names_server(parts: SplitResult, *schemes: str) -> bool:
    """Raises ValueError for an invalid port."""
    return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0


def _is_redis_url(url: str) -> bool:
    """Whether a URL is redis://, or rediss:// with TLS options. Raises ValueError for an invalid part."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    return (
        _names_server(parts, "redis", "rediss")
        and _DATABASE_PATH.fullmatch(parts.path) is not None
        and not parts.fragment
        and (not options or parts.scheme == "rediss")
        and all(name in REDIS_OPTIONS and value for name, value in options.items())
        and options.get("ssl_cert_reqs", "required") in _CERT_REQS
    )


def _origins(text: str) -> tuple[str, ...]:
    """Origins as browsers send them (RFC 6454, 6.2): in lower case, without a path, and without a default port."""
    origins = tuple(origin.strip() for origin in text.split(","))
    if not all(_ORIGIN.fullmatch(each) and urlsplit(each).port not in (0, 80, 443) for each in origins):
        raise ValueError
    return origins


def _is_collector_url(url: str) -> bool:
    """Whether a URL names a collector; OpenTelemetry appends its path."""
    if not url.isprintable() or " " in url:  # urlsplit is less strict
        return False
    parts = urlsplit(url)
    return _names_server(parts, "http", "https") and not parts.query and not parts.fragment


CATALOG_FILE = Kind("the path of the catalog file", _path)
ADDRESS = Kind("an address", str)
TIME_ZONE = Kind("a time zone such as America/New_York", time_zone)
LOCALE = Kind(
    f"a locale with texts: {', '.join(map(tag, TEXT_LOCALES.values()))}",
    lambda text: tag(text_locale(text)),
    empty_is_unset=True,
)
INSTANT = Kind("an instant with an offset such as 2026-11-15T12:00:00-05:00", _instant, empty_is_unset=True)
JSON_FILE = Kind("the path of a JSON file", _path, empty_is_unset=True)
SECRET = Kind(
    f"at least {MIN_SECRET_LENGTH} printable ASCII characters without blanks", matching(_is_strong_secret), secret=True
)
REDIS_URL = Kind(
    f"a URL such as redis://host:6379/0, or rediss:// for TLS with the options {', '.join(REDIS_OPTIONS)}",
    matching(_is_redis_url),
    empty_is_unset=True,
    secret=True,
)
COLLECTOR_URL = Kind(
    "a URL such as http://collector:4318, or https:// for TLS",
    matching(_is_collector_url),
    empty_is_unset=True,
    secret=True,
)
ORIGINS = Kind("one or more origins such as https://portal.example, with commas", _origins, empty_is_unset=True)
NO_RATE = Limit("rate", 0, Mode.OFF)
TRACES_EXPORTER = Variable("OTEL_TRACES_EXPORTER", choice("otlp", "none"))
TRACES_ENDPOINT = Variable("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR_URL)


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one installation of the gateway.

    catalog: Path of the catalog file.
    host: Address to listen on.
    port: Port to listen on.
    health_port: Port on which a thread answers health checks, also under overload; 0 for none.
    zone: Time zone of the utility, for accounts without one.
    locale: Locale of texts, for requests that accept none of English and Spanish.
    now: Time at which the gateway's clock starts; for demos and tests only.
    examples: JSON file `{"variables": {...}}` with values for the example queries in GraphiQL.
    max_concurrent_requests: Maximum requests in progress; further requests get 503 with `Retry-After`.
    max_wait_ms: Milliseconds that a request may wait to begin while the gateway is busy; then it gets 503.
    points_per_minute: Cost points of a caller in a minute; an API key may have a number of its own. Beyond it: 429.
    max_connections: Maximum connections of clients; beyond it, idle ones are closed, and new ones get 503.
    max_cache_entries: Maximum answers in the memory cache of this process (catalog word `cache`); 0 for none.
    max_cache_bytes: Approximate maximum size of the memory cache; the least recently used answers go first.
    log_format: Format of log lines: `text` for people, `json` for machines.
    slow_request_ms: Milliseconds from which a request is logged as slow; 0 logs every request.
    events_secret: Secret of the systems that report changes to `/events`; without it there is no `/events`.
    cors_origins: Origins whose pages may read answers in browsers (CORS); without it, only the gateway's own.
    redis_url: Redis that several gateways share as cache, instead of a memory cache in each process.
    """

    catalog: Path = setting("GATEWAY_CATALOG", MISSING, CATALOG_FILE)
    host: str = setting("HOST", "127.0.0.1", ADDRESS)
    port: int = number("PORT", 8000, 0, 65535)
    health_port: int = number("GATEWAY_HEALTH_PORT", 0, 0, 65535)
    zone: ZoneInfo = setting("GATEWAY_ZONE", ZoneInfo("UTC"), TIME_ZONE)
    rules: QueryRules = QueryRules()
    limits: Limits = Limits()
    callers: CallerSettings = CallerSettings()
    reveals: RevealSettings = RevealSettings()
    locale: str = setting("GATEWAY_LOCALE", DEFAULT, LOCALE)
    now: datetime | None = setting("GATEWAY_NOW", None, INSTANT)
    examples: Path | None = setting("GATEWAY_EXAMPLES", None, JSON_FILE)
    max_concurrent_requests: int = number("GATEWAY_MAX_CONCURRENT_REQUESTS", 500, 1, 1_000_000)
    max_wait_ms: int = number("GATEWAY_MAX_WAIT_MS", 500, 0, 60_000)
    points_per_minute: Limit = setting("GATEWAY_POINTS_PER_MINUTE", NO_RATE, limit_kind(NO_RATE, 10, 1_000_000_000))
    max_connections: int = number("GATEWAY_MAX_CONNECTIONS", 2_000, 1, 100_000)
    max_cache_entries: int = number("GATEWAY_MAX_CACHE_ENTRIES", 100_000, 0, 100_000_000)
    max_cache_bytes: int = number("GATEWAY_MAX_CACHE_BYTES", 256 * 1024 * 1024, 0, 1_000_000_000)
    log_format: str = setting("GATEWAY_LOG_FORMAT", "text", choice("text", "json"))
    slow_request_ms: int = number("GATEWAY_SLOW_REQUEST_MS", 2_000, 0, 86_400_000)
    traces: bool = False
    events_secret: str | None = setting("GATEWAY_EVENTS_SECRET", None, SECRET)
    cors_origins: tuple[str, ...] = setting("GATEWAY_CORS_ORIGINS", (), ORIGINS)
    redis_url: str | None = setting("GATEWAY_REDIS_URL", None, REDIS_URL)

    def clock(self) -> Clock:
        """The current time; with `now`, a clock that showed `now` when this method was called."""
        return Clock() if self.now is None else Clock(self.now - datetime.now(UTC))


def all_variables() -> list[tuple[Variable, object, str]]:
    """Every environment variable of the gateway, with its default and its meaning."""
    return [
        *variables_of(Config),
        (TRACES_EXPORTER, "none", "`otlp` exports traces; `none` turns them off even with an endpoint."),
        (TRACES_ENDPOINT, None, "Collector that receives the traces; setting it turns traces on."),
    ]


def from_environment(environment: Mapping[str, str]) -> Config:
    """Read the settings. Raises ConfigError with one sentence for each mistake.

    Reads the catalog only for an unknown variable: the catalog may name it.
    """
    errors: list[str] = []
    values = read_fields(Config, environment, errors)
    try:
        values["traces"] = _traces_enabled(environment)
    except ValueError as error:
        errors.append(str(error))
    if not errors:
        errors += values["callers"].errors(values["host"])
    names = {variable.name for variable, _, _ in all_variables()}
    errors += unknown_variable_errors(environment, names, values.get("catalog"))
    if errors:
        raise ConfigError(errors)
    return Config(**values)


def _traces_enabled(environment: Mapping[str, str]) -> bool:
    default = "otlp" if environment.get(TRACES_ENDPOINT.name) else "none"
    enabled = bool(TRACES_EXPORTER.read(environment, default) == "otlp")
    if enabled:
        TRACES_ENDPOINT.read(environment, None)
    return enabled

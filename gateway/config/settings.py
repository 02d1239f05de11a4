"""What differs per installation: environment → Config; everything wrong is named at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.config.document_limits import DocumentLimits
from gateway.config.query_rules import QueryRules
from gateway.config.unknown_variables import RecordingEnvironment, unknown_variable_errors
from gateway.config.urls import REDIS_OPTIONS, is_collector_url, is_redis_url
from gateway.contract.times import time_zone
from gateway.errors import ConfigError

SECRET_LEAST = 16  # characters
MOST_DIGITS = 10  # far more make int() itself complain


@dataclass(frozen=True, slots=True)
class Config:
    """One installation of the gateway. README lists the variables."""

    catalog: Path
    host: str = "127.0.0.1"
    port: int = 8000
    zone: ZoneInfo = ZoneInfo("UTC")
    rules: QueryRules = QueryRules()
    now: datetime | None = None
    examples: Path | None = None
    max_body_bytes: int = 1_000_000
    max_concurrent_requests: int = 500
    deadline_ms: int = 10_000
    max_cache_entries: int = 100_000
    max_cache_bytes: int = 256 * 1024 * 1024
    log: str = "text"
    slow_request_ms: int = 2_000
    traces: bool = False
    events_secret: str | None = field(default=None, repr=False)
    redis: str | None = field(default=None, repr=False)  # it may hold a password

    def clock(self) -> Callable[[], datetime]:
        """The time it is. With `now`, time that began there when the gateway began: for demos and tests."""
        if self.now is None:
            return lambda: datetime.now(UTC)
        ahead = self.now - datetime.now(UTC)
        return lambda: datetime.now(UTC) + ahead


def from_environment(environment: Mapping[str, str]) -> Config:
    """The configuration that the environment describes. ConfigError names everything that is wrong.

    The catalog is looked into only where a variable is not known: it may be one that the catalog names.
    """
    wrong: list[str] = []
    env = RecordingEnvironment(environment)
    reader = _Reader(env, wrong)
    catalog = env.get("GATEWAY_CATALOG")
    if not catalog:
        wrong.append("GATEWAY_CATALOG is not set: the path of the catalog file.")
    default = QueryRules()
    config = Config(
        catalog=Path(catalog or "catalog.toml"),
        host=env.get("HOST", "127.0.0.1"),
        port=reader.number("PORT", 8000, 0, 65535),
        zone=reader.zone("GATEWAY_ZONE"),
        rules=QueryRules(
            history_years=reader.number("GATEWAY_HISTORY_YEARS", default.history_years, 1, 50),
            interaction_months=reader.number(
                "GATEWAY_INTERACTION_MONTHS", default.interaction_months, 1, 600
            ),
            page_size=reader.number("GATEWAY_PAGE_SIZE", default.page_size, 1, default.max_page_size),
            limits=DocumentLimits(
                tokens=reader.number("GATEWAY_TOKENS_MOST", default.limits.tokens, 100, 100_000),
                fields=reader.number("GATEWAY_FIELDS_MOST", default.limits.fields, 10, 100_000),
                depth=reader.number("GATEWAY_DEPTH_MOST", default.limits.depth, 3, 100),
            ),
        ),
        now=reader.moment("GATEWAY_NOW"),
        examples=Path(env["GATEWAY_EXAMPLES"]) if env.get("GATEWAY_EXAMPLES") else None,
        max_body_bytes=reader.number("GATEWAY_BODY_MOST", 1_000_000, 1_000, 100_000_000),
        max_concurrent_requests=reader.number("GATEWAY_AT_ONCE", 500, 1, 1_000_000),
        deadline_ms=reader.number("GATEWAY_DEADLINE_MS", 10_000, 100, 600_000),
        max_cache_entries=reader.number("GATEWAY_CACHE_ENTRIES", 100_000, 0, 100_000_000),
        max_cache_bytes=reader.number("GATEWAY_CACHE_BYTES", 256 * 1024 * 1024, 0, 1_000_000_000),
        log=reader.word("GATEWAY_LOG", "text", "json"),
        slow_request_ms=reader.number("GATEWAY_SLOW_MS", 2_000, 0, 86_400_000),
        traces=reader.traces("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        events_secret=reader.secret("GATEWAY_EVENTS_SECRET"),
        redis=reader.redis("GATEWAY_REDIS"),
    )
    wrong += unknown_variable_errors(environment, env.names, config.catalog if catalog else None)
    if wrong:
        raise ConfigError(wrong)
    return config


@dataclass(frozen=True, slots=True)
class _Reader:
    env: Mapping[str, str]
    wrong: list[str]

    def number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.env.get(name)
        if text is None:
            return default
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and least <= int(text) <= most:
            return int(text)
        self.wrong.append(f"{name} is a whole number from {least} to {most}, not {text!r}.")
        return default

    def zone(self, name: str) -> ZoneInfo:
        try:
            return time_zone(self.env.get(name, "UTC"))
        except ValueError as error:
            self.wrong.append(f"{name}: {error}.")
            return ZoneInfo("UTC")

    def secret(self, name: str) -> str | None:
        text = self.env.get(name)
        plain = text is not None and text.isascii() and text.isprintable() and " " not in text
        if text is not None and not (plain and len(text) >= SECRET_LEAST):
            self.wrong.append(f"{name} is at least {SECRET_LEAST} printable ASCII characters without blanks.")
        return text

    def word(self, name: str, default: str, *others: str) -> str:
        text = self.env.get(name) or default
        if text not in (default, *others):
            self.wrong.append(f"{name} is {' or '.join((default, *others))}, not {text!r}.")
        return text

    def traces(self, exporter: str, endpoint: str) -> bool:
        """Wanted where an endpoint is named, or the exporter is; `none` is none whatever else is said."""
        address = self.env.get(endpoint)
        default, other = ("otlp", "none") if address else ("none", "otlp")
        wanted = self.word(exporter, default, other) == "otlp"
        if wanted and address and not is_collector_url(address):  # it may hold a password, too
            self.wrong.append(f"{endpoint} is an address such as http://collector:4318, or https:// for TLS.")
        return wanted

    def redis(self, name: str) -> str | None:
        text = self.env.get(name)
        if text and not is_redis_url(text):  # its password is not shown
            self.wrong.append(
                f"{name} is an address such as redis://host:6379/0, or rediss:// for TLS; "
                f"behind a ? of the latter may stand {', '.join(REDIS_OPTIONS)}."
            )
        return text or None

    def moment(self, name: str) -> datetime | None:
        text = self.env.get(name)
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            self.wrong.append(f"{name} is an instant such as 2026-11-15T12:00:00-05:00, not {text!r}.")
            return None
        if moment is not None and moment.tzinfo is None:
            self.wrong.append(f"{name} needs an offset: 2026-11-15T12:00:00-05:00, say.")
        return moment

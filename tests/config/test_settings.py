"""Settings come from the environment, and every mistake is reported at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from docs.reference import variable_reference
from gateway.config.caller_settings import CallerSettings
from gateway.config.limits import Limit, Limits, Mode
from gateway.config.query_rules import QueryRules
from gateway.config.reveal_settings import RevealSettings
from gateway.config.settings import Config, from_environment
from gateway.errors import ConfigError

CATALOG = {"GATEWAY_CATALOG": "catalog.toml"}


def test_only_the_catalog_is_required() -> None:
    config = from_environment(CATALOG)
    assert config == Config(catalog=Path("catalog.toml"))
    assert (config.host, config.port, config.zone) == ("127.0.0.1", 8000, ZoneInfo("UTC"))


VARIABLES = {
    "HOST": "0.0.0.0",  # noqa: S104  # a valid choice of an operator
    "PORT": "9000",
    "GATEWAY_ZONE": "America/New_York",
    "GATEWAY_HEALTH_PORT": "9001",
    "GATEWAY_HISTORY_YEARS": "7",
    "GATEWAY_INTERACTION_MONTHS": "24",
    "GATEWAY_PAGE_SIZE": "50",
    "GATEWAY_TOKEN_KEYS": "https://login.example/jwks",
    "GATEWAY_TOKEN_ISSUER": "https://login.example",
    "GATEWAY_TOKEN_AUDIENCE": "customer-360",
    "GATEWAY_TOKEN_ALGORITHMS": "RS256, EdDSA",
    "GATEWAY_TOKEN_LEEWAY": "0",
    "GATEWAY_TOKEN_SCOPES": "scp",
    "GATEWAY_TOKEN_ACCOUNTS": "acc",
    "GATEWAY_TOKEN_CUSTOMERS": "cus",
    "GATEWAY_TOKEN_BOUNDS": "optional",
    "GATEWAY_TOKEN_SCHEMA": "knows",
    "GATEWAY_TOKEN_KEYS_STALE": "60",
    "GATEWAY_STORE": "store.db",
    "GATEWAY_KEYS_STALE": "10",
    "GATEWAY_INTROSPECTION": "staff",
    "GATEWAY_LOCAL_AGENT": "off",
    "GATEWAY_REVEAL_PURPOSES": "legal, audit-of-2026",
    "GATEWAY_REVEALS_PER_HOUR": "5",
    "GATEWAY_MAX_BODY_BYTES": "2000",
    "GATEWAY_MAX_QUERY_TOKENS": "5000",
    "GATEWAY_MAX_QUERY_FIELDS": "500:enforce",
    "GATEWAY_MAX_QUERY_DEPTH": "10:measure",
    "GATEWAY_MAX_QUERY_ALIASES": "11",
    "GATEWAY_MAX_ROOT_FIELDS": "12",
    "GATEWAY_MAX_QUERY_DIRECTIVES": "off",
    "GATEWAY_MAX_INTROSPECTION": "1000",
    "GATEWAY_MAX_COST": "30",
    "GATEWAY_MAX_PAGE_SIZE": "600",
    "GATEWAY_MAX_OBJECTS": "1000",
    "GATEWAY_MAX_RESPONSE_BYTES": "20000",
    "GATEWAY_DEADLINE_MS": "5000",
    "GATEWAY_LOCALE": "es-us",
    "GATEWAY_NOW": "2026-11-15T12:00:00-05:00",
    "GATEWAY_EXAMPLES": "examples.json",
    "GATEWAY_MAX_CONCURRENT_REQUESTS": "7",
    "GATEWAY_MAX_WAIT_MS": "250",
    "GATEWAY_POINTS_PER_MINUTE": "5000:measure",
    "GATEWAY_MAX_CONNECTIONS": "70",
    "GATEWAY_MAX_CACHE_ENTRIES": "0",
    "GATEWAY_MAX_CACHE_BYTES": "1",
    "GATEWAY_LOG_FORMAT": "json",
    "GATEWAY_SLOW_REQUEST_MS": "100",
    "GATEWAY_EVENTS_SECRET": "s" * 16,
    "GATEWAY_CORS_ORIGINS": "https://portal.example, http://localhost:3000",
    "GATEWAY_REDIS_URL": "redis://redis",
    "OTEL_TRACES_EXPORTER": "otlp",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318",
}


def test_every_variable_is_read() -> None:
    assert from_environment({**CATALOG, **VARIABLES}) == Config(
        catalog=Path("catalog.toml"),
        host="0.0.0.0",  # noqa: S104  # a valid choice of an operator
        port=9000,
        health_port=9001,
        zone=ZoneInfo("America/New_York"),
        locale="es-US",
        callers=CallerSettings(
            token_keys=VARIABLES["GATEWAY_TOKEN_KEYS"],
            token_issuer=VARIABLES["GATEWAY_TOKEN_ISSUER"],
            token_audience=VARIABLES["GATEWAY_TOKEN_AUDIENCE"],
            token_algorithms=("RS256", "EdDSA"),
            token_leeway=0,
            token_scopes=VARIABLES["GATEWAY_TOKEN_SCOPES"],
            account_claim="acc",
            customer_claim="cus",
            bounds="optional",
            schema_claim="knows",
            token_keys_stale=60,
            store="store.db",
            keys_stale=10,
            introspection=frozenset({"staff"}),
        ),
        reveals=RevealSettings(purposes=("legal", "audit-of-2026"), per_hour=5),
        rules=QueryRules(history_years=7, interaction_months=24, page_size=50),
        limits=Limits(
            body=Limit("body", 2000),
            tokens=Limit("tokens", 5000),
            fields=Limit("fields", 500),
            depth=Limit("depth", 10, Mode.MEASURE),
            aliases=Limit("aliases", 11),
            root_fields=Limit("root_fields", 12),
            directives=Limit("directives", 200, Mode.OFF),
            introspection=Limit("introspection", 1000),
            cost=Limit("cost", 30),
            page=Limit("page", 600),
            objects=Limit("objects", 1000),
            response=Limit("response", 20_000),
            time=Limit("time", 5000),
        ),
        now=datetime.fromisoformat("2026-11-15T12:00:00-05:00"),
        examples=Path("examples.json"),
        max_concurrent_requests=7,
        max_wait_ms=250,
        points_per_minute=Limit("rate", 5000, Mode.MEASURE),
        max_connections=70,
        max_cache_entries=0,
        max_cache_bytes=1,
        log_format="json",
        slow_request_ms=100,
        traces=True,
        events_secret="s" * 16,
        cors_origins=("https://portal.example", "http://localhost:3000"),
        redis_url="redis://redis",
    )


def test_the_reference_lists_every_variable_with_its_default() -> None:
    rows = {row.name: row for row in variable_reference()}
    assert rows.keys() == {*CATALOG, *VARIABLES}
    assert all(row.meaning.endswith(".") for row in rows.values())
    assert [rows[name].default for name in ("GATEWAY_CATALOG", "PORT", "GATEWAY_ZONE", "GATEWAY_NOW")] == [
        "(required)",
        "8000",
        "UTC",
        "",
    ]


def test_every_mistake_is_reported_at_once() -> None:
    env = {"PORT": "http", "GATEWAY_ZONE": "Mars", "GATEWAY_HISTORY_YEARS": "0", "GATEWAY_NOW": "noon"}
    with pytest.raises(ConfigError) as caught:
        from_environment(env)
    assert caught.value.diagnostics == (
        "GATEWAY_CATALOG is not set; it must be the path of the catalog file.",
        "PORT must be a whole number from 0 to 65535, not 'http'.",
        "GATEWAY_ZONE must be a time zone such as America/New_York, not 'Mars'.",
        "GATEWAY_HISTORY_YEARS must be a whole number from 1 to 50, not '0'.",
        "GATEWAY_NOW must be an instant with an offset such as 2026-11-15T12:00:00-05:00, not 'noon'.",
    )


@pytest.mark.parametrize("port", ["-1", "65536", "1e3", "\uff18\uff10", "", " 80", "8" * 5_000])
def test_a_number_is_plain_digits_within_its_bounds(port: str) -> None:
    with pytest.raises(ConfigError, match="PORT must be a whole number from 0 to 65535"):
        from_environment({**CATALOG, "PORT": port})


@pytest.mark.parametrize("text", ["2", "101", "10:off", "10:", "10:MEASURE", "on", ":measure", "-5", "10 measure", ""])
def test_a_limit_is_a_number_with_a_mode_or_off(text: str) -> None:
    expected = "GATEWAY_MAX_QUERY_DEPTH must be a whole number from 3 to 100, also with `:measure`, or `off`"
    with pytest.raises(ConfigError, match=expected):
        from_environment({**CATALOG, "GATEWAY_MAX_QUERY_DEPTH": text})


@pytest.mark.parametrize("zone", ["", "..", "/etc/passwd", "America", "America/New_York/", "EST5"])
def test_a_time_zone_is_in_the_iana_database(zone: str) -> None:
    with pytest.raises(ConfigError, match="GATEWAY_ZONE must be a time zone"):
        from_environment({**CATALOG, "GATEWAY_ZONE": zone})


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ConfigError, match="GATEWAY_NOW must be an instant with an offset"):
        from_environment({**CATALOG, "GATEWAY_NOW": "2026-11-15T12:00:00"})


@pytest.mark.parametrize("secret", ["", "too short", "with a blank in it", "umlaut-\xfc-umlaut-\xfc"])
def test_a_weak_secret_is_refused_without_its_value(secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_environment({**CATALOG, "GATEWAY_EVENTS_SECRET": secret})
    assert caught.value.diagnostics == (
        "GATEWAY_EVENTS_SECRET must be at least 16 printable ASCII characters without blanks.",
    )


def test_the_clock_shows_the_time_unless_it_is_set() -> None:
    assert datetime.now(UTC) - Config(Path()).clock()() < timedelta(seconds=5)
    start = datetime(2026, 11, 15, 12, tzinfo=UTC)
    clock = Config(Path(), now=start).clock()
    assert start <= clock() <= clock() < start + timedelta(seconds=5)


@pytest.mark.parametrize("locale", ["de-DE", "es", "en_US", "spanish"])
def test_a_locale_without_texts_is_refused(locale: str) -> None:
    with pytest.raises(ConfigError, match="GATEWAY_LOCALE must be a locale with texts: en-AU, "):
        from_environment({**CATALOG, "GATEWAY_LOCALE": locale})


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "portal.example",
        "https://portal.example/",
        "https://portal.example/app",
        "https://Portal.example",
        "https://*.example",
        "https://user@portal.example",
        "https://portal.example:443",
        "https://portal.example,",
        "ftp://portal.example",
    ],
)
def test_only_exact_origins_are_allowed(origin: str) -> None:
    with pytest.raises(ConfigError, match="GATEWAY_CORS_ORIGINS must be one or more origins"):
        from_environment({**CATALOG, "GATEWAY_CORS_ORIGINS": origin})

"""The configuration comes from the environment, and everything wrong with it is named at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.config.document_limits import DocumentLimits
from gateway.config.query_rules import QueryRules
from gateway.config.settings import Config, from_environment
from gateway.errors import ConfigError

CATALOG = {"GATEWAY_CATALOG": "catalog.toml"}


def test_the_catalog_is_all_that_has_to_be_said() -> None:
    config = from_environment(CATALOG)
    assert config == Config(catalog=Path("catalog.toml"))
    assert (config.host, config.port, config.zone) == ("127.0.0.1", 8000, ZoneInfo("UTC"))


def test_every_variable_is_read() -> None:
    config = from_environment(
        {
            **CATALOG,
            "HOST": "0.0.0.0",  # noqa: S104  # what an operator may say
            "PORT": "9000",
            "GATEWAY_ZONE": "America/New_York",
            "GATEWAY_HISTORY_YEARS": "7",
            "GATEWAY_PAGE_SIZE": "50",
            "GATEWAY_TOKENS_MOST": "5000",
            "GATEWAY_FIELDS_MOST": "500",
            "GATEWAY_DEPTH_MOST": "10",
            "GATEWAY_NOW": "2026-11-15T12:00:00-05:00",
            "GATEWAY_EXAMPLES": "examples.json",
            "GATEWAY_BODY_MOST": "2000",
        }
    )
    assert config == Config(
        catalog=Path("catalog.toml"),
        host="0.0.0.0",  # noqa: S104  # what an operator may say
        port=9000,
        zone=ZoneInfo("America/New_York"),
        rules=QueryRules(
            history_years=7, page_size=50, limits=DocumentLimits(tokens=5000, fields=500, depth=10)
        ),
        now=datetime.fromisoformat("2026-11-15T12:00:00-05:00"),
        examples=Path("examples.json"),
        max_body_bytes=2000,
    )


def test_everything_wrong_is_named_at_once() -> None:
    env = {"PORT": "http", "GATEWAY_ZONE": "Mars", "GATEWAY_HISTORY_YEARS": "0", "GATEWAY_NOW": "noon"}
    with pytest.raises(ConfigError) as caught:
        from_environment(env)
    assert caught.value.diagnostics == (
        "GATEWAY_CATALOG is not set: the path of the catalog file.",
        "PORT is a whole number from 0 to 65535, not 'http'.",
        "GATEWAY_ZONE: Mars is no time zone.",
        "GATEWAY_HISTORY_YEARS is a whole number from 1 to 50, not '0'.",
        "GATEWAY_NOW is an instant such as 2026-11-15T12:00:00-05:00, not 'noon'.",
    )


@pytest.mark.parametrize("port", ["-1", "65536", "1e3", "\uff18\uff10", "", " 80", "8" * 5_000])
def test_a_number_is_plain_digits_within_its_bounds(port: str) -> None:
    with pytest.raises(ConfigError, match="PORT is a whole number from 0 to 65535"):
        from_environment({**CATALOG, "PORT": port})


@pytest.mark.parametrize("zone", ["", "..", "/etc/passwd", "America", "America/New_York/", "EST5"])
def test_a_zone_is_one_that_the_world_knows(zone: str) -> None:
    with pytest.raises(ConfigError, match=r"GATEWAY_ZONE: .*is no time zone"):
        from_environment({**CATALOG, "GATEWAY_ZONE": zone})


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ConfigError, match="GATEWAY_NOW needs an offset"):
        from_environment({**CATALOG, "GATEWAY_NOW": "2026-11-15T12:00:00"})


def test_the_clock_shows_the_time_unless_it_was_set() -> None:
    assert datetime.now(UTC) - Config(Path()).clock()() < timedelta(seconds=5)
    begun = datetime(2026, 11, 15, 12, tzinfo=UTC)
    clock = Config(Path(), now=begun).clock()
    assert begun <= clock() <= clock() < begun + timedelta(seconds=5)

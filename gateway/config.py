"""What differs per installation: environment → Config; everything wrong is named at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.convert import zone_of
from gateway.errors import ConfigError
from gateway.limits import Limits
from gateway.rules import Rules

MOST_DIGITS = 10  # far more make int() itself complain


@dataclass(frozen=True, slots=True)
class Config:
    """One installation of the gateway. README lists the variables."""

    catalog: Path
    host: str = "127.0.0.1"
    port: int = 8000
    zone: ZoneInfo = ZoneInfo("UTC")
    rules: Rules = Rules()
    now: datetime | None = None
    examples: Path | None = None
    body_most: int = 1_000_000

    def clock(self) -> Callable[[], datetime]:
        """The time it is. With `now`, time that began there when the gateway began: for demos and tests."""
        if self.now is None:
            return lambda: datetime.now(UTC)
        ahead = self.now - datetime.now(UTC)
        return lambda: datetime.now(UTC) + ahead


def from_environment(env: Mapping[str, str]) -> Config:
    """The configuration that the environment describes. ConfigError names everything that is wrong."""
    wrong: list[str] = []
    reader = _Reader(env, wrong)
    catalog = env.get("GATEWAY_CATALOG")
    if not catalog:
        wrong.append("GATEWAY_CATALOG is not set: the path of the catalog file.")
    default = Rules()
    config = Config(
        catalog=Path(catalog or "catalog.toml"),
        host=env.get("HOST", "127.0.0.1"),
        port=reader.number("PORT", 8000, 0, 65535),
        zone=reader.zone("GATEWAY_ZONE"),
        rules=Rules(
            history_years=reader.number("GATEWAY_HISTORY_YEARS", default.history_years, 1, 50),
            page_size=reader.number("GATEWAY_PAGE_SIZE", default.page_size, 1, default.page_most),
            limits=Limits(
                tokens=reader.number("GATEWAY_TOKENS_MOST", default.limits.tokens, 100, 100_000),
                fields=reader.number("GATEWAY_FIELDS_MOST", default.limits.fields, 10, 100_000),
                depth=reader.number("GATEWAY_DEPTH_MOST", default.limits.depth, 3, 100),
            ),
        ),
        now=reader.moment("GATEWAY_NOW"),
        examples=Path(env["GATEWAY_EXAMPLES"]) if env.get("GATEWAY_EXAMPLES") else None,
        body_most=reader.number("GATEWAY_BODY_MOST", 1_000_000, 1_000, 100_000_000),
    )
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
        if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS and least <= int(text) <= most:
            return int(text)
        self.wrong.append(f"{name} is a whole number from {least} to {most}, not {text!r}.")
        return default

    def zone(self, name: str) -> ZoneInfo:
        try:
            return zone_of(self.env.get(name, "UTC"))
        except ValueError as error:
            self.wrong.append(f"{name}: {error}.")
            return ZoneInfo("UTC")

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

"""Settings of the mutation `reveal`, which shows masked values."""

import re
from dataclasses import dataclass

from gateway.config.variables import Kind, number, setting

PURPOSES = ("identity-check", "callback", "billing-question", "collections", "legal")
_PURPOSE = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


def _purposes(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(map(_PURPOSE.fullmatch, names)):
        raise ValueError
    return names


PURPOSE_LIST = Kind("one or more purposes such as identity-check, with commas", _purposes, empty_is_unset=True)


@dataclass(frozen=True, slots=True)
class RevealSettings:
    """When masked values are shown. Without `GATEWAY_STORE`, which has the audit, they never are.

    purposes: Purposes for which masked values may be revealed.
    per_hour: Reveals of one caller within an hour, counted in the audit.
    """

    purposes: tuple[str, ...] = setting("GATEWAY_REVEAL_PURPOSES", PURPOSES, PURPOSE_LIST)
    per_hour: int = number("GATEWAY_REVEALS_PER_HOUR", 60, 0, 100_000)

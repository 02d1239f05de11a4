"""Amounts, days and lines of text as people in the United States read them."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date

from gateway.resolvers.graph.formats import locale_of, money_text

LOCALE = locale_of(None)
LINE_LENGTH = 160


def amount_text(amount: Decimal, currency: str) -> str:
    """An amount: "$1,234.50"; dollars are written here, as Babel takes 50 microseconds."""
    if currency != "USD":
        return money_text(amount, currency, LOCALE)
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


@lru_cache(maxsize=4_096)
def day_text(day: date) -> str:
    """A day: "Oct 31, 2026"."""
    return format_date(day, "medium", locale=LOCALE)


def period_text(start: date, end: date | None) -> str:
    """Days: "Oct 2, 2026 to Oct 31, 2026"."""
    return f"{day_text(start)} to {day_text(end)}" if end else f"from {day_text(start)}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 point", "3 points"."""
    return f"{number:,} {noun}" if abs(number) == 1 else f"{number:,} {noun}s"


def one_line(text: str | None) -> str | None:
    """A text on one line, shortened at a word; None for an empty one."""
    line = " ".join((text or "").split())
    if len(line) <= LINE_LENGTH:
        return line or None
    return f"{line[: LINE_LENGTH - 1].rpartition(' ')[0] or line[: LINE_LENGTH - 1]}…"


def joined(*parts: str | None) -> str | None:
    """The parts that are there, as one line: "Oct 2, 2026; due Oct 20, 2026"."""
    return one_line("; ".join(part.strip().rstrip(".") for part in parts if part and part.strip()))

"""Sentences, amounts, days and lists as people read them, in the language of the request.

A message is written in English where it is used: `phrase("Due {day}", day=...)`. `make messages` collects them for
the message catalogs, so their arguments are literals; `message` marks a text that is translated elsewhere.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list

from gateway.access.redaction import redacted
from gateway.languages.locales import current
from gateway.languages.texts import translated, translated_plural
from gateway.resolvers.graph.formats import money_text, quantity_text

LINE_LENGTH = 160
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def message(text: str) -> str:
    """The text itself, marked as a message that is translated where it is shown."""
    return text


def phrase(text: str, **values: object) -> str:
    """A message in the language of the request, filled with values that are texts already."""
    return translated(text).format(**values)


def plural(number: int, one: str, other: str, **values: object) -> str:
    """A message for a number, which fills `{count}`."""
    return translated_plural(one, other, number).format(count=number_text(number), **values)


def amount_text(amount: Decimal, currency: str) -> str:
    """An amount: "$1,234.50"; dollars are written here, as Babel takes 50 microseconds."""
    locale = current()
    if currency != "USD" or locale.territory != "US":
        return money_text(amount, currency, locale)
    return f"{'-' if amount < 0 else ''}${amount.copy_abs():,.2f}"


def day_text(day: date) -> str:
    """A day: "Oct 31, 2026"."""
    return _day_text(day, current())


@lru_cache(maxsize=4_096)
def _day_text(day: date, locale: Locale) -> str:
    return format_date(day, "medium", locale=locale)


def month_text(day: date) -> str:
    """The month of a day: "Oct 2026"."""
    return format_skeleton("yMMM", day, locale=current())


def instant_text(instant: datetime) -> str:
    """An instant by its own offset: "Oct 31, 2026, 2:05 PM EDT". The zone tells a repeated hour from the first."""
    time = format_time(instant, "short", locale=current()).replace(NARROW_SPACE, " ")
    return " ".join(filter(None, (f"{day_text(instant.date())}, {time}", instant.tzname())))


def number_text(number: int | Decimal) -> str:
    """A number without rounding: "1,234.5"."""
    if isinstance(number, int) and 0 <= number < 1_000:  # noqa: PLR2004  # has no separator in any language
        return str(number)
    return quantity_text(Decimal(number), None, current())


def list_text(items: Sequence[str]) -> str:
    """Several texts as one: "gas, water, and electricity"."""
    return format_list(items, locale=current())


def period_text(start: date, end: date | None) -> str:
    """Days: "Oct 2, 2026 to Oct 31, 2026"."""
    if end is None:
        return phrase("from {start}", start=day_text(start))
    return phrase("{start} to {end}", start=day_text(start), end=day_text(end))


def inside(label: str) -> str:
    """A label inside a sentence: its first letter is small, unless the label is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def sentence(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def one_line(text: str | None) -> str | None:
    """A text on one line, shortened at a word; None for an empty one."""
    line = " ".join((text or "").split())
    if len(line) > LINE_LENGTH:
        line = redacted(line)  # before it is cut: no mask finds half a number
    if len(line) <= LINE_LENGTH:
        return line or None
    return f"{line[: LINE_LENGTH - 1].rpartition(' ')[0] or line[: LINE_LENGTH - 1]}…"


def joined(*parts: str | None) -> str | None:
    """The parts that are there, as one line: "Oct 2, 2026; due Oct 20, 2026"."""
    return one_line("; ".join(part.strip().rstrip(".") for part in parts if part and part.strip()))

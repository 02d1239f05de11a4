"""What a caller gave, read by the habits of the place: keys, window and page, or a refusal."""

import base64
import binascii
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException

from gateway_demo.systems.api_style import Endpoint, Keys, Pages, Paging, TimeFormat, Window

Parameters = Mapping[str, Sequence[str]]

EARLIEST, LATEST = -(10**12), 10**12
_MOST = 10**9
_ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What is asked, in the store's own terms: `since` <= seconds since 1970 < `until`."""

    keys: Sequence[str]
    since: int = EARLIEST
    until: int = LATEST
    offset: int = 0
    size: int = _MOST

    @property
    def has_window(self) -> bool:
        """Whether time matters at all; records without a time are in no window."""
        return self.since > EARLIEST or self.until < LATEST


def record_query(place: Endpoint, given: Parameters) -> RecordQuery:
    """The caller's question, or the reason why it cannot be answered."""
    habits = place.habits
    keys = _keys(place, given)
    since, until = _bounds(habits.window, given) if habits.window else (EARLIEST, LATEST)
    offset, size = page_bounds(habits.pages, given) if habits.pages else (0, _MOST)
    return RecordQuery(keys, since, until, offset, size)


def page_bounds(pages: Pages, given: Parameters) -> tuple[int, int]:
    """How many records are skipped, and how many come at most."""
    wanted = _whole(given, pages.size, pages.usual, least=1)
    size = min(wanted, pages.largest)
    match pages.paging:
        case Paging.OFFSET:
            return _whole(given, pages.start, 0), size
        case Paging.PAGE:
            return (_whole(given, pages.start, 1, least=1) - 1) * size, size
        case Paging.OPAQUE:
            return _opened(first(given, pages.start)), size
        case Paging.PER_KEY:
            return 0, size


def first(given: Parameters, name: str) -> str | None:
    """The value of a parameter that is given once."""
    values = given.get(name)
    return values[0] if values else None


def page_token(offset: int) -> str:
    """A word that says where the next page starts, to nobody but this service."""
    return base64.urlsafe_b64encode(f"from:{offset}".encode()).decode().rstrip("=")


def _opened(word: str | None) -> int:
    if word is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
        return min(int(text.removeprefix("from:")), _MOST)
    except (binascii.Error, ValueError) as error:
        raise HTTPException(400, f"no page starts at {word!r}") from error


def _keys(place: Endpoint, given: Parameters) -> Sequence[str]:
    values = given[place.name]
    if place.habits.keys is Keys.COMMA:
        values = [key for value in values for key in value.split(",") if key]
    keys = list(dict.fromkeys(values))
    if not keys:
        raise HTTPException(400, f"{place.name} names nobody")
    if len(keys) > place.habits.most_keys:
        raise HTTPException(400, f"{place.name}: at most {place.habits.most_keys} in one call")
    return keys


def _bounds(window: Window, given: Parameters) -> tuple[int, int]:
    since, until = first(given, window.since), first(given, window.until)
    return (
        EARLIEST if since is None else _start(window, since),
        LATEST if until is None else _end(window, until),
    )


def _start(window: Window, text: str) -> int:
    # Times are whole seconds, so every kind of end becomes one: from here on, and not from there on.
    moment = _moment(window.since, window.written, text)
    return math.ceil(moment) if window.since_included else math.floor(moment) + 1


def _end(window: Window, text: str) -> int:
    if window.written is TimeFormat.DATE:
        return math.ceil(_moment(window.until, window.written, text, days=1))
    moment = _moment(window.until, window.written, text)
    return math.floor(moment) + 1 if window.until_included else math.ceil(moment)


def _moment(name: str, written: TimeFormat, text: str, days: int = 0) -> float:
    try:
        moment = _read(written, text, days)
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, f"{name} is to be written as {written.value}") from error
    return min(max(moment, EARLIEST), LATEST)


def _read(written: TimeFormat, text: str, days: int) -> float:
    match written:
        case TimeFormat.SECONDS:
            return int(text)
        case TimeFormat.MILLISECONDS:
            return int(text) / 1000
        case TimeFormat.DATE:
            day = date.fromisoformat(text) + timedelta(days=days)
            return datetime.combine(day, time(), _ZONE).timestamp()
        case TimeFormat.INSTANT:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError("no offset")
            return moment.timestamp()


def _whole(given: Parameters, name: str, usual: int, least: int = 0) -> int:
    text = first(given, name)
    if text is None:
        return usual
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not least <= number <= _MOST:
        raise HTTPException(400, f"{name} is to be a whole number from {least}")
    return number

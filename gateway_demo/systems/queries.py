"""Parses request parameters by an endpoint's API style: keys, window and page, or a 400 response."""

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
_MAX_NUMBER = 10**9
_ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """A query to the record store; `since` <= epoch seconds < `until`."""

    keys: Sequence[str]
    since: int = EARLIEST
    until: int = LATEST
    offset: int = 0
    size: int = _MAX_NUMBER

    @property
    def has_window(self) -> bool:
        """Whether the query has a time window; records without a time are in none."""
        return self.since > EARLIEST or self.until < LATEST


def record_query(endpoint: Endpoint, parameters: Parameters) -> RecordQuery:
    """Parse the parameters into a query; raises a 400 response where they are invalid."""
    style = endpoint.style
    keys = _keys(endpoint, parameters)
    since, until = _bounds(style.window, parameters) if style.window else (EARLIEST, LATEST)
    offset, size = page_bounds(style.pages, parameters) if style.pages else (0, _MAX_NUMBER)
    return RecordQuery(keys, since, until, offset, size)


def page_bounds(pages: Pages, parameters: Parameters) -> tuple[int, int]:
    """The offset and the maximum number of records."""
    requested = _integer(parameters, pages.size, pages.default, minimum=1)
    size = min(requested, pages.max_size)
    match pages.paging:
        case Paging.OFFSET:
            return _integer(parameters, pages.start, 0), size
        case Paging.PAGE:
            return (_integer(parameters, pages.start, 1, minimum=1) - 1) * size, size
        case Paging.OPAQUE:
            return _token_offset(first(parameters, pages.start)), size
        case Paging.PER_KEY:
            return 0, size


def first(parameters: Parameters, name: str) -> str | None:
    """The parameter's first value, or None."""
    values = parameters.get(name)
    return values[0] if values else None


def page_token(offset: int) -> str:
    """An opaque token of the page that starts at `offset`."""
    return base64.urlsafe_b64encode(f"from:{offset}".encode()).decode().rstrip("=")


def _token_offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        return min(int(text.removeprefix("from:")), _MAX_NUMBER)
    except (binascii.Error, ValueError) as error:
        raise HTTPException(400, f"invalid page token {token!r}") from error


def _keys(endpoint: Endpoint, parameters: Parameters) -> Sequence[str]:
    values = parameters[endpoint.name]
    if endpoint.style.keys is Keys.COMMA:
        values = [key for value in values for key in value.split(",") if key]
    keys = list(dict.fromkeys(values))
    if not keys:
        raise HTTPException(400, f"{endpoint.name} has no values")
    if len(keys) > endpoint.style.max_keys:
        raise HTTPException(400, f"{endpoint.name} allows at most {endpoint.style.max_keys} values")
    return keys


def _bounds(window: Window, parameters: Parameters) -> tuple[int, int]:
    since, until = first(parameters, window.since), first(parameters, window.until)
    return (EARLIEST if since is None else _start(window, since), LATEST if until is None else _end(window, until))


def _start(window: Window, text: str) -> int:
    # Times are whole seconds, so each bound converts to "at or after" and "before" a second.
    moment = _epoch_seconds(window.since, window.format, text)
    return math.ceil(moment) if window.since_included else math.floor(moment) + 1


def _end(window: Window, text: str) -> int:
    if window.format is TimeFormat.DATE:
        return math.ceil(_epoch_seconds(window.until, window.format, text, days=1))
    moment = _epoch_seconds(window.until, window.format, text)
    return math.floor(moment) + 1 if window.until_included else math.ceil(moment)


def _epoch_seconds(name: str, format_: TimeFormat, text: str, days: int = 0) -> float:
    try:
        moment = _parse_time(format_, text, days)
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, f"{name} must have the format: {format_.value}") from error
    return min(max(moment, EARLIEST), LATEST)


def _parse_time(format_: TimeFormat, text: str, days: int) -> float:
    match format_:
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
                raise ValueError("missing UTC offset")
            return moment.timestamp()


def _integer(parameters: Parameters, name: str, default: int, minimum: int = 0) -> int:
    text = first(parameters, name)
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not minimum <= number <= _MAX_NUMBER:
        raise HTTPException(400, f"{name} must be an integer of at least {minimum}")
    return number

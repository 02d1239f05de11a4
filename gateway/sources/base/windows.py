"""The bounds of a window as parameters of a service, wide enough to lose no row."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.contract.batch import Key, Lookup, Window
from gateway.contract.times import RESOLUTION
from gateway.sources.base.place import WindowedPlace


@dataclass(frozen=True, slots=True)
class RowSelection:
    """The rows that one call reads: of these keys, in this window, at most `limit` of each key."""

    keys: tuple[Key, ...]
    window: Window
    limit: int | None = None


def time_ambiguity(lookup: Lookup) -> timedelta:
    """How much older than it is a row may appear.

    A wall clock shows the same time twice in the hour that daylight saving repeats.
    """
    local = lookup.time is not None and lookup.time.format.name == "local"
    return RESOLUTION["local"] if local else timedelta()


def window_bounds(place: WindowedPlace, lookup: Lookup, window: Window) -> dict[str, str | int]:
    """The bounds of a window by parameter, one step wider: services differ on inclusive bounds."""
    step = RESOLUTION[place.time_format]
    ends = [end for end in (window.until, window.after and window.after.time) if end]
    bounds = {
        place.since: _written(place, window, window.since, -step),
        place.until: _written(place, window, min(ends, default=None), step + time_ambiguity(lookup)),
    }
    return {name: value for name, value in bounds.items() if name and value is not None}


def _written(place: WindowedPlace, window: Window, end: datetime | None, by: timedelta) -> str | int | None:
    if end is None:
        return None
    try:
        return place.bound_format.write(end.astimezone(UTC) + by, place.bound_format.zone or window.zone)
    except OverflowError:
        return None  # beyond the ends of the calendar there is no bound

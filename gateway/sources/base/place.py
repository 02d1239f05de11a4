"""Places in a source: words and checks that several kinds share."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from gateway.contract.batch import Lookup
from gateway.contract.paths import parse_path
from gateway.contract.times import TimeFormat, TimeFormatName, time_zone

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
PositiveSeconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
KEY_PLACEHOLDER = "{key}"


class SourcePlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one source holds the rows of one lookup; see `gateway.contract.batch.Place`."""

    @property
    def key_parts(self) -> frozenset[str]:
        return frozenset()

    @property
    def can_count(self) -> bool:
        return False

    @property
    def counts_many(self) -> bool:
        return False

    def diagnostics(self) -> list[str]:
        return []


P = TypeVar("P", bound=SourcePlace)


def place_of(kind: type[P], lookup: Lookup) -> P:
    """The place of a lookup, which the catalog made for a source of this kind."""
    if not isinstance(lookup.place, kind):
        raise TypeError(f"{lookup.name}: {type(lookup.place).__name__} is not a {kind.__name__}")
    return lookup.place


class WindowedPlace(SourcePlace, frozen=True, kw_only=True):
    """A place of a service that takes parameters: for the bounds of a window, and for a limit.

    items: dotted path to the list of rows in a response; without it, the response is the list.
    params: constant parameters.
    since: parameter for the start of a window.
    until: parameter for the end of a window.
    time_format: how `since` and `until` are written.
    zone: time zone of the bounds, where `time_format` is local or date.
    limit: parameter that limits the rows of each key.
    max_limit: the largest limit that the service takes.
    max_rows: rows that one response may have; more are an error, and are never cut.
    ignored_signs: signs of more rows or of a failure that mean something else here, as the log names them: meta.total.
    """

    items: str | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    since: str | None = None
    until: str | None = None
    time_format: TimeFormatName = "iso"
    zone: str | None = None
    limit: str | None = None
    max_limit: AtLeastOne | None = None
    max_rows: AtLeastOne = 20_000
    ignored_signs: list[str] = msgspec.field(default_factory=list)

    @property
    def item_path(self) -> tuple[str, ...]:
        return parse_path(self.items) if self.items else ()

    @property
    def bound_format(self) -> TimeFormat:
        return TimeFormat(self.time_format, ZoneInfo(self.zone) if self.zone else None)

    def heeded(self, signs: Iterable[str]) -> list[str]:
        """The signs that the catalog does not ignore, each once."""
        ignored = {sign.lower() for sign in self.ignored_signs}
        return [sign for sign in dict.fromkeys(signs) if sign.partition(" = ")[0].lower() not in ignored]

    def window_diagnostics(self) -> Iterator[str]:
        if not (self.since or self.until) and (self.time_format != "iso" or self.zone):
            yield "time_format and zone need since or until; name one, or remove them"
        if self.zone and self.time_format not in ("local", "date"):
            yield f"zone has no effect with time_format = {self.time_format!r}; remove it"
        if self.time_format == "local" and not self.zone:
            yield 'time_format = "local" needs a zone; name it'
        if self.max_limit and not self.limit:
            yield "max_limit needs limit; name the parameter, or remove max_limit"
        yield from zone_diagnostics(self.zone)


def zone_diagnostics(zone: str | None) -> Iterator[str]:
    try:
        if zone:
            time_zone(zone)
    except ValueError as error:
        yield f"{error}; use a name such as America/New_York"


def path_diagnostics(words: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    for name, path in words:
        try:
            invalid = path is not None and parse_path(path) == ("",)
        except ValueError as error:
            yield f"{name}: {error}"
        else:
            if invalid:
                yield f"{name}: not a dotted path: {path!r}"


def duplicate_diagnostics(kind: str, names: Iterable[str | None]) -> Iterator[str]:
    for name, count in Counter(name for name in names if name is not None).items():
        if count > 1:
            yield f"the {kind} {name!r} is used {count} times; use each name once"

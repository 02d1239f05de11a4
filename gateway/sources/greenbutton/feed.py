"""An Atom feed of ESPI: its entries, what each holds, and which belongs to which. It knows no reading."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from gateway.sources.http.body_format import InvalidDocument

ATOM = "{http://www.w3.org/2005/Atom}"
ESPI = "{http://naesb.org/espi}"
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One resource. `own`, `up` and `related` are paths; `updated` tells two versions of it apart."""

    kind: str
    held: tuple[Element, ...]
    own: str
    up: str
    related: tuple[str, ...]
    updated: datetime

    @property
    def name(self) -> str:
        """The last part of its own path: `01` of `/MeterReading/01`."""
        return unquote(self.own.rpartition("/")[2])

    def says(self, name: str) -> str | None:
        """The text at a path of names inside what it holds, such as `ServiceCategory/kind`."""
        return child_text(self.held[0], name)


class Feed:
    """The entries of one document, and their ties."""

    def __init__(self, root: Element) -> None:
        if root.tag not in (f"{ATOM}feed", f"{ATOM}entry"):
            raise InvalidDocument("XML, but no Atom feed")
        entries = root.findall(f"{ATOM}entry") if root.tag == f"{ATOM}feed" else [root]
        self._by_kind: dict[str, list[Entry]] = {}
        for each in entries:
            for entry in _entries(each):
                self._by_kind.setdefault(entry.kind, []).append(entry)
        self._found: dict[str, Mapping[str, Entry | None]] = {}
        self.next = _paths(root, "next", whole=True)[:1]

    def all(self, *kinds: str) -> Iterator[Entry]:
        """Every entry of these kinds, as they come."""
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    def owner(self, entry: Entry, kind: str) -> Entry | None:
        """The entry of that kind which this one belongs to, as the one or the other says.

        None where there is none. Unreadable where there are two.
        """
        above = entry.up.rpartition("/")[0]
        return self._first(kind, [entry.up, entry.own, above])

    def related(self, entry: Entry, kind: str) -> Entry | None:
        """The entry of that kind which this one names."""
        return self._first(kind, list(entry.related))

    def at(self, address: str, kind: str) -> Entry | None:
        """The entry of that kind at an address."""
        return self._first(kind, [_path(address)])

    def _first(self, kind: str, paths: Sequence[str]) -> Entry | None:
        places = self._places(kind)
        for path in paths:
            if path and path in places:
                found = places[path]
                if found is None:
                    raise InvalidDocument(f"a {kind} that is there twice, differently")
                return found
        return None

    def _places(self, kind: str) -> Mapping[str, Entry | None]:
        """Entries by the paths where they are and those they speak of; None where two claim one path."""
        if kind not in self._found:
            places: dict[str, Entry | None] = {}
            for entry in self.all(kind):
                for path in dict.fromkeys((entry.own, *entry.related)):
                    places[path] = _later(places[path], entry) if path in places else entry
            self._found[kind] = places
        return self._found[kind]


def child_text(element: Element, path: str) -> str | None:
    """The text at a path of ESPI's names, None where there is none."""
    text = element.findtext(_spelled(path))
    return (text.strip() or None) if text else None


@cache  # the same few paths for each of many readings
def _spelled(path: str) -> str:
    return "/".join(ESPI + name for name in path.split("/"))


def _entries(entry: Element) -> Iterator[Entry]:
    """What an entry holds, by kind. Several of a kind stand in one entry, such as blocks of intervals."""
    by_kind: dict[str, list[Element]] = {}
    for content in entry.findall(f"{ATOM}content"):
        for held in content:
            if held.tag.startswith(ESPI):
                by_kind.setdefault(held.tag.removeprefix(ESPI), []).append(held)
    own, up = (next(iter(_paths(entry, rel)), "") for rel in ("self", "up"))
    for kind, many in by_kind.items():
        yield Entry(kind, tuple(many), own, up, tuple(_paths(entry, "related")), _updated(entry))


def _paths(entry: Element, rel: str, *, whole: bool = False) -> list[str]:
    links = [link.get("href", "") for link in entry.findall(f"{ATOM}link") if link.get("rel") == rel]
    return [link if whole else _path(link) for link in links if link]


def _path(address: str) -> str:
    """An address without its host: some links are whole, others of the same document are not."""
    try:
        return urlsplit(address.strip()).path.rstrip("/")
    except ValueError:
        raise InvalidDocument("a link that is no address") from None


def _updated(entry: Element) -> datetime:
    try:
        moment = datetime.fromisoformat((entry.findtext(f"{ATOM}updated") or "").strip())
    except ValueError:
        return LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _later(one: Entry | None, other: Entry) -> Entry | None:
    """Of two versions the later, either of two that say the same, None of two that contradict each other."""
    if one is None or _same(one, other):
        return one
    if one.own != other.own or one.updated == other.updated:
        return None
    return max(one, other, key=lambda each: each.updated)


def _same(one: Entry, other: Entry) -> bool:
    return one.own == other.own and _told(one) == _told(other)


def _told(entry: Entry) -> list[list[tuple[str, str]]]:
    return [[(each.tag, (each.text or "").strip()) for each in held.iter()] for held in entry.held]

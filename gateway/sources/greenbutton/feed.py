"""An Atom feed of ESPI: its XML, its entries, and the links between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from gateway.sources.http.body_format import InvalidDocument

ATOM = "{http://www.w3.org/2005/Atom}"
ESPI = "{http://naesb.org/espi}"
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
MAX_DEPTH = 64
MAX_ELEMENTS = 2_000_000  # some five years of quarter-hours
CHUNK_BYTES = 1 << 16


class _BoundedTreeBuilder(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise InvalidDocument("the XML is too deep, or has too many elements")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, *_declaration: object) -> None:
        raise InvalidDocument("the XML has a DOCTYPE, which is refused")


def parse_xml(body: bytes) -> Element:
    """The outermost element. Raises InvalidDocument where there is none."""
    parser = XMLParser(target=_BoundedTreeBuilder())  # noqa: S314  # the builder refuses what is harmful
    try:
        # In chunks, so that parsing ends soon after a refusal.
        for start in range(0, len(body), CHUNK_BYTES):
            parser.feed(body[start : start + CHUNK_BYTES])
        root: Element = parser.close()
    except ParseError as error:
        raise InvalidDocument(f"not XML: {expat.ErrorString(error.code)}") from None
    except InvalidDocument:
        raise
    except (LookupError, ValueError):  # an unknown encoding
        raise InvalidDocument("not XML: its encoding cannot be read") from None
    return root


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One resource.

    elements: its content, of one kind
    self_path, up_path, related_paths: paths of its links
    updated: tells two versions of a resource apart
    """

    kind: str
    elements: tuple[Element, ...]
    self_path: str
    up_path: str
    related_paths: tuple[str, ...]
    updated: datetime

    @property
    def name(self) -> str:
        """`01` of `/MeterReading/01`."""
        return unquote(self.self_path.rpartition("/")[2])

    def text(self, path: str) -> str | None:
        """The text at a path of names in its content, such as `ServiceCategory/kind`."""
        return child_text(self.elements[0], path)


class Feed:
    """The entries of one document, and how they belong together."""

    def __init__(self, root: Element) -> None:
        if root.tag not in (f"{ATOM}feed", f"{ATOM}entry"):
            raise InvalidDocument("the XML is not an Atom feed")
        elements = root.findall(f"{ATOM}entry") if root.tag == f"{ATOM}feed" else [root]
        self._by_kind: dict[str, list[Entry]] = {}
        for element in elements:
            for entry in _entries(element):
                self._by_kind.setdefault(entry.kind, []).append(entry)
        self._by_path: dict[str, Mapping[str, Entry | None]] = {}
        self.next = next(iter(_links(root, "next")), None)

    def all(self, *kinds: str) -> Iterator[Entry]:
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    def owner(self, entry: Entry, kind: str) -> Entry | None:
        """The entry of that kind to which this one belongs, by the links of either."""
        return self.first(kind, [entry.up_path, entry.self_path, entry.up_path.rpartition("/")[0]])

    def first(self, kind: str, paths: Sequence[str]) -> Entry | None:
        """The entry at the first of the paths that has one. Raises InvalidDocument where two differ."""
        entries = self._entries_by_path(kind)
        for path in paths:
            if path and path in entries:
                if entries[path] is None:
                    raise InvalidDocument(f"two different entries of {kind} share a link")
                return entries[path]
        return None

    def _entries_by_path(self, kind: str) -> Mapping[str, Entry | None]:
        """Entries by their own path and by their related ones; None where two claim one path."""
        if kind not in self._by_path:
            entries: dict[str, Entry | None] = {}
            for entry in self.all(kind):
                for path in dict.fromkeys((entry.self_path, *entry.related_paths)):
                    entries[path] = _latest(entries[path], entry) if path in entries else entry
            self._by_path[kind] = entries
        return self._by_path[kind]


def child_text(element: Element, path: str) -> str | None:
    """The text at a path of ESPI's names; None where there is none."""
    text = element.findtext(_qualified(path))
    return (text.strip() or None) if text else None


@cache  # the same few paths for each of many readings
def _qualified(path: str) -> str:
    return "/".join(ESPI + name for name in path.split("/"))


def _entries(entry: Element) -> Iterator[Entry]:
    """The content of an entry, by kind. An entry may hold several elements, such as interval blocks."""
    by_kind: dict[str, list[Element]] = {}
    for content in entry.findall(f"{ATOM}content"):
        for element in content:
            if element.tag.startswith(ESPI):
                by_kind.setdefault(element.tag.removeprefix(ESPI), []).append(element)
    links = {rel: [url_path(link) for link in _links(entry, rel)] for rel in ("self", "up", "related")}
    self_path, up_path = (next(iter(links[rel]), "") for rel in ("self", "up"))
    for kind, elements in by_kind.items():
        yield Entry(kind, tuple(elements), self_path, up_path, tuple(links["related"]), _updated(entry))


def _links(entry: Element, rel: str) -> list[str]:
    links = (link.get("href", "") for link in entry.findall(f"{ATOM}link") if link.get("rel") == rel)
    return [link for link in links if link]


def url_path(url: str) -> str:
    """The path of a URL: in one document, some links have a host and some have none."""
    try:
        return urlsplit(url.strip()).path.rstrip("/")
    except ValueError:
        raise InvalidDocument("a link is not a URL") from None


def _updated(entry: Element) -> datetime:
    try:
        moment = datetime.fromisoformat((entry.findtext(f"{ATOM}updated") or "").strip())
    except ValueError:
        return LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _latest(one: Entry | None, other: Entry) -> Entry | None:
    """The later of two versions, either of two equal ones, None for two that contradict each other."""
    if one is None or (one.self_path == other.self_path and _content(one) == _content(other)):
        return one
    if one.self_path != other.self_path or one.updated == other.updated:
        return None
    return max(one, other, key=lambda entry: entry.updated)


def _content(entry: Entry) -> list[list[tuple[str, str]]]:
    return [[(child.tag, (child.text or "").strip()) for child in element.iter()] for element in entry.elements]

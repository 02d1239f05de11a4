"""The entries of an ESPI document, and the links between them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton.xml import CUSTOMER, RESOURCES, SUMMARIES, USAGE_POINT
from gateway.sources.http.body_format import InvalidDocument

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
# Resources of ESPI that say nothing about usage.
_OTHERS = ("LocalTimeParameters", "TimeConfiguration", "ElectricPowerQualitySummary", "ApplicationInformation",
           "Authorization", "ServiceStatus", "ProgramIdMappings", "Subscription")  # fmt: skip
_METADATA = ("author", "category", "contributor", "generator", "icon", "id", "link", "logo", "rights", "subtitle",
             "title", "updated", "published")  # fmt: skip


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
    def paths(self) -> tuple[str, ...]:
        return (self.self_path, self.up_path, *self.related_paths)

    def text(self, path: str) -> str | None:
        """The text at a path of names in its content, such as `ServiceCategory/kind`."""
        return child_text(self.elements[0], path)

    def address(self, kind: str) -> str | None:
        """The address of the resource of a kind that its links name: `/…/UsagePoint/1`."""
        for path in self.paths:
            head, separator, rest = path.partition(f"/{kind}/")
            if separator:
                return head + separator + rest.partition("/")[0]
        return None


class Feed:
    """The entries of one document, and how they belong together."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._by_kind: dict[str, list[Entry]] = {}
        self._by_path: dict[str, Mapping[str, Entry | None]] = {}
        self._by_tail: dict[str, Mapping[str, Entry | None]] = {}
        self.next: str | None = None
        contents: list[list[str]] = []
        for root in roots:
            elements = _entry_elements(root)
            for element in elements:
                for entry in _entries(element):
                    self._by_kind.setdefault(entry.kind, []).append(entry)
            contents += map(_content_tags, elements)
            self.next = self.next or next(iter(_links(root, "next")), None)
        self._check_understood(contents)

    def _check_understood(self, contents: Sequence[Sequence[str]]) -> None:
        """Raise InvalidDocument where entries that are not understood may have held the usage."""
        usage = [tags for tags in contents if any(tag in (*RESOURCES, *_OTHERS) for tag in tags)]
        customers = [tags for tags in contents if any(map(CUSTOMER.match, tags))]
        if contents and not usage:
            raise InvalidDocument("the feed has entries, but none of them is about usage")
        if len(usage) + len(customers) < len(contents) and not any(self.all("IntervalBlock", *SUMMARIES)):
            raise InvalidDocument("the feed has an entry that is not ESPI, and no usage beside it")

    def all(self, *kinds: str) -> Iterator[Entry]:
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    def owner(self, entry: Entry, kind: str) -> Entry | None:
        """The entry of that kind to which this one belongs, by the links of either."""
        paths = [entry.up_path, entry.self_path, entry.up_path.rpartition("/")[0]]
        return self.first(kind, paths) or self._elsewhere(entry, kind)

    def reading_type(self, entry: Entry) -> Entry | None:
        """The type of a meter reading: the one that its links name, or the only one of the document."""
        kind = self.first("ReadingType", entry.related_paths) or self._elsewhere(entry, "ReadingType")
        if kind is None and len({each.address("ReadingType") for each in self.all("MeterReading")}) == 1:
            return self._only("ReadingType")
        return kind

    def first(self, kind: str, paths: Sequence[str]) -> Entry | None:
        """The entry at the first of the paths that has one. Raises InvalidDocument where two differ."""
        if kind not in self._by_path:
            self._by_path[kind] = _indexed(
                (path, entry) for entry in self.all(kind) for path in (entry.self_path, *entry.related_paths)
            )
        return _found(self._by_path[kind], kind, [path for path in paths if path])

    def _elsewhere(self, entry: Entry, kind: str) -> Entry | None:
        """The entry that the links name at another address; if they name none, the only one of its kind."""
        address = entry.address(kind)
        if address is None:
            return self._only(kind)
        if kind not in self._by_tail:
            addresses = ((each.address(kind), each) for each in self.all(kind))
            self._by_tail[kind] = _indexed((_tail(path, kind), each) for path, each in addresses if path)
        return _found(self._by_tail[kind], kind, [_tail(address, kind)])

    def _only(self, kind: str) -> Entry | None:
        entries = self._by_kind.get(kind, [])
        only = _indexed((each.self_path, each) for each in entries)
        return next(iter(only.values())) if len(only) == 1 else None


def _indexed(entries: Iterable[tuple[str, Entry]]) -> Mapping[str, Entry | None]:
    """Entries by path, each in its latest version; None where two claim one path."""
    index: dict[str, Entry | None] = {}
    for path, entry in entries:
        index[path] = _latest(index[path], entry) if path in index else entry
    return index


def _found(index: Mapping[str, Entry | None], kind: str, paths: Sequence[str]) -> Entry | None:
    for path in paths:
        if path in index:
            if index[path] is None:
                raise InvalidDocument(f"two different entries of {kind} share a link")
            return index[path]
    return None


def _tail(address: str, kind: str) -> str:
    """The part of an address that is the same in every spelling: from its usage point on, if it has one."""
    start = address.find(f"/{USAGE_POINT}/")
    return address[start if start >= 0 else address.rfind(f"/{kind}/") :]


def child_text(element: Element, path: str) -> str | None:
    """The text at a path of ESPI's names; None where there is none."""
    text = element.findtext(path)
    return (text.strip() or None) if text else None


def last_name(path: str) -> str:
    """`01` of `/MeterReading/01`."""
    return unquote(path.rpartition("/")[2])


def _entry_elements(root: Element) -> list[Element]:
    """The entries of a document. Raises InvalidDocument where it is no feed, and where it is one of something else."""
    if root.tag not in ("feed", "entry"):
        raise InvalidDocument("the XML is not an Atom feed")
    entries = root.findall("entry") if root.tag == "feed" else [root]
    others = [] if entries else [child for child in root if child.tag not in _METADATA]
    if any("opensearch" not in child.tag for child in others):
        raise InvalidDocument("the feed has no entries, but something else")
    if any(child.tag.endswith("}totalResults") and (child.text or "").strip() != "0" for child in others):
        raise InvalidDocument("the feed does not have the entries that it counts")
    return entries


def _content_tags(entry: Element) -> list[str]:
    return [element.tag for content in entry.findall("content") for element in content]


def _entries(entry: Element) -> Iterator[Entry]:
    """The content of an entry, by kind. An entry may hold several elements, such as interval blocks."""
    by_kind: dict[str, list[Element]] = {}
    for content in entry.findall("content"):
        for element in content:
            if element.tag in RESOURCES:
                by_kind.setdefault(element.tag, []).append(element)
    links = {rel: [url_path(link) for link in _links(entry, rel)] for rel in ("self", "up", "related")}
    self_path, up_path = (next(iter(links[rel]), "") for rel in ("self", "up"))
    for kind, elements in by_kind.items():
        yield Entry(kind, tuple(elements), self_path, up_path, tuple(links["related"]), _updated(entry))


def _links(entry: Element, rel: str) -> list[str]:
    links = (link.get("href", "") for link in entry.findall("link") if link.get("rel") == rel)
    return [link for link in links if link]


def url_path(url: str) -> str:
    """The path of a URL: in one document, some links have a host and some have none. Empty for no URL."""
    try:
        return urlsplit(url.strip()).path.rstrip("/")
    except ValueError:
        return ""


def _updated(entry: Element) -> datetime:
    try:
        moment = datetime.fromisoformat((entry.findtext("updated") or "").strip())
    except ValueError:
        return LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _latest(one: Entry | None, other: Entry) -> Entry | None:
    """The later of two versions, either of two equal ones, None for two that contradict each other."""
    if one is None or one is other or (one.self_path == other.self_path and _content(one) == _content(other)):
        return one
    if one.self_path != other.self_path or one.updated == other.updated:
        return None
    return max(one, other, key=lambda entry: entry.updated)


def _content(entry: Entry) -> list[list[tuple[str, str]]]:
    return [[(child.tag, (child.text or "").strip()) for child in element.iter()] for element in entry.elements]

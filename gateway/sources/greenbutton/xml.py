"""The XML of ESPI documents, packed or not: bounded, and with plain names."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from gateway.sources.http.body_format import InvalidDocument

USAGE_POINT = "UsagePoint"
SUMMARIES = ("UsageSummary", "ElectricPowerUsageSummary")  # the second is its name in earlier versions
RESOURCES = (USAGE_POINT, "MeterReading", "ReadingType", "IntervalBlock", *SUMMARIES)
MAX_ELEMENTS = 2_000_000  # some five years of quarter-hours
MAX_UNPACKED = 64 * 1024 * 1024  # bytes of all members of an archive
CHUNK_BYTES = 1 << 16
# Services spell them with https, www, a version or another letter case. Customers are not read.
_ATOM = r"https?://(www\.)?w3\.org/2005/atom"
_ESPI = r"https?://(www\.)?naesb\.org/espi(/v?[0-9][0-9._]*)?"
_OURS = re.compile(rf"{{({_ATOM}|{_ESPI})[/#]?}}", re.IGNORECASE)
CUSTOMER = re.compile(r"\{https?://(www\.)?naesb\.org/espi/customer\b[^}]*\}", re.IGNORECASE)
_READ = frozenset({"feed", "entry", "content", "IntervalReading", *RESOURCES})  # never ignored in a foreign namespace
_GZIP, _ZIP = b"\x1f\x8b", b"PK"


class _Builder(TreeBuilder):
    def doctype(self, *_declaration: object) -> None:
        raise InvalidDocument("the XML has a DOCTYPE, which is refused")


def parse_all(body: bytes) -> list[Element]:
    """The outermost element of each document in a body. Raises InvalidDocument where there is none."""
    return [parse_xml(document) for document in _unpacked(body)]


def parse_xml(body: bytes) -> Element:
    """The outermost element. Names of Atom and ESPI are plain, whether the document declares them or not."""
    if body.count(b"<") - body.count(b"</") > MAX_ELEMENTS:
        raise InvalidDocument("the XML has too many elements")
    parser = XMLParser(target=_Builder())  # noqa: S314  # the builder refuses what is harmful
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
    names: dict[Any, str] = {}
    for element in root.iter():
        element.tag = names.get(element.tag) or names.setdefault(element.tag, _plain(element.tag))
    return root


def _plain(tag: str) -> str:
    """The name without a namespace of Atom or ESPI. Raises InvalidDocument for their names in another one."""
    plain = _OURS.sub("", tag, count=1)
    if plain.rpartition("}")[2] in _READ and "}" in plain and not CUSTOMER.match(plain):
        raise InvalidDocument(f"the namespace of {plain.rpartition('}')[2]} is not that of Atom or ESPI")
    return plain


def _unpacked(body: bytes) -> Iterator[bytes]:
    """The documents of a zip or gzip archive; any other body is one document."""
    if not body.startswith((_GZIP, _ZIP)):
        yield body
        return
    try:
        if body.startswith(_GZIP):
            with gzip.open(io.BytesIO(body)) as file:
                yield _bounded(file.read(MAX_UNPACKED + 1))
            return
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            yield from _members(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
        raise InvalidDocument("a zip or gzip archive that cannot be read") from None


def _members(archive: zipfile.ZipFile) -> Iterator[bytes]:
    names = [name for name in archive.namelist() if name.lower().endswith(".xml") and "__MACOSX/" not in name]
    if not names:
        raise InvalidDocument("a zip archive without an XML document")
    left = MAX_UNPACKED
    for name in names:
        with archive.open(name) as file:
            document = _bounded(file.read(left + 1), left)
        left -= len(document)
        yield document


def _bounded(document: bytes, limit: int = MAX_UNPACKED) -> bytes:
    if len(document) > limit:
        raise InvalidDocument(f"an archive with more than {MAX_UNPACKED} bytes")
    return document

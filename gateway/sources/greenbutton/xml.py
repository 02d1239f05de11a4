"""XML without a DOCTYPE, and so without entities; bounded in depth and in number of elements."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from gateway.sources.http.body_format import InvalidDocument

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

"""XML → a tree of elements that can do no harm: no DOCTYPE, so no entities; bounded in depth and number."""

from functools import lru_cache
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gateway.sources.http.body_format import InvalidDocument

MAX_DEPTH = 64
MAX_ELEMENTS = 2_000_000  # some five years of quarter-hours
CHUNK_BYTES = 1 << 16


class XmlParser:
    """Made for one document: takes what the parser meets."""

    def __init__(self) -> None:
        self._builder = TreeBuilder()
        self._depth = self._count = 0

    def parsed(self, body: bytes) -> Element:
        """The outermost element; names are told as `{namespace}name`. Unreadable when there is none."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refused
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.data
        try:
            # In parts, so that what is refused is refused before the rest is looked at.
            for start in range(0, len(body), CHUNK_BYTES):
                parser.Parse(body[start : start + CHUNK_BYTES], False)  # noqa: FBT003  # its own signature
            parser.Parse(b"", True)  # noqa: FBT003  # the same
        except expat.ExpatError as error:
            raise InvalidDocument(f"no XML: {expat.ErrorString(error.code)}") from None
        except InvalidDocument:
            raise
        except (LookupError, ValueError):  # an encoding that it names, and nobody knows
            raise InvalidDocument("no XML: letters that cannot be read") from None
        return self._builder.close()

    def _start(self, name: str, told: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise InvalidDocument("XML that is too deep, or of too many elements")
        self._builder.start(_name(name), told)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(_name(name))


@lru_cache(maxsize=1_000)  # a document has few names, each many times
def _name(name: str) -> str:
    return "{" + name if "}" in name else name


def _refused(*_declared: object) -> None:
    raise InvalidDocument("XML with a DOCTYPE, which is refused")

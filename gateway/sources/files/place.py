"""Where a folder keeps a lookup's documents, in the catalog's words, and which words do not go together."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from gateway.sources.greenbutton import format as espi
from gateway.sources.greenbutton.format import Espi
from gateway.sources.rest.place import KEY_PLACEHOLDER

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class FilePlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which documents are read for one lookup, and which of their rows are of it.

    at        the document's path inside the folder; with `{key}` in its name there is one for each key, which
              is written there as it is in an address: `a%2Fb.xml` for a/b
    espi      how the documents are told: they are Green Button's
    items     readings or summaries
    where     what a row must say to be of this record
    max_rows  one document's rows at most; more are an error, never cut
    """

    at: str
    espi: Espi
    items: str
    where: dict[str, str | int | bool] = msgspec.field(default_factory=dict)
    max_rows: AtLeastOne = 200_000

    @property
    def one_by_one(self) -> bool:
        """Whether each key has a document of its own."""
        return KEY_PLACEHOLDER in self.at


def complaints(place: FilePlace) -> list[str]:
    """What makes no sense about a place, each in a sentence."""
    return [*_at(place.at), *espi.complaints(place.espi, place.items)]


def _at(at: str) -> Iterator[str]:
    *folders, name = at.split("/")
    if {"", ".", ".."} & {*folders, name}:
        yield "at is the path of a document inside the folder, without . and .."
    if (
        KEY_PLACEHOLDER in "/".join(folders)
        or at.count(KEY_PLACEHOLDER) > 1
        or "{" in at.replace(KEY_PLACEHOLDER, "")
    ):
        yield "at may hold {key} once, in the document's name, and no other braces"

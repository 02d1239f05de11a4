"""Where a folder holds the documents of a lookup."""

from collections.abc import Iterator

import msgspec

from gateway.sources.base.place import KEY_PLACEHOLDER, AtLeastOne, SourcePlace
from gateway.sources.greenbutton.format import Espi, espi_diagnostics


class FilePlace(SourcePlace, frozen=True, kw_only=True):
    """The documents of one lookup, and their rows.

    at: path of the document inside the folder. `{key}` in its name means one document for each key. The key
        is quoted as in a URL: `a%2Fb.xml` for a/b.
    espi: how the Green Button documents are read.
    items: readings or summaries.
    where: values that a row of this record has.
    max_rows: rows that one document may have; more are an error, and are never cut.
    """

    at: str
    espi: Espi
    items: str
    where: dict[str, str | int | bool] = msgspec.field(default_factory=dict)
    max_rows: AtLeastOne = 200_000

    @property
    def has_key_in_path(self) -> bool:
        return KEY_PLACEHOLDER in self.at

    def diagnostics(self) -> list[str]:
        return [*_path(self.at), *espi_diagnostics(self.espi, self.items)]


def _path(at: str) -> Iterator[str]:
    *folders, name = at.split("/")
    if {"", ".", ".."} & {*folders, name}:
        yield "at must be a path inside the folder, without . and .."
    if KEY_PLACEHOLDER in "/".join(folders) or at.count(KEY_PLACEHOLDER) > 1 or "{" in _without_key(at):
        yield "at may hold {key} once, in the name of the document, and no other braces"


def _without_key(at: str) -> str:
    return at.replace(KEY_PLACEHOLDER, "")

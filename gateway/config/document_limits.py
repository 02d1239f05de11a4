"""How much one document may ask for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """A document's most tokens; its most fields, and the deepest of them, once fragments are spread."""

    tokens: int = 10_000
    fields: int = 2_000
    depth: int = 20

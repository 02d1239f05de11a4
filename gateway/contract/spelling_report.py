"""What a source has seen of texts that searches cannot find."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from gateway.contract.batch import Lookup


@runtime_checkable
class SpellingReport(Protocol):
    """A source that looks at the columns of its searches.

    misspelled: searches whose column has texts that their keys cannot find, with a sentence; it grows while the
        source is used
    """

    misspelled: Mapping[Lookup, str]

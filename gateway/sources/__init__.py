"""The technologies: how rows are got, no business word in sight. One line per kind."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from gateway.sources.base import Source
from gateway.sources.memory import MemoryPlace, MemorySettings, open_memory


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of source accepts in the catalog, and how one is opened."""

    settings: type
    place: type
    open: Callable[[str, Any], AbstractAsyncContextManager[Source]]
    complaints: Callable[[Any], list[str]] = lambda _place: []


KINDS: Mapping[str, Kind] = {
    "memory": Kind(MemorySettings, MemoryPlace, open_memory),
}

"""Rows in memory, with a source and a lookup."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from gateway.contract.batch import Lookup, Row, Source, TimeField
from gateway.contract.times import TimeFormat
from gateway.sources.memory import MemoryPlace, MemorySettings, open_memory

Opened = AbstractAsyncContextManager[tuple[Source, Lookup]]


@asynccontextmanager
async def memory(rows: Sequence[Row]) -> AsyncIterator[tuple[Source, Lookup]]:
    """A table of notes."""
    async with open_memory("memory", MemorySettings(tables={"notes": rows})) as source:
        yield (
            source,
            Lookup(
                record="Note",
                by="owner",
                source="memory",
                place=MemoryPlace("notes"),
                key=("owner",),
                id=("id",),
                time=TimeField(("at",), TimeFormat("iso")),
                columns=("id", "owner", "at", "note"),
            ),
        )


HARNESSES: Mapping[str, Callable[[Sequence[Row]], Opened]] = {"memory": memory}

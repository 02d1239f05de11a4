"""`gateway check --connect`: every source is asked one small question, and what came is read."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.catalog.model import Catalog, Entry
from gateway.contract.batch import ALL, Lookup, Row, Source, dig
from gateway.contract.windows import stamp, text_key
from gateway.errors import SourceError
from gateway.mapping.converters import Misfit
from gateway.runtime import opened


@dataclass(frozen=True, slots=True)
class Asked:
    """How one lookup fared: rows seen, milliseconds, and what did not fit."""

    source: str
    lookup: str
    rows: int
    milliseconds: float
    complaint: str = ""

    @property
    def fits(self) -> bool:
        """Whether it answered, and as the catalog says."""
        return not self.complaint


async def connect(catalog: Catalog) -> list[Asked]:
    """Ask every lookup once, the sources side by side, the lookups of one source one after another."""
    async with opened(catalog) as sources:
        by_source: dict[str, list[Entry]] = {name: [] for name in sources}
        for entry in catalog.entries.values():
            by_source[entry.lookup.source].append(entry)
        lists = await asyncio.gather(*(_all(sources[name], held) for name, held in by_source.items()))
    return [each for one in lists for each in one]


async def _all(source: Source, entries: Sequence[Entry]) -> list[Asked]:
    return [await _one(source, entry) for entry in entries]


async def _one(source: Source, entry: Entry) -> Asked:
    began = time.perf_counter()
    rows, complaint = 0, ""
    try:
        for row in await source.probe(entry.lookup):
            entry.reading.read(row)
            _place(entry.lookup, row)
            rows += 1
    except SourceError as error:
        complaint = f"{error} {error.reason}".strip()
    except Misfit as error:
        complaint = str(error)
    except ValueError as error:
        complaint = f"{entry.lookup.name}: {error}"
    took = (time.perf_counter() - began) * 1000
    return Asked(source.name, entry.lookup.name, rows, took, complaint)


def _place(lookup: Lookup, row: Row) -> None:
    """ValueError when the row does not say whose it is, or when it happened, where the lookup needs that."""
    if lookup.key is not None and text_key(dig(row, lookup.key)) is None:
        raise ValueError(f"no {'.'.join(lookup.key)}, the key it is asked by")
    if lookup.time is not None:
        stamp(lookup, row, ALL)


def table(asked: Sequence[Asked]) -> str:
    """Who answered, how fast, and what did not fit, for people."""
    head = ("source", "lookup", "rows", "ms", "")
    lines = [
        head,
        *((a.source, a.lookup, str(a.rows), f"{a.milliseconds:.1f}", a.complaint or "ok") for a in asked),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]).rstrip()
        for line in lines
    )

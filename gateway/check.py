"""`gateway check --connect`: every source is asked one small question, and what came is read."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.catalog.model import Catalog, LookupEntry
from gateway.contract.batch import ALL_ROWS, Lookup, Row, Source, value_at
from gateway.contract.windows import sort_key, text_key
from gateway.errors import SourceError
from gateway.mapping.converters import MappingError
from gateway.runtime import open_sources


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """How one lookup fared: rows seen, milliseconds, and what did not fit."""

    source: str
    lookup: str
    rows: int
    milliseconds: float
    complaint: str = ""

    @property
    def ok(self) -> bool:
        """Whether it answered, and as the catalog says."""
        return not self.complaint


async def probe_sources(catalog: Catalog) -> list[ProbeResult]:
    """Ask every lookup once, the sources side by side, the lookups of one source one after another."""
    async with open_sources(catalog) as sources:
        by_source: dict[str, list[LookupEntry]] = {name: [] for name in sources}
        for entry in catalog.entries.values():
            by_source[entry.lookup.source].append(entry)
        lists = await asyncio.gather(*(_all(sources[name], held) for name, held in by_source.items()))
    return [each for one in lists for each in one]


async def _all(source: Source, entries: Sequence[LookupEntry]) -> list[ProbeResult]:
    return [await _one(source, entry) for entry in entries]


async def _one(source: Source, entry: LookupEntry) -> ProbeResult:
    began = time.perf_counter()
    rows, complaint = 0, ""
    try:
        for row in await source.probe(entry.lookup):
            entry.mapper.read(row)
            _place(entry.lookup, row)
            rows += 1
    except SourceError as error:
        complaint = f"{error} {error.reason}".strip()
    except MappingError as error:
        complaint = str(error)
    except ValueError as error:
        complaint = f"{entry.lookup.name}: {error}"
    took = (time.perf_counter() - began) * 1000
    return ProbeResult(source.name, entry.lookup.name, rows, took, complaint)


def _place(lookup: Lookup, row: Row) -> None:
    """ValueError when the row does not say whose it is, or when it happened, where the lookup needs that."""
    if lookup.key is not None and text_key(value_at(row, lookup.key)) is None:
        raise ValueError(f"no {'.'.join(lookup.key)}, the key it is asked by")
    if lookup.time is not None:
        sort_key(lookup, row, ALL_ROWS)


def format_results(asked: Sequence[ProbeResult]) -> str:
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

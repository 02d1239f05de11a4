"""`gateway check --connect`: probe every lookup and map the rows that come."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.catalog.model import Catalog, LookupEntry
from gateway.contract.batch import ALL_ROWS, Lookup, Row, Source
from gateway.contract.paths import value_at
from gateway.contract.windows import sort_key, text_key
from gateway.errors import SourceError
from gateway.runtime import open_sources
from gateway.telemetry.field_presence import missing_paths


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The probe of one lookup; `rows` counts the valid rows."""

    source: str
    lookup: str
    rows: int
    milliseconds: float
    error: str = ""

    @property
    def verdict(self) -> str:
        return self.error or ("ok" if self.rows else "no rows seen: fields not checked")


async def probe_sources(catalog: Catalog) -> list[ProbeResult]:
    """Probe every lookup once: all sources at the same time, the lookups of one source in turn."""
    async with open_sources(catalog) as sources:
        probes = (_probe_all(source, catalog.entries_of(name)) for name, source in sources.items())
        return [result for results in await asyncio.gather(*probes) for result in results]


async def _probe_all(source: Source, entries: Sequence[LookupEntry]) -> list[ProbeResult]:
    return [await _probe(source, entry) for entry in entries]


async def _probe(source: Source, entry: LookupEntry) -> ProbeResult:
    start = time.perf_counter()
    rows, faults = 0, list[str]()
    try:
        probed = await source.probe(entry.lookup)
    except SourceError as error:
        faults.append(f"{error} {error.reason}".strip())
    else:
        for row in probed:
            of_row = entry.mapper.faults(row) or list(_row_faults(entry.lookup, row))
            rows += not of_row
            faults += of_row
        if missing := missing_paths(entry.lookup, probed):
            faults.append(f"{entry.lookup.name}: its rows have no {', '.join(missing)}")
    milliseconds = (time.perf_counter() - start) * 1000
    return ProbeResult(source.name, entry.lookup.name, rows, milliseconds, "; ".join(dict.fromkeys(faults)))


def _row_faults(lookup: Lookup, row: Row) -> Iterator[str]:
    """What is wrong with the key and the time that the lookup needs."""
    if lookup.key is not None and text_key(value_at(row, lookup.key)) is None:
        yield f"{lookup.name}: a row has no {'.'.join(lookup.key)}, which must repeat the key"
    if lookup.time is not None:
        try:
            sort_key(lookup, row, ALL_ROWS)
        except ValueError as error:
            yield f"{lookup.name}: {error}"


def format_results(results: Sequence[ProbeResult]) -> str:
    """A table for people: one line for each lookup, with its verdict."""
    lines = [("source", "lookup", "rows", "ms", "")]
    lines += [(each.source, each.lookup, str(each.rows), f"{each.milliseconds:.1f}", each.verdict) for each in results]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]).rstrip()
        for line in lines
    )

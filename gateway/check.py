"""`gateway check --connect`: probe every lookup and map the rows that come."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.catalog.model import Catalog, LookupEntry
from gateway.contract.batch import ALL_ROWS, Lookup, Row, Source
from gateway.contract.paths import value_at
from gateway.contract.windows import sort_key, text_key
from gateway.errors import SourceError
from gateway.mapping.converters import MappingError
from gateway.runtime import open_sources
from gateway.telemetry.field_presence import missing_paths


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The probe of one lookup; `rows` counts the valid rows before any error."""

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
    rows, message = 0, ""
    try:
        probed = await source.probe(entry.lookup)
        for row in probed:
            entry.mapper.read(row)
            _check_row(entry.lookup, row)
            rows += 1
        if missing := missing_paths(entry.lookup, probed):
            message = f"{entry.lookup.name}: its rows have no {', '.join(missing)}"
    except SourceError as error:
        message = f"{error} {error.reason}".strip()
    except MappingError as error:
        message = str(error)
    except ValueError as error:
        message = f"{entry.lookup.name}: {error}"
    milliseconds = (time.perf_counter() - start) * 1000
    return ProbeResult(source.name, entry.lookup.name, rows, milliseconds, message)


def _check_row(lookup: Lookup, row: Row) -> None:
    """Raises ValueError for a row without the key or the time that the lookup needs."""
    if lookup.key is not None and text_key(value_at(row, lookup.key)) is None:
        raise ValueError(f"a row has no {'.'.join(lookup.key)}, which must repeat the key")
    if lookup.time is not None:
        sort_key(lookup, row, ALL_ROWS)


def format_results(results: Sequence[ProbeResult]) -> str:
    """A table for people: one line for each lookup, with its verdict."""
    lines = [("source", "lookup", "rows", "ms", "")]
    lines += [(each.source, each.lookup, str(each.rows), f"{each.milliseconds:.1f}", each.verdict) for each in results]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]).rstrip()
        for line in lines
    )

"""A utility in memory: every record of the schema, rows shaped as records, every batch recorded."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import is_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from gateway.access.caller import LOCAL, Caller
from gateway.catalog.loader import parse_catalog
from gateway.catalog.model import Catalog
from gateway.config.limits import Limits
from gateway.config.query_rules import QueryRules
from gateway.config.settings import Config
from gateway.contract.batch import Answers, Batch, Fetch, RequestOptions
from gateway.contract.record import split_optional, stored_fields
from gateway.errors import SourceError
from gateway.execution.engine import Engine, OperationResult
from gateway.resolvers.records import INDIRECT_LOOKUPS, RECORDS, RELATIONS, SEARCH_LOOKUPS
from gateway.runtime import open_runtime
from gateway.sources.memory import MemorySettings

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 15, 12, tzinfo=NEW_YORK)
DEFAULT_LIMITS = Limits()
Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Held = dict[str, list[dict[str, Any]]]
KINDS: Mapping[str, Any] = RECORDS


def spec(hint: Any, path: str) -> Any:
    """The catalog's spec of a field, for rows with the shape of records."""
    inner, _ = split_optional(hint)
    if get_origin(inner) is list:
        item = get_args(inner)[0]
        nested = is_dataclass(item)
        return {"items": path, "fields": _fields(item)} if nested else {"path": path}
    if not is_dataclass(inner):
        return path
    return path if hasattr(inner, "MAIN") else _fields(inner, path + ".")


def _fields(kind: Any, before: str = "") -> dict[str, Any]:
    return {n: spec(h, before + n) for n, h in stored_fields(kind).items() if n != "currency" or not before}


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    return f'"{value}"'


def ways(record: str) -> list[str]:
    """Every key by which the schema looks this record up."""
    return sorted({by for each in RELATIONS if each.record == record for by in each.by})


def catalog_text(leave_out: Sequence[str] = (), lookups: Callable[[str, str], bool] | None = None) -> str:
    """A catalog with one memory source for each system of the schema, under the system's name.

    leave_out: names of systems and records to leave out.
    """
    lines: list[str] = []
    systems = {cls.SYSTEM.name: None for cls in KINDS.values()}
    for system in systems:
        if system not in leave_out:
            lines += [f"[sources.{system}]", 'kind = "memory"', 'currency = "USD"', "breaker = false", "retry = false"]
    for name, cls in KINDS.items():
        if cls.SYSTEM.name in leave_out or name in leave_out:
            continue
        lines += [f"[records.{name}]", f'source = "{cls.SYSTEM.name}"', f'at = "{name}"']
        lines += [f"fields.{field} = {_toml(each)}" for field, each in _fields(cls).items()]
        for by in ways(name):
            if lookups is None or lookups(name, by):
                key = f'key = "search_{by}"' if (name, by) in (*SEARCH_LOOKUPS, *INDIRECT_LOOKUPS) else ""
                lines.append(f"by.{by} = {{ {key} }}")
    return "\n".join(lines)


class Gate:
    """Wraps every fetch: records batches, fails what is `down`, and counts rounds.

    A round is all batches that are sent before any of them is answered. Answers are held back until the
    event loop has nothing else to do, so that rounds do not depend on speed. `down` maps the name of a
    source, a lookup (`Bill by account_id`), its counts (`Bill by account_id (count)`) or a key to an error.
    """

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.rounds: list[list[Batch]] = []
        self.down: dict[str, Callable[[str], SourceError]] = {}
        self._held: list[tuple[Batch, asyncio.Future[None]]] = []

    def wrap(self, name: str, fetch: Fetch) -> Fetch:
        """Wrap a fetch in this gate."""

        async def through(batch: Batch) -> Answers:
            self.batches.append(batch)
            await self._round(batch)
            error = self.down.get(name) or self.down.get(batch.lookup.name)
            if batch.window.count:
                error = error or self.down.get(f"{batch.lookup.name} (count)")
            if error is not None:
                return {key: error(name) for key in batch.keys}
            dead = {key: self.down[key](name) for key in batch.keys if key in self.down}
            return {**await fetch(batch), **dead}

        return through

    async def _round(self, batch: Batch) -> None:
        open_ = asyncio.get_running_loop().create_future()
        self._held.append((batch, open_))
        if len(self._held) == 1:
            asyncio.get_running_loop().call_soon(self._release, 50)
        await open_

    def _release(self, passes: int) -> None:
        if passes:
            asyncio.get_running_loop().call_soon(self._release, passes - 1)
            return
        held, self._held = self._held, []
        self.rounds.append([batch for batch, _ in held])
        for _, open_ in held:
            if not open_.done():
                open_.set_result(None)

    def batch_names(self) -> list[str]:
        """The batches by name, sorted: `Bill by account_id x 2` for two keys."""
        return sorted(f"{batch.lookup.name} x {len(batch.keys)}" for batch in self.batches)

    def clear(self) -> None:
        self.batches.clear()
        self.rounds.clear()


class Harness:
    """An engine over tables in memory."""

    def __init__(self, engine: Engine, gate: Gate, held: Held, caller: Caller = LOCAL) -> None:
        self.engine, self.gate, self.held, self.caller = engine, gate, held, caller

    def asked_by(self, caller: Caller) -> "Harness":
        """The same gateway, asked by this caller."""
        return Harness(self.engine, self.gate, self.held, caller)

    def fill(self, tables: Tables) -> None:
        """Replace all tables; no source is down any more."""
        self.held.clear()
        self.held.update({name: [dict(row) for row in rows] for name, rows in tables.items()})
        self.gate.down = {}
        self.engine.finder.source_health.last_status.clear()

    async def ask(self, query: str, operation: str | None = None, **variables: Any) -> Any:
        """Execute a query; return the data of a result without errors."""
        result = await self.answer(query, operation, **variables)
        assert not result.errors, result.errors
        return result.data

    async def answer(self, query: str, operation: str | None = None, **variables: Any) -> OperationResult:
        """Execute a query; return the result with its errors."""
        self.gate.clear()
        return await self.engine.execute(query, variables, operation, RequestOptions(caller=self.caller))


def filled(text: str, held: Held) -> Catalog:
    """The catalog, with these tables in its memory sources."""
    catalog = parse_catalog(text, {}, RECORDS, RELATIONS)
    settings = MemorySettings(tables=held)
    memory = {name: replace(each, settings=settings) for name, each in catalog.sources.items() if each.kind == "memory"}
    return replace(catalog, sources={**catalog.sources, **memory})


@asynccontextmanager
async def harness(
    tables: Tables,
    *,
    text: str | None = None,
    rules: QueryRules | None = None,
    now: datetime = NOW,
    limits: Limits = DEFAULT_LIMITS,
) -> AsyncIterator[Harness]:
    """A gateway over these tables; by default at noon of 15 November 2026 in New York."""
    config = Config(catalog=Path("memory"), zone=NEW_YORK, rules=rules or QueryRules(), now=now, limits=limits)
    gate = Gate()
    held = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    async with open_runtime(config, filled(text or catalog_text(), held), gate.wrap) as runtime:
        yield Harness(runtime.engine, gate, held)

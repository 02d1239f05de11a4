"""The REST lookups of the demo's catalog, opened on a finished demo, and that demo's documents."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, is_dataclass
from typing import Any, get_args, get_origin

from gateway.catalog.loader import read_catalog_file
from gateway.catalog.model import Catalog, LookupEntry
from gateway.contract.batch import ALL_ROWS, Batch, Row, Source, Window
from gateway.contract.record import split_optional, stored_fields
from gateway.errors import SourceError
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.sources.kinds import KINDS
from gateway_demo.launch.launcher import CATALOG
from gateway_demo.launch.serve_systems import systems_app
from gateway_demo.systems.auth import Credentials
from support.demo.demo_folders import DemoFolder
from support.servers import live

Lookup = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Raw:
    """The source of a lookup's rows: a store, and a statement that selects keys with record ids."""

    store: str
    pairs: str

    def ids(self, demo: DemoFolder) -> dict[str, list[str]]:
        """The ids of the records of each key."""
        ids: dict[str, list[str]] = {}
        for key, name in demo.ask(self.store, self.pairs):
            ids.setdefault(key, []).append(name)
        return {key: sorted(names) for key, names in ids.items()}


def by_column(store: str, kind: str, column: str, where: str = "1") -> Raw:
    """A lookup by a column of the kind's own table."""
    return Raw(
        store,
        f'SELECT {column}, id FROM "{kind}" WHERE {column} IS NOT NULL AND {where}',  # noqa: S608 - our own names
    )


def searched(field: str, upto: str) -> Raw:
    """A search by every stored term, as a prefix or exactly."""
    return Raw(
        "crm",
        "SELECT DISTINCT a.term, b.customer_id FROM search_term a JOIN search_term b"  # noqa: S608 - our own names
        f" ON b.field = a.field AND b.term >= a.term AND b.term < a.term || {upto}"
        f" WHERE a.field = '{field}'",
    )


def documents(demo: DemoFolder, store: str, kind: str) -> dict[str, tuple[int | None, dict[str, Any]]]:
    """All documents of a kind by id, each with its epoch second."""
    rows = demo.ask(store, f'SELECT * FROM "{kind}"')  # noqa: S608 - our own names
    return {row["id"]: (row["at"] if "at" in row.keys() else None, json.loads(row["body"])) for row in rows}  # noqa: SIM118 - a sqlite3.Row


@dataclass(frozen=True, slots=True)
class Opened:
    """The catalog and its opened sources."""

    catalog: Catalog
    sources: Mapping[str, Source]

    def entry(self, lookup: Lookup) -> LookupEntry:
        """The catalog's entry of a lookup."""
        return self.catalog.entries[lookup]

    async def rows(self, lookup: Lookup, keys: Iterable[str], window: Window = ALL_ROWS) -> dict[str, tuple[Row, ...]]:
        """The rows of each key that has any; raises failures."""
        entry = self.entry(lookup)
        batch = Batch(entry.lookup, tuple(keys), window)
        answers = await self.sources[entry.lookup.source].fetch(batch)
        rows_by_key: dict[str, tuple[Row, ...]] = {}
        for key, answer in answers.items():
            if isinstance(answer, SourceError):
                raise answer
            rows_by_key[key] = answer.rows
        return rows_by_key

    async def records(self, lookup: Lookup, keys: Iterable[str]) -> list[Any]:
        """The records of these keys; raises mapping errors."""
        read: Callable[[Row], Any] = self.entry(lookup).mapper.read
        return [read(row) for rows in (await self.rows(lookup, keys)).values() for row in rows]


DATABASES = ("CIS", "BILLING", "PAYMENTS", "COLLECTIONS", "USAGE")


def rest_half(environment: Mapping[str, str]) -> Catalog:
    """The catalog without its databases."""
    elsewhere = {f"DEMO_{name}_{what}": "sqlite:///none" for name in DATABASES for what in ("DSN", "SCHEMA")}
    whole = read_catalog_file(CATALOG, {**elsewhere, **environment}, RECORDS, RELATIONS)
    sources = {name: entry for name, entry in whole.sources.items() if entry.kind == "rest"}
    entries = {key: entry for key, entry in whole.entries.items() if entry.lookup.source in sources}
    return Catalog(sources, entries, whole.links)


@asynccontextmanager
async def opened(demo: DemoFolder) -> AsyncIterator[Opened]:
    """The demo's REST systems on a real socket, and the catalog's sources connected to them."""
    secrets = Credentials()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(live(systems_app(demo.folder, secrets)))
        environment = {
            **secrets.environment(),
            "DEMO_SYSTEMS_URL": address,
            "DEMO_INTERACTIONS_TOKEN_URL": f"{address}/interactions/oauth/token",
        }
        catalog = rest_half(environment)
        sources = {
            name: await stack.enter_async_context(KINDS[each.kind].open(name, each.settings))
            for name, each in catalog.sources.items()
        }
        yield Opened(catalog, sources)


def never_filled(name: str, hint: Any, values: Iterable[Any]) -> set[str]:
    """The fields below `name` that none of these values fills."""
    kind, _ = split_optional(hint)
    present = [value for value in values if value is not None]
    if get_origin(kind) is list:
        kind, present = get_args(kind)[0], [item for value in present for item in value]
    if not present:
        return {name}
    if not is_dataclass(kind):
        return set()
    return {
        unfilled
        for field, inner in stored_fields(kind).items()  # type: ignore[arg-type]  # a class, as is_dataclass said
        for unfilled in never_filled(f"{name}.{field}", inner, [getattr(v, field) for v in present])
    }

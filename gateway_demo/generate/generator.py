"""Generates the demo's stores, customer by customer; the data depends on the seed alone."""

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

from sqlalchemy import MetaData

from gateway_demo.generate.customer_rows import customer_rows, shared_rows
from gateway_demo.plan.rows import Rows
from gateway_demo.stores.backends import PostgresStore, SqliteStore, Store
from gateway_demo.stores.schemas import DATABASES, SERVICES

CHUNK = 20
DEFAULT_CUSTOMERS = 1000
DEFAULT_SEED = 360


def _silent(_done: int, _all: int) -> None:
    """Report nothing."""


def generate(
    folder: Path,
    *,
    customers: int = DEFAULT_CUSTOMERS,
    seed: int = DEFAULT_SEED,
    database: str | None = None,
    progress: Callable[[int, int], None] = _silent,
) -> None:
    """Generate the systems' stores into the folder, and into the PostgreSQL database if one is given.

    Blocking: call it with asyncio.to_thread where an event loop runs. Memory holds one chunk of customers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stores = {
            name: stack.enter_context(closing(_store(folder, database, name, meta)))
            for name, meta in {**SERVICES, **DATABASES}.items()
        }
        _write(shared_rows(seed), stores)
        _write_customers(customers, seed, stores, progress)
        for store in stores.values():
            store.finish()


def _write_customers(
    customers: int, seed: int, stores: Mapping[str, Store], progress: Callable[[int, int], None]
) -> None:
    rows = Rows()
    for n in range(1, customers + 1):
        customer_rows(n, seed, rows)
        if n % CHUNK == 0 or n == customers:
            _write(rows, stores)
            rows = Rows()
            progress(n, customers)


def _store(folder: Path, database: str | None, name: str, meta: MetaData) -> Store:
    if database is None or name in SERVICES:
        return SqliteStore(folder / f"{name}.db", meta)
    return PostgresStore(database, name, meta)


def _write(rows: Rows, stores: Mapping[str, Store]) -> None:
    systems = {**DATABASES, **SERVICES}
    for name, meta in systems.items():
        for table in meta.tables.values():
            if table in rows.by_table:
                stores[name].write(table, rows.by_table[table])
        stores[name].commit()


def main() -> None:
    """`python -m gateway_demo.generate.generator folder [customers] [seed] [database]`."""
    folder, *rest = sys.argv[1:]
    numbers = [int(number) for number in rest[:2]]
    customers, seed = (*numbers, *(DEFAULT_CUSTOMERS, DEFAULT_SEED)[len(numbers) :])
    database = rest[2] if rest[2:] else None
    generate(Path(folder), customers=customers, seed=seed, database=database)


if __name__ == "__main__":
    main()

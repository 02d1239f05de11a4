"""Stores of the gateway for tests: an empty SQLite file, or an empty schema of PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from gateway.access.caller import Scope
from gateway.store.keys import ApiKey, issued
from support.sources.databases import Place, postgres, sqlite

KINDS = ("sqlite", "postgresql")
CREATED = datetime(2026, 11, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def store_place(kind: str) -> AsyncIterator[tuple[str, Place]]:
    """The value of GATEWAY_STORE for an empty database, and that database."""
    async with (sqlite if kind == "sqlite" else postgres)() as place:
        yield (place.url if place.schema is None else f"{place.url}?search_path={place.schema}"), place


def new_key(*scopes: Scope, **words: Any) -> tuple[str, ApiKey]:
    """A key as its owner has it, and as the store has it."""
    return issued("Acme", frozenset(scopes or {Scope.CUSTOMER_READ, Scope.BILLING_READ}), CREATED, **words)

"""What a caller with bounds may see: the keys of its accounts, and of all that belongs to them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.access.bounds import Bounds
from gateway.access.ties import Tie, tie_of_key
from gateway.contract.batch import ALL_ROWS
from gateway.contract.paths import Key
from gateway.errors import SourceError
from gateway.loading.loader import Loader
from gateway.resolvers.account.core import AccountReference
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.graph.record import Record
from gateway.resolvers.records import RECORDS


@dataclass(frozen=True, slots=True)
class Loaded:
    """Records that were loaded, and why there may be more."""

    records: Sequence[Any] = ()
    failure: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys in reach, and why there may be more."""

    keys: frozenset[Key] = frozenset()
    failure: SourceError | None = None


Part = Callable[["Reach"], Awaitable[Any]]


@dataclass(slots=True)
class Reach:
    """Made for one request. Loads nothing before a question needs it, and each part once.

    A part whose system is away makes an answer unknown, unless another part has the key.

    parts: the parts of the keys of each kind, those that cost least first.
    """

    loader: Loader
    bounds: Bounds
    parts: Mapping[Tie, Sequence[Part]]
    tasks: dict[Part, asyncio.Future[Any]] = field(default_factory=dict)

    async def holds(self, tie: Tie, key: Key) -> bool:
        failure: SourceError | None = None
        for part in self.parts[tie]:
            keys: Keys = await self.once(part)
            if key in keys.keys:
                return True
            failure = failure or keys.failure
        if failure is not None:
            raise failure
        return False

    async def prepare(self, ties: Iterable[Tie]) -> SourceError | None:
        keys = await asyncio.gather(*(self.once(part) for tie in ties for part in self.parts[tie]))
        return union(*keys).failure

    async def trimmed(self, record: Any) -> Any:
        """The record. The number of a customer's accounts counts those in reach."""
        if not isinstance(record, AccountReference) or record.customer_accounts is None:
            return record
        loaded: Loaded = await self.once(accounts)
        ids = {account.id for account in loaded.records if account.customer_id == record.customer_id}
        return replace(record, customer_accounts=len(ids | {record.account_id}))

    def close(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        self.tasks.clear()

    def once(self, part: Part) -> asyncio.Future[Any]:
        """The value of a part; the first call starts to load it."""
        if part not in self.tasks:
            self.tasks[part] = asyncio.ensure_future(part(self))
        return self.tasks[part]

    async def load(self, record: type[Record], by: str, keys: Iterable[Key]) -> Loaded:
        """The records of these keys, without bounds."""
        loads = (self.loader.load_all(record, by, key, ALL_ROWS) for key in sorted(keys))
        results = await asyncio.gather(*loads)
        self.loader.results.append((record, results))
        failures = (result.failure for result in results if result.failure is not None)
        return Loaded([item for result in results for item in result.listed], next(failures, None))

    def spelled(self, keys: Iterable[Key], tie: Tie) -> frozenset[Key]:
        """The keys, also as the sources spell them."""
        entries = self.loader.finder.catalog.entries.items()
        ties = ((tie_of_key(RECORDS[name].TIES, by), entry.lookup) for (name, by), entry in entries)
        lookups = [lookup for each, lookup in ties if each is tie and lookup.key_format is not None]
        keys = frozenset(keys)
        return keys.union(lookup.format_key(key) for lookup in lookups for key in keys)


async def accounts_of_named_customers(reach: Reach) -> Loaded:
    return await reach.load(BillingAccount, "customer_id", reach.bounds.customers)


async def accounts(reach: Reach) -> Loaded:
    """The accounts in reach."""
    named = reach.load(BillingAccount, "id", reach.bounds.accounts)
    return joined(await asyncio.gather(named, reach.once(accounts_of_named_customers)))


def keys_of(loaded: Loaded, of: Callable[[Any], Iterable[Key | None]]) -> Keys:
    keys = (key for record in loaded.records for key in of(record))
    return Keys(frozenset(key for key in keys if key is not None), loaded.failure)


def joined(loads: Sequence[Loaded]) -> Loaded:
    failures = (loaded.failure for loaded in loads if loaded.failure is not None)
    return Loaded([record for loaded in loads for record in loaded.records], next(failures, None))


def union(*parts: Keys) -> Keys:
    failures = (part.failure for part in parts if part.failure is not None)
    return Keys(frozenset().union(*(part.keys for part in parts)), next(failures, None))

"""API keys of partners: a table in memory, which follows that of the store.

It is read every two seconds, so that every process sees a new or a revoked key soon. A flood of unknown keys costs
no question to the store, and no memory.
"""

import asyncio
import hmac
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from gateway.access.caller import Caller
from gateway.authentication.credentials import Refused
from gateway.errors import StoreUnavailable
from gateway.store.database import StoreDatabase
from gateway.store.keys import FORM, PREFIX, ApiKey, KeyRow, KeyStore, digest_of, key_of

log = logging.getLogger("gateway")
READ_SECONDS: Final = 2.0  # between two reads
FRESH_SECONDS: Final = 15.0  # in which reads may fail before the table counts as old
_NO_DIGEST: Final = digest_of("")


def is_api_key(credential: str) -> bool:
    return credential.startswith(PREFIX)


@dataclass(slots=True)
class KeyTable:
    """The keys by their id. Lives as long as the application.

    read: the rows of the store. It raises StoreUnavailable.
    max_stale: seconds that keys serve while the store cannot be read.
    now: a clock in seconds, of no known start.
    utc: the time of day, by which keys expire.
    """

    read: Callable[[], Awaitable[Sequence[KeyRow]]]
    max_stale: float
    now: Callable[[], float] = time.monotonic
    utc: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _keys: dict[str, tuple[KeyRow, ApiKey | None]] = field(default_factory=dict)  # None for an unreadable row
    _read_at: float | None = None
    _failure: str | None = None  # why the last read failed

    def caller(self, credential: str) -> Caller:
        """The caller of a key. Raises Refused, or StoreUnavailable where the table is too old to tell."""
        form = FORM.fullmatch(credential)
        if form is None:
            raise Refused("a key that is not of the gateway's form")
        key_id, secret = form.groups()
        _, key = self._keys.get(key_id, (None, None))
        # An unknown key takes as long as a known one.
        is_right = hmac.compare_digest(digest_of(secret), _NO_DIGEST if key is None else key.digest)
        self._check_age(key)
        if key is None:
            raise Refused(f"the key {key_id} is unknown")
        if not is_right:
            raise Refused(f"the key {key_id} has another secret")
        if (status := key.status(self.utc())) != "active":
            raise Refused(f"the key {key_id} is {status}")
        return key.caller

    async def refresh(self) -> None:
        """Read the table. If that fails, the known keys stay."""
        try:
            rows = await self.read()
        except StoreUnavailable as error:
            self._report(error.reason)
            return
        self._report(None)
        self._keys = {row[0]: self._entry(row) for row in rows}
        self._read_at = self.now()

    async def follow(self) -> None:
        """Read the table again and again."""
        while True:
            await asyncio.sleep(READ_SECONDS)
            await self.refresh()

    def _entry(self, row: KeyRow) -> tuple[KeyRow, ApiKey | None]:
        """The key of a row. Most rows are those of the last read, and need not be read again."""
        entry = self._keys.get(row[0])
        if entry is not None and entry[0] == row:
            return entry
        try:
            return row, key_of(row)
        except (ValueError, TypeError) as error:  # an unreadable key costs itself
            log.warning("the key %s cannot be read: %s", row[0], error)
            return row, None

    @property
    def age(self) -> float:
        """Seconds since the keys were read."""
        return math.inf if self._read_at is None else self.now() - self._read_at

    def _check_age(self, key: ApiKey | None) -> None:
        """Raises StoreUnavailable for a key that the store may have by now, or may have no longer."""
        if (age := self.age) > FRESH_SECONDS + (0 if key is None else self.max_stale):
            raise StoreUnavailable("the keys were never read" if age == math.inf else f"the keys are {age:.0f} s old")

    def _report(self, failure: str | None) -> None:
        """Log when reads begin to fail, and when they work again."""
        if failure != self._failure:
            log.warning("keys of the store: %s", failure or "they can be read again")
        self._failure = failure


@asynccontextmanager
async def open_key_table(store: StoreDatabase, max_stale: float) -> AsyncIterator[KeyTable]:
    table = KeyTable(KeyStore(store).rows, max_stale)
    await table.refresh()
    following = asyncio.get_running_loop().create_task(table.follow())
    try:
        yield table
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

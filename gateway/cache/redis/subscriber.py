"""What other gateways have dropped, told by Redis as soon as it happens."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.cache.redis.guard import FAULTS
from gateway.cache.redis.keys import Names
from gateway.cache.redis.scripts import HELLO

log = logging.getLogger("gateway")
CONNECTING = 5.0  # seconds
IDLE = 1.0  # seconds without a word, then Redis is asked whether it is there; as many more, and it is not
PAUSE = 0.5  # seconds before it is tried again


def message(tags: Sequence[str]) -> bytes:
    """How it is told that these were dropped."""
    return msgspec.msgpack.encode([tag.encode("utf-8", "surrogatepass") for tag in tags])


@dataclass(slots=True)
class Subscriber:
    """Lives as long as the store. `last` is the number of the last drop heard of.

    Whenever it begins to listen, something may have been dropped that it has not heard of: `missed` is
    called, and only then is it `listening`. `leisure` is called when nothing has happened for a while.
    """

    client: Any
    names: Names
    heard: Callable[[Sequence[str]], None]
    missed: Callable[[], None]
    leisure: Callable[[], Awaitable[object]]
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    last: int = 0
    failing: bool = False
    asked: bool = False

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001  # a bug too: without ears nothing is remembered
                self._lost(error)
            finally:
                self.listening.clear()
            await asyncio.sleep(PAUSE)

    async def _listen(self) -> None:
        ears = self.client.pubsub()
        try:
            async with asyncio.timeout(CONNECTING):
                await ears.subscribe(self.names.channel)
                await ears.get_message(timeout=None)  # that it is subscribed
                last = int(await self.client.execute_command("EVAL", HELLO, 0, self.names.prefix))
            self._begin(last)
            while True:
                await self._next(ears)
        finally:
            with suppress(Exception):
                await ears.aclose()

    def _begin(self, last: int) -> None:
        self.missed()
        self.last, self.asked = last, False
        self.listening.set()
        if self.failing:
            log.info("Redis: it tells again what is dropped")
        self.failing = False

    def _lost(self, error: Exception) -> None:
        if not self.failing:
            why, level = type(error).__name__, logging.WARNING if isinstance(error, FAULTS) else logging.ERROR
            log.log(level, "Redis: it does not tell what is dropped (%s); nothing more is put there", why)
        self.failing = True

    async def _next(self, ears: Any) -> None:
        told = await ears.get_message(timeout=IDLE)
        if told is None:
            if self.asked:
                raise TimeoutError
            await ears.ping()
            self.asked = True
            await self.leisure()
            return
        self.asked = False
        if told["type"] == "message":
            self._tell(told["data"])

    def _tell(self, told: bytes) -> None:
        number, _, body = told.partition(b" ")
        try:
            tags = [tag.decode("utf-8", "surrogatepass") for tag in _decoder.decode(body)] if body else None
            last = int(number)
        except ValueError:  # no word of ours
            tags, last = None, 0
        if tags is None:
            self.missed()
        else:
            self.heard(tags)
        self.last = max(self.last, last)


_decoder = msgspec.msgpack.Decoder(list[bytes])

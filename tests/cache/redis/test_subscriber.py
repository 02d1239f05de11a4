"""Whatever happens to who listens, it listens again, and says once that it did not."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing

import pytest
from support.cache.redis_servers import PATIENT, URL, Ears, corner

from gateway.cache.redis.client import redis_backend
from gateway.cache.redis.keys import Names
from gateway.cache.redis.store import RedisStore
from gateway.cache.redis.subscriber import Subscriber


class Clumsy(Ears):
    """One process that stumbles over the first word that it hears, and over nothing after it."""

    def __init__(self) -> None:
        super().__init__()
        self.stumbled = 0

    def heard(self, tags: Sequence[str]) -> None:
        """As a bug does it: no error of Redis, nor of the network."""
        if not self.stumbled:
            self.stumbled += 1
            raise ZeroDivisionError
        super().heard(tags)


async def test_a_bug_in_who_hears_does_not_end_the_hearing(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "gateway")
    async with corner() as (prefix, _):
        ears, store = Clumsy(), RedisStore(redis_backend(URL, PATIENT), Names(prefix), PATIENT)
        async with aclosing(store), store.told(ears.heard, ears.missed) as listener:
            await ears.hear("anything")
            await store.drop(["Bill#1"])
            await ears.hear("anything")  # it has begun anew: what it stumbled over counts as missed
            await listening(listener)
            await store.drop(["Bill#2"])
            await ears.hear("Bill#2")
    assert ears.stumbled == 1
    said = [(each.levelname, each.getMessage()) for each in caplog.records]
    lost = "Redis: it does not tell what is dropped (ZeroDivisionError); nothing more is put there"
    assert said == [("ERROR", lost), ("INFO", "Redis: it tells again what is dropped")]


async def listening(listener: Subscriber) -> None:
    """Until it listens."""
    await asyncio.wait_for(listener.listening.wait(), PATIENT)

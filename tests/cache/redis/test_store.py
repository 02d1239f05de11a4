"""Several gateways share one Redis: all see what one stores, and none shows what one has invalidated."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

import pytest
from aiocache.backends.redis import RedisBackend
from support.cache.redis_servers import (
    PATIENT,
    URL,
    StoreClient,
    bills,
    cache_key,
    redis_namespace,
    store_client,
    write,
)

from gateway.cache.redis.invalidation_log import MAX_LOGS
from gateway.cache.redis.keys import RedisKeys
from gateway.cache.redis.store import LOCK_MS, RedisStore, redis_backend

ADA, BEN = "4417-0000-0101", "Ben, 555-0100"
Calls = list[Sequence[str] | None]


@pytest.fixture
async def namespace() -> AsyncIterator[tuple[str, Any]]:
    """A prefix in the running Redis, and a plain client."""
    async with redis_namespace() as namespace:
        yield namespace


@pytest.fixture
async def two(namespace: tuple[str, Any]) -> AsyncIterator[tuple[StoreClient, StoreClient]]:
    """The stores of two gateways."""
    async with store_client(URL, namespace[0]) as one, store_client(URL, namespace[0]) as other:
        await one.rows(ADA)
        await other.rows(ADA)
        yield one, other


async def test_one_gateway_sees_what_another_stores(two: tuple[StoreClient, StoreClient]):
    one, other = two
    await one.put(ADA, 1, 2.5)
    assert await other.rows(ADA) == bills(1, 2.5)
    assert await other.rows(BEN) is None


@pytest.mark.parametrize("tag", ["Bill#1", "Bill.account_id", f"Bill.account_id={ADA}"])
async def test_what_one_gateway_invalidates_no_gateway_shows(two: tuple[StoreClient, StoreClient], tag: str):
    one, other = two
    await one.put(ADA, "1")
    await one.put(BEN, "2")
    await other.store.invalidate([tag, "Bill#\ud800", "Bill#404"])
    expected = None if tag == "Bill.account_id" else bills("2")
    for each in two:
        assert (await each.rows(ADA), await each.rows(BEN)) == (None, expected)
    await one.put(ADA, "1")
    assert await other.rows(ADA) == bills("1")


async def test_each_gateway_hears_of_invalidations_when_it_reads(two: tuple[StoreClient, StoreClient]):
    one, other = two
    calls: Calls = []
    one.store.invalidations.listeners.append(calls.append)
    await other.store.invalidate(["Bill#1", "Bill#\ud800"])
    await other.store.invalidate(["Bill#2"])
    await one.rows(ADA)
    await one.store.invalidate(["Bill#3"])
    await one.rows(ADA)
    assert calls == [["Bill#1", "Bill#\ud800"], ["Bill#2"], ["Bill#3"]]


async def test_a_gateway_that_missed_many_invalidations_supposes_any(two: tuple[StoreClient, StoreClient]):
    one, other = two
    calls: Calls = []
    one.store.invalidations.listeners.append(calls.append)
    await other.store.cache.increment(other.store.keys.sequence, MAX_LOGS + 1)
    await one.rows(ADA)
    assert calls == [None]


async def test_every_answer_of_a_tag_is_invalidated_however_many(two: tuple[StoreClient, StoreClient]):
    one, other = two
    numbers = [str(number) for number in range(1_201)]
    await one.store.put_many([write(each, each) for each in numbers], one.store.invalidations.latest)
    await other.store.invalidate([f"Bill#{each}" for each in numbers[:600]])
    stored = await one.store.get_many([cache_key(each) for each in numbers])
    assert [bool(each) for each in stored] == [False] * 600 + [True] * 601
    await other.store.invalidate(["Bill.account_id"])
    assert not any(await one.store.get_many([cache_key(each) for each in numbers]))


async def test_an_answer_asked_before_an_invalidation_elsewhere_is_not_stored(two: tuple[StoreClient, StoreClient]):
    one, other = two
    asked_at = one.store.invalidations.latest
    await other.store.invalidate(["Bill#1"])
    await one.put(ADA, "1", asked_at=asked_at)
    await one.put(BEN, "2", asked_at=asked_at)
    assert (await other.rows(ADA), await other.rows(BEN)) == (None, bills("2"))
    await one.put(ADA, "1")
    assert await other.rows(ADA) == bills("1")


async def test_an_answer_asked_before_everything_was_forgotten_is_not_stored(
    two: tuple[StoreClient, StoreClient], namespace: tuple[str, Any]
):
    one, other = two
    asked_at = one.store.invalidations.latest
    await namespace[1].unlink(f"{namespace[0]}:epoch")  # evicted, for example
    assert await other.rows(ADA) is None
    await one.put(ADA, "1", asked_at=asked_at)
    assert await other.rows(ADA) is None


async def test_answers_of_another_epoch_are_not_shown(two: tuple[StoreClient, StoreClient], namespace: tuple[str, Any]):
    one, other = two
    await one.put(ADA, "1")
    await namespace[1].unlink(f"{namespace[0]}:epoch")
    assert (await one.rows(ADA), await other.rows(ADA)) == (None, None)
    await other.put(BEN, "1")
    assert (await one.rows(ADA), await one.rows(BEN)) == (None, bills("1"))


async def test_an_invalidation_without_tags_may_concern_any_answer(two: tuple[StoreClient, StoreClient]):
    one, other = two
    asked_at = one.store.invalidations.latest
    await other.store.cache.increment(other.store.keys.sequence)
    await one.put(ADA, "1", asked_at=asked_at)
    assert await other.rows(ADA) is None


class Interrupted(RedisBackend):  # type: ignore[misc]  # aiocache has no types
    """A backend that lets something else happen before it writes."""

    before: Callable[[], Awaitable[None]] | None = None

    async def multi_set(self, *args: Any, **options: Any) -> Any:
        if self.before is not None:
            await self.before()
        return await super().multi_set(*args, **options)


async def test_an_invalidation_during_a_write_makes_the_answer_invalid(namespace: tuple[str, Any]):
    backend = redis_backend(URL, PATIENT)
    backend.__class__ = Interrupted
    store = RedisStore(backend, RedisKeys(namespace[0]), PATIENT)
    async with store_client(URL, namespace[0]) as other, aclosing(store):
        await store.get_many([cache_key(ADA)])
        backend.before = lambda: other.store.invalidate(["Bill#1"])
        await store.put_many([write(ADA, "1"), write(BEN, "2")], store.invalidations.latest)
        assert (await other.rows(ADA), await other.rows(BEN)) == (None, bills("2"))


async def test_all_but_two_names_expire_and_none_shows_keys(
    two: tuple[StoreClient, StoreClient], namespace: tuple[str, Any]
):
    prefix, client = namespace
    await two[0].put(BEN, "1")
    await two[0].store.acquire([cache_key(BEN)])
    await two[0].store.invalidate([f"Bill.account_id={ADA}"])
    names = {name async for name in client.scan_iter(f"{prefix}:*")}  # a scan may repeat a name
    endless = sorted([name for name in names if await client.pttl(name) < 0])
    assert endless == [f"{prefix}:epoch".encode(), f"{prefix}:sequence".encode()]
    assert len(names) == 6  # beside them: the value, its lock, a version and the log of the invalidation
    assert not any(word in name for name in names for word in (b"Ben", b"555-", b"4417-", b"Bill"))


async def test_versions_of_tags_outlive_every_answer(two: tuple[StoreClient, StoreClient], namespace: tuple[str, Any]):
    prefix, client = namespace
    await two[0].put(ADA, "1")
    await two[0].store.invalidate(["Bill#2"])
    (version,) = [name async for name in client.scan_iter(f"{prefix}:tag:*")]
    assert await client.pttl(version) > await client.pttl(RedisKeys(prefix).value(cache_key(ADA))) > 599_000


async def test_one_gateway_holds_a_fill_lock_and_others_do_not(
    two: tuple[StoreClient, StoreClient], namespace: tuple[str, Any]
):
    prefix, client = namespace
    one, other = two
    ada, ben = cache_key(ADA), cache_key(BEN)
    assert await one.store.acquire([ada]) == [True]
    assert await other.store.acquire([ada, ben]) == [False, True]
    assert await one.store.acquire([ada]) == [True]  # its own
    await other.store.release([ada])  # not its own
    assert await other.store.acquire([ada]) == [False]
    await one.store.release([ada])
    assert await other.store.acquire([ada]) == [True]
    expiries = [await client.pttl(name) async for name in client.scan_iter(f"{prefix}:*:lock")]
    assert all(0 < each <= LOCK_MS for each in expiries)


async def test_answers_too_large_or_not_serializable_are_not_stored(two: tuple[StoreClient, StoreClient]):
    one, _ = two
    await one.put(ADA, "x" * 2_000_000)
    await one.put(BEN, {1, 2})
    assert (await one.rows(ADA), await one.rows(BEN)) == (None, None)
    await one.put(ADA, *range(2_001))
    assert await one.rows(ADA) is None

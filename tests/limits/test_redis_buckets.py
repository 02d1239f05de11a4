"""Buckets in Redis: gateways share them, and without Redis callers have no limit."""

import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from support.cache.redis_servers import PATIENT, free_port, redis_namespace, store_client
from support.cache.redis_servers import URL as REDIS
from support.limited import limited
from support.telemetry.served import metric_samples

from gateway.limits.buckets import WINDOW
from gateway.limits.redis_buckets import RedisBuckets

CAPACITY = 600
FIND = '{ customer(customerNumber: "C1") { customerNumber } }'


@asynccontextmanager
async def gateway(prefix: str) -> AsyncIterator[RedisBuckets]:
    async with store_client(REDIS, prefix) as one, aclosing(RedisBuckets(one.store, PATIENT)) as buckets:
        yield buckets


async def granted(buckets: RedisBuckets, caller: str, points: int) -> bool:
    level = await buckets.take(caller, points, CAPACITY)
    assert level is not None
    return level.is_granted


async def test_two_gateways_share_the_bucket_of_a_caller() -> None:
    async with redis_namespace() as (prefix, _), gateway(prefix) as one, gateway(prefix) as other:
        assert await granted(one, "A", 400)
        assert not await granted(other, "A", 300)
        assert await granted(other, "B", CAPACITY)
        level = await other.correct("A", -400, CAPACITY)
        assert level is not None
        assert level.debt == 0
        assert await granted(one, "A", CAPACITY)
        assert not await granted(other, "A", CAPACITY)


async def test_a_bucket_expires_when_it_is_full() -> None:
    async with redis_namespace() as (prefix, client), gateway(prefix) as one:
        await granted(one, "c360_key", CAPACITY // 2)
        [name] = [name async for name in client.scan_iter(f"{prefix}:*")]
        assert 0 < await client.pttl(name) <= WINDOW * 500 + 1
        assert b"c360_key" not in name


@pytest.mark.parametrize("stored", ["garbage", "9" * 20, "-1"])
async def test_a_bucket_with_anything_else_costs_at_most_a_window(stored: str) -> None:
    async with redis_namespace() as (prefix, client), gateway(prefix) as one:
        await granted(one, "A", 1)
        [name] = [name async for name in client.scan_iter(f"{prefix}:*")]
        await client.set(name, stored)
        level = await one.take("A", 1, CAPACITY)
        assert level is not None
        assert level.debt <= WINDOW
        assert await client.pttl(name) <= WINDOW * 1_000 + 1


async def test_without_redis_callers_have_no_limit(caplog: pytest.LogCaptureFixture) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    async with limited(6, redis_url=url) as at:
        answers = [await at.ask(FIND) for _ in range(5)]
        assert [answer.status for answer in answers] == [200] * 5
        assert all("RateLimit" not in answer.headers for answer in answers)
        samples = await metric_samples(at.http)
        assert samples["gateway_rate_limit_unchecked_total",] == 5
    lines = [each.getMessage() for each in caplog.records if "rate limits" in each.getMessage()]
    assert len(lines) == 1
    assert lines[0].endswith("until they work, callers have no rate limit")
    assert caplog.records[0].levelno == logging.WARNING

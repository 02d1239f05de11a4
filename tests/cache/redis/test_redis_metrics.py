"""The metrics of Redis are what the gateway knows: reading them sends no command."""

from support.cache.redis_servers import StoreClient, server, store_client

from gateway.cache.redis.invalidation_log import MAX_PENDING
from gateway.server.instrumentation import Instrumentation
from gateway.server.monitoring import MetricsCollector

READS, WRITES, PENDING = ("redis_up", "reads"), ("redis_up", "writes"), ("redis_pending_invalidations",)


def samples(one: StoreClient) -> dict[tuple[str, ...], float]:
    """The metrics of Redis, by names and labels."""
    families = MetricsCollector(Instrumentation(store=one.store)).collect()
    values = [sample for each in families for sample in each.samples if "redis" in sample.name]
    return {(each.name.removeprefix("gateway_"), *each.labels.values()): each.value for each in values}


async def test_a_redis_that_works_is_up():
    async with server() as redis, store_client(redis.url, "c360") as one:
        await one.put("A1")
        assert samples(one) == {READS: 1, WRITES: 1, PENDING: 0}


async def test_a_read_only_redis_shows_writes_down_and_pending_invalidations():
    async with server() as redis, store_client(redis.url, "c360") as one:
        await one.put("A1")
        await redis.command("REPLICAOF", "127.0.0.1", "1")
        for number in range(3):
            await one.store.invalidate([f"Bill#{number}", "Bill"])
        assert samples(one) == {READS: 1, WRITES: 0, PENDING: 4}


async def test_a_redis_that_does_not_answer_is_down():
    async with store_client("redis://127.0.0.1:9/0", "c360") as one:
        assert samples(one) == {READS: 1, WRITES: 1, PENDING: 0}  # no command has failed yet
        for _ in range(3):
            assert await one.rows("A1") is None
        assert samples(one) == {READS: 0, WRITES: 1, PENDING: 0}
        for _ in range(3):
            await one.store.invalidate(["Bill"])
        assert samples(one) == {READS: 0, WRITES: 0, PENDING: 1}


async def test_more_pending_invalidations_than_are_counted_are_infinite():
    async with server() as redis, store_client(redis.url, "c360") as one:
        await one.put("A1")
        await redis.command("REPLICAOF", "127.0.0.1", "1")
        await one.store.invalidate([f"Bill#{number}" for number in range(MAX_PENDING + 1)])
        assert samples(one)[PENDING] == float("inf")
        await redis.command("REPLICAOF", "NO", "ONE")
        await one.rows("A1")
        assert samples(one)[PENDING] == 0

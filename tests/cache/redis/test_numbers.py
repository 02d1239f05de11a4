"""What a gateway knows of its Redis is among its numbers, and Redis is not asked for their sake."""

from support.cache.redis_servers import Process, listening, process, server

from gateway.cache.redis.pending_invalidations import MOST
from gateway.server.instrumentation import Instrumentation
from gateway.server.metrics import MetricsCollector

READING, WRITING, HEARING = WORKS = [("redis_works", part) for part in ("reading", "writing", "hearing")]
OWED = ("redis_drops_owed",)


def told(one: Process) -> dict[tuple[str, ...], float]:
    """The numbers of its Redis, by their names and labels."""
    families = MetricsCollector(Instrumentation(store=one.store)).collect()
    samples = [sample for each in families for sample in each.samples if "redis" in sample.name]
    return {(s.name.removeprefix("gateway_"), *s.labels.values()): s.value for s in samples}


async def test_a_redis_that_does_its_part_is_shown_so():
    async with server() as redis, listening(redis.url, "c360") as one:
        assert told(one) == {**dict.fromkeys(WORKS, 1), OWED: 0}


async def test_a_redis_that_is_read_only_is_shown_so():
    async with server() as redis, listening(redis.url, "c360") as one:
        await redis.told("REPLICAOF", "127.0.0.1", "1")
        for number in range(3):
            assert await one.store.drop([f"Bill#{number}", "Bill"]) == 0
        assert told(one) == {READING: 1, WRITING: 0, HEARING: 1, OWED: 4}


async def test_a_redis_that_is_not_there_is_shown_so():
    async with process("redis://127.0.0.1:9/0", "c360") as one:
        assert told(one) == {READING: 1, WRITING: 1, HEARING: 0, OWED: 0}  # nobody has asked it yet
        for _ in range(3):
            assert await one.rows("A1") is None
        assert told(one) == {READING: 0, WRITING: 1, HEARING: 0, OWED: 0}
        for _ in range(3):
            assert await one.store.drop(["Bill"]) == 0
        assert told(one) == {READING: 0, WRITING: 0, HEARING: 0, OWED: 1}


async def test_where_all_is_to_be_dropped_nobody_counts():
    async with server() as redis, listening(redis.url, "c360") as one:
        await redis.told("REPLICAOF", "127.0.0.1", "1")
        assert await one.store.drop([f"Bill#{number}" for number in range(MOST + 1)]) == 0
        assert told(one)[OWED] == float("inf")
        await redis.told("REPLICAOF", "NO", "ONE")
        await one.rows("A1")
        assert told(one)[OWED] == 0

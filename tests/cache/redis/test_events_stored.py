"""`POST /events` acknowledges a change only where every gateway hears of it."""

import asyncio
from contextlib import AsyncExitStack

from support.cache.redis_servers import server
from support.event_senders import gateway_with_events

BILL = {"system": "BILLING", "record": "Bill", "id": "B1", "account": "A1", "customer": "C"}


async def test_a_change_is_acknowledged_once_every_gateway_hears_of_it():
    async with server() as redis, AsyncExitStack() as stack:
        one = await stack.enter_async_context(gateway_with_events(redis_url=redis.url))
        async with gateway_with_events(redis_url=redis.url) as other:
            assert (await one.bills(1), await other.bills(1)) == (["70.00"], ["70.00"])
            for tables in (one.tables, other.tables):
                tables["Bill"][0]["amount_due"] = "71.00"
            await redis.command("REPLICAOF", "127.0.0.1", "1")  # it refuses writes
            status, body = await one.send(BILL)
            assert status == 503
            assert "send the events again" in body["errors"][0]["message"]
            assert await one.bills(1) == ["71.00"]  # where it is known, it holds
            await redis.command("REPLICAOF", "NO", "ONE")
            async with asyncio.timeout(30):
                while (await one.send(BILL))[0] != 202:  # noqa: ASYNC110  # as a sender does
                    await asyncio.sleep(0.05)
            await stack.aclose()  # the process that acknowledged ends
            assert await other.bills(1) == ["71.00"]


async def test_without_redis_no_change_is_acknowledged():
    async with server() as redis, gateway_with_events(redis_url=redis.url) as one:
        redis.kill()
        assert (await one.send(BILL))[0] == 503
        assert (await one.send([BILL, BILL]))[0] == 503

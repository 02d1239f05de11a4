"""Overload, deadlines and disconnects of the gateway on a real socket."""

import asyncio
import json
import re

import aiohttp
import pytest
from support.telemetry.served import Gate, ask, served

from gateway.config.limits import Limit, Limits


@pytest.fixture
def gate() -> Gate:
    return Gate()


async def test_requests_over_the_limit_are_shed_and_others_answered(gate: Gate) -> None:
    async with served(wrap=gate.wrap, max_concurrent_requests=2) as http:
        within = [asyncio.create_task(ask(http, n="C1")) for _ in range(2)]
        await gate.reached_by(2)
        status, headers, body = await ask(http, n="C1")
        assert (status, headers["Retry-After"]) == (503, "1")
        assert body["errors"][0]["extensions"]["code"] == "OVERLOADED"
        assert "data" not in body
        gate.open.set()
        assert [(await task)[0] for task in within] == [200, 200]
        assert (await ask(http, n="C1"))[0] == 200


def counted(text: str, outcome: str) -> dict[str, float]:
    """Requests by operation, in the text of `/metrics`."""
    lines = re.findall(r'gateway_requests_total{operation="([^"]*)",outcome="(\w+)"} (\S+)', text)
    return {operation: float(number) for operation, each, number in lines if each == outcome}


async def test_shed_requests_count_for_their_operation(gate: Gate) -> None:
    async with served(wrap=gate.wrap, max_concurrent_requests=1) as http:
        within = asyncio.create_task(ask(http, n="C1"))
        await gate.reached_by(1)
        for body in (
            {"query": "query Named { __typename }"},
            {"query": "{ a }", "operationName": "Other"},
            {"query": "{ a }"},
        ):
            async with http.post("/graphql", json=body) as response:
                assert response.status == 503
        async with http.get("/graphql", params={"query": "query Asked { __typename }"}) as response:
            assert response.status == 503
        gate.open.set()
        await within
        async with http.get("/metrics") as response:
            assert counted(await response.text(), "SHED") == {"Named": 1, "Other": 1, "": 1, "Asked": 1}


async def test_a_disconnect_cancels_upstream_calls(gate: Gate) -> None:
    async with served(wrap=gate.wrap, max_concurrent_requests=1) as http:
        request = asyncio.create_task(ask(http, n="C1"))
        await gate.reached_by(1)
        request.cancel()
        await gate.cancelled.wait()
        gate.open.set()
        assert (await ask(http, n="C1"))[0] == 200  # its permit is free again


async def test_batches_get_the_remaining_time_capped_by_the_configuration(gate: Gate) -> None:
    gate.open.set()
    async with served(wrap=gate.wrap, limits=Limits(time=Limit("time", 5_000))) as http:
        await ask(http, n="C1", headers={"X-Request-Deadline": "1500"})
        await ask(http, n="C1", headers={"X-Request-Deadline": "60000"})
        await ask(http, n="C1")
        status, _, body = await ask(http, n="C1", headers={"X-Request-Deadline": "soon"})
        assert status == 400
        assert body["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    short, capped, default = gate.remaining
    assert 0 < short <= 1.5 < capped <= 5
    assert 1.5 < default <= 5


HALF = (
    b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"X-Request-Deadline: 50\r\nContent-Length: 100\r\n\r\n{"
)


async def open_half(http: aiohttp.ClientSession) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection, and send half a body."""
    url = http._base_url  # noqa: SLF001  # the address of the gateway
    assert url is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(HALF)
    await writer.drain()
    return reader, writer


async def test_a_slow_body_is_refused() -> None:
    async with served(max_concurrent_requests=1) as http:
        reader, writer = await open_half(http)
        head = await reader.readuntil(b"\r\n\r\n")
        body = json.loads(await reader.read())  # to the end: the connection closes
        assert head.startswith(b"HTTP/1.1 408 ")
        assert b"\r\nconnection: close\r\n" in head
        message = "The body did not arrive in time: send the request again."
        assert body == {"errors": [{"message": message, "extensions": {"code": "TOO_LATE", "cause": "TOO_LATE"}}]}
        assert (await ask(http, n="C1"))[0] == 200
        writer.close()
        await writer.wait_closed()


async def test_a_disconnect_within_the_body_is_not_an_error(caplog: pytest.LogCaptureFixture) -> None:
    async with served(max_concurrent_requests=1) as http:
        _, writer = await open_half(http)
        writer.close()
        await writer.wait_closed()
        while (await ask(http, n="C1"))[0] != 200:
            pass
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_bodies_that_are_still_coming_hold_no_place() -> None:
    async with served(max_concurrent_requests=1) as http:
        halves = [await open_half(http) for _ in range(50)]
        assert (await ask(http, n="C1"))[0] == 200
        for reader, writer in halves:
            assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
            writer.close()
            await writer.wait_closed()


ALIASES = " ".join(f"a{n}: accounts {{ customer {{ accounts {{ accountNumber }} }} }}" for n in range(60))
EXPENSIVE = f"query Dear($n: String!) {{ customer(customerNumber: $n) {{ {ALIASES} }} }}"


async def shed_by_class(http: aiohttp.ClientSession) -> dict[str, float]:
    async with http.get("/metrics") as response:
        lines = re.findall(r'gateway_admission_shed_total{class="(\w+)"} (\S+)', await response.text())
    return {name: float(number) for name, number in lines}


async def test_cheap_requests_pass_while_expensive_ones_wait(gate: Gate) -> None:
    async with served(wrap=gate.wrap, max_wait_ms=60_000) as http:
        expensive = [asyncio.create_task(ask(http, EXPENSIVE, n="C1")) for _ in range(20)]
        await gate.reached_by(1)
        assert (await ask(http, "{ __typename }"))[0] == 200
        gate.open.set()
        assert {(await task)[0] for task in expensive} == {200}


async def test_requests_that_wait_too_long_are_shed(gate: Gate) -> None:
    gate.open.set()
    async with served(wrap=gate.wrap, max_wait_ms=0) as http:
        assert (await ask(http, EXPENSIVE, n="C1"))[0] == 200
        gate.open.clear()
        gate.remaining.clear()
        first = asyncio.create_task(ask(http, EXPENSIVE, n="C1"))
        await gate.reached_by(1)
        status, headers, body = await ask(http, EXPENSIVE, n="C1")
        assert (status, headers["Retry-After"], body["errors"][0]["extensions"]["code"]) == (503, "1", "OVERLOADED")
        assert await shed_by_class(http) == {"cheap": 0, "moderate": 0, "expensive": 1}
        assert len(gate.remaining) == 1
        gate.open.set()
        assert (await first)[0] == 200
        async with http.get("/metrics") as response:
            assert counted(await response.text(), "SHED") == {"Dear": 1}

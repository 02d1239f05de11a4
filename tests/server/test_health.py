"""Health is answered while the event loop hangs, and readiness knows the load."""

import asyncio
import http.client
import socket
import time
from collections.abc import Iterator

import pytest

from gateway.concurrency.loop_lag import LoopLag
from gateway.server.health import BUSY_SECONDS, DEAD_SECONDS, Health, health_listener
from gateway.server.instrumentation import Instrumentation
from gateway.server.security_headers import DEFAULTS


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    lag = LoopLag(clock)
    lag.expect()
    return Health(Instrumentation(ready=True), 2, lag)


@pytest.fixture
def port(health: Health) -> Iterator[int]:
    with health_listener(health, "127.0.0.1", 0) as each:
        yield each


def get(port: int, path: str) -> tuple[int, str, http.client.HTTPResponse]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    client.request("GET", path)
    response = client.getresponse()
    text = response.read().decode()
    client.close()
    return response.status, text, response


def test_health_is_answered_while_the_loop_hangs(port: int) -> None:
    async def hang() -> tuple[int, str]:
        return get(port, "/health/live")[:2]  # blocks the loop

    assert asyncio.run(hang()) == (200, "ok")


@pytest.mark.parametrize(
    ("path", "seconds", "expected"),
    [
        ("/health", DEAD_SECONDS - 1, (200, "ok")),
        ("/health/live", DEAD_SECONDS - 1, (200, "ok")),
        ("/health/live", DEAD_SECONDS + 1, (503, "the event loop hangs")),
        ("/health/live?verbose", DEAD_SECONDS + 1, (503, "the event loop hangs")),
        ("/health/ready", BUSY_SECONDS - 1, (200, "ok")),
        ("/health/ready", BUSY_SECONDS + 1, (503, "overloaded")),
        ("/metrics", 0, (404, "Not Found")),
    ],
)
def test_a_loop_that_does_not_tick_is_busy_then_dead(
    port: int, clock: Clock, path: str, seconds: float, expected: tuple[int, str]
) -> None:
    clock.seconds += seconds
    status, text, response = get(port, path)
    assert (status, text) == expected
    assert {name: response.headers[name] for name in DEFAULTS} == DEFAULTS


def test_readiness_knows_requests_in_flight(health: Health) -> None:
    operations = health.instrumentation.operations
    with operations.place(2):
        assert health.ready() == (200, "ok")
        with operations.place(2):
            assert health.ready() == (503, "overloaded")
            assert health.live() == (200, "ok")
        assert health.ready() == (200, "ok")


def test_a_gateway_that_is_not_open_is_not_ready(health: Health) -> None:
    health.instrumentation.ready = False
    assert health.ready() == (503, "not ready")
    assert health.live() == (200, "ok")


def test_slow_probes_do_not_stop_others(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    began = time.monotonic()
    assert get(port, "/health/live")[0] == 200
    for each in slow:
        each.close()
    assert time.monotonic() - began < 20

"""Thousands of requests while systems fail and recover and callers disconnect: no leaks."""

import asyncio
import gc
import logging
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from random import Random

import pytest
from graphql import OperationDefinitionNode, parse
from support.faults.fault_kinds import ALL, CASES, FAULTS, ask_healthy_answers, requests_for
from support.faults.faulty_utility import MAX_IN_FLIGHT, REST, SYSTEMS, FaultyGateway, FaultyUtility, faulty_gateway
from support.faults.recovery import recovered
from support.faults.requests import GraphQLRequest, page_of_feed

from gateway.cache.caching import CachedFetch
from gateway.ids import global_id
from gateway.server.graphiql import QUERIES
from gateway_demo.cases.index import BY_NAME
from gateway_demo.faults.model import Fault

# graphql-core leaves coroutines unawaited when a request is cancelled.
pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")]
ROUND = 4_000 if ALL else 500  # requests in each of three rounds; the first one fills caches
WORKERS = 6
AT_A_TIME = 5  # systems with faults at a time
GROWTH = 0.005  # of all objects, from the second round to the third
MEGABYTES = 30  # of process growth in that time: texts and bytes are not counted as objects
WORDS = f"""breaker = {{ min_calls = 5, window = 1, open_for = 0.02 }}
retry = {{ max_retries = 1, base_delay = 0.001 }}
concurrency = {{ max_in_flight = {MAX_IN_FLIGHT}, max_queue = 20, queue_timeout = 0.2 }}
cache = {{ ttl = 0.05, stale_if_error = 1 }}
"""


@pytest.fixture(scope="module")
async def soaked(utility: FaultyUtility, gateway: FaultyGateway) -> AsyncIterator[FaultyGateway]:
    """A gateway with all resilience and caching, and short timeouts."""
    await ask_healthy_answers(gateway, *CASES)
    # pytest keeps every log line, which would look like a leak.
    logging.disable(logging.CRITICAL)
    try:
        async with faulty_gateway(utility, impatient=SYSTEMS, words=WORDS) as soaked:
            yield soaked
    finally:
        logging.disable(logging.NOTSET)


def _widgets() -> Iterator[GraphQLRequest]:
    text = (QUERIES / "widgets.graphql").read_text(encoding="utf-8")
    for case in CASES:
        account = {"account": global_id("BillingAccount", BY_NAME[case].account_id)}
        for node in parse(text).definitions:
            if isinstance(node, OperationDefinitionNode) and node.name and node.loc:
                yield GraphQLRequest(node.name.value, text[node.loc.start : node.loc.end], account)


MIXED = [*_widgets(), *requests_for(*CASES), *(page_of_feed(case, None) for case in CASES)]
WIDGETS = 15  # the first of them: the widgets


class FaultStorm:
    """Faults that come and go, and callers that disconnect, drawn from one seed."""

    def __init__(self, gateway: FaultyGateway, seed: int) -> None:
        self.gateway, self.chance, self.left = gateway, Random(seed), ROUND  # noqa: S311  # not cryptography
        self.systems = cycle(self.chance.sample(SYSTEMS, len(SYSTEMS)))
        self.faulty: deque[str] = deque()

    async def run(self) -> None:
        """Send a round of requests, then remove all faults."""
        await asyncio.gather(*(self._caller() for _ in range(WORKERS)))
        self.gateway.faults.clear()

    async def _caller(self) -> None:
        while self.left > 0:
            self.left -= 1
            if self.left % 20 == 0:
                self._change_faults()
            # Small documents are frequent, large ones rare.
            small = self.chance.random() < 0.9
            request = self.chance.choice(MIXED[:WIDGETS] if small else MIXED)
            task = asyncio.create_task(self.gateway.ask(request))
            if self.chance.random() < 0.1:  # disconnect at any point of the request
                for _ in range(self.chance.randrange(60)):
                    await asyncio.sleep(0)  # one pass of the event loop
                task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _change_faults(self) -> None:
        if len(self.faulty) == AT_A_TIME:
            self.gateway.set_faults(self.faulty.popleft())
        system, fault = next(self.systems), self.chance.choice([*FAULTS.values()])
        share = self.chance.choice((0.3, 1.0))
        self.gateway.set_faults(system, Fault(kind=fault.kind, form=fault.form, seconds=fault.seconds, share=share))
        self.faulty.append(system)


async def _wait_for_tasks(before: set["asyncio.Task[object]"]) -> None:
    """Wait until all tasks have ended."""
    while left := asyncio.all_tasks() - before - {asyncio.current_task()}:  # type: ignore[operator]
        _, pending = await asyncio.wait(left, timeout=10)
        assert not pending, f"tasks still running: {pending}"


async def _check_recovery(gateway: FaultyGateway) -> None:
    """Check that responses are complete and every breaker is closed."""
    for request in requests_for(*CASES):
        await recovered(gateway, request)
    assert {each.stats.breaker_state for each in gateway.pipelines.values()} == {"CLOSED"}


def _open_files(kind: str) -> int:
    """The number of this process's open files of a kind."""
    count = 0
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208  # names only
        with suppress(OSError):
            count += kind in os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115  # not a path
    return count


def _megabytes() -> float:
    """The memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="files are counted in /proc")  # noqa: PTH112
async def test_nothing_is_left_behind_after_a_storm_of_faults(soaked: FaultyGateway) -> None:
    before, sockets, threads = asyncio.all_tasks(), _open_files("socket"), threading.active_count()
    objects: list[int] = []
    sizes: list[float] = []
    for seed in range(3):
        await FaultStorm(soaked, seed).run()
        await _check_recovery(soaked)
        await _wait_for_tasks(before)
        gc.collect()
        objects.append(len(gc.get_objects()))
        sizes.append(_megabytes())
    tallies = {name: pipeline.stats for name, pipeline in soaked.pipelines.items()}
    layers = [layer for pipeline in soaked.pipelines.values() for layer in pipeline.layers]
    flights = [layer.flights for layer in layers if isinstance(layer, CachedFetch)]
    assert all(each.outcomes["OK"] for each in tallies.values())
    assert sum(len(each.outcomes) > 1 for each in tallies.values()) > len(SYSTEMS) / 2, "too few faults"
    assert sum(each.breaker_opened for each in tallies.values()) > 0
    assert {name: each.in_flight for name, each in tallies.items()} == dict.fromkeys(SYSTEMS, 0)
    assert not any(each.running or each.in_flight for each in flights)
    # Both ends of a connection are in this process, and one more connection than calls may be open.
    assert _open_files("socket") - sockets <= 2 * len(REST) * (MAX_IN_FLIGHT + 1)
    assert threading.active_count() - threads <= 5 * (len(SYSTEMS) - len(REST)), "a thread per connection"
    assert objects[2] - objects[1] < GROWTH * objects[1], objects
    assert sizes[2] - sizes[1] < MEGABYTES, sizes

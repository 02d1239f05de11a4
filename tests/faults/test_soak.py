"""Thousands of requests while systems fail and recover, and callers hang up: nothing stays behind."""

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
from support.faults.faulty_utility import (
    MAX_IN_FLIGHT,
    REST,
    SYSTEMS,
    FaultyGateway,
    FaultyUtility,
    faulty_gateway,
)
from support.faults.recovery import whole_again
from support.faults.requests import GraphQLRequest, page_of_feed

from gateway.ids import global_id
from gateway.server.example_queries import QUERIES
from gateway_demo.cases.index import BY_NAME
from gateway_demo.faults.model import Fault

# graphql-core leaves coroutines that it made and never began where a request ends in the middle.
pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")]
ROUND = 4_000 if ALL else 500  # requests; three rounds, of which the first fills what is kept for good
WORKERS = 6
AT_A_TIME = 5  # systems that have a bad day
GROWTH = 0.005  # of all objects there are, from the second round to the third
MEGABYTES = 30  # that the process may grow meanwhile: texts and bytes are no such objects
WORDS = f"""breaker = {{ min_calls = 5, window = 1, open_for = 0.02 }}
retry = {{ max_retries = 1, base_delay = 0.001 }}
concurrency = {{ max_in_flight = {MAX_IN_FLIGHT}, max_queue = 20, queue_timeout = 0.2 }}
cache = {{ ttl = 0.05, stale_if_error = 1 }}
"""


@pytest.fixture(scope="module")
async def soaked(utility: FaultyUtility, day: FaultyGateway) -> AsyncIterator[FaultyGateway]:
    """A gateway with everything switched on, and with little patience."""
    await ask_healthy_answers(day, *CASES)
    # pytest keeps every line of the log to the end: that would grow, and be nobody's leak.
    logging.disable(logging.CRITICAL)
    try:
        async with faulty_gateway(utility, impatient=SYSTEMS, words=WORDS) as made:
            yield made
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
SMALL = 15  # of them: the widgets


class Storm:
    """Faults that come and go, and callers who ask and hang up: all drawn from one seed."""

    def __init__(self, day: FaultyGateway, seed: int) -> None:
        self.day, self.chance, self.left = day, Random(seed), ROUND  # noqa: S311  # nothing to guard
        self.turns = cycle(self.chance.sample(SYSTEMS, len(SYSTEMS)))
        self.befallen: deque[str] = deque()

    async def rage(self) -> None:
        """A round of requests, some at a time; then all is well."""
        await asyncio.gather(*(self._caller() for _ in range(WORKERS)))
        self.day.faults.clear()

    async def _caller(self) -> None:
        while self.left > 0:
            self.left -= 1
            if self.left % 20 == 0:
                self._turn()
            # Small documents come often, as from dashboards; the largest seldom.
            small = self.chance.random() < 0.9
            question = self.chance.choice(MIXED[:SMALL] if small else MIXED)
            asking = asyncio.create_task(self.day.ask(question))
            if self.chance.random() < 0.1:
                for _ in range(self.chance.randrange(60)):
                    await asyncio.sleep(0)  # a pass of the loop: it hangs up at any point of its request
                asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking

    def _turn(self) -> None:
        if len(self.befallen) == AT_A_TIME:
            self.day.befall(self.befallen.popleft())
        system, fault = next(self.turns), self.chance.choice([*FAULTS.values()])
        share = self.chance.choice((0.3, 1.0))
        self.day.befall(system, Fault(kind=fault.kind, form=fault.form, seconds=fault.seconds, share=share))
        self.befallen.append(system)


async def _quiet(before: set["asyncio.Task[object]"]) -> None:
    """Wait until all that was begun has ended: the tasks tell."""
    while left := asyncio.all_tasks() - before - {asyncio.current_task()}:  # type: ignore[operator]
        _, pending = await asyncio.wait(left, timeout=10)
        assert not pending, f"tasks that never end: {pending}"


async def _healed(day: FaultyGateway) -> None:
    """Answers are whole again, and every breaker is closed."""
    for question in requests_for(*CASES):
        await whole_again(day, question)
    assert {each.breaker_state for each in day.pipeline.source_stats.values()} == {"CLOSED"}


def _open(kind: str) -> int:
    """How many of this process's files are called so."""
    found = 0
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208  # names, and nothing of what they are
        with suppress(OSError):
            found += kind in os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115  # it is no path
    return found


def _megabytes() -> float:
    """How much memory this process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="files are counted in /proc")  # noqa: PTH112
async def test_after_a_storm_nothing_is_left_behind(soaked: FaultyGateway) -> None:
    before, sockets, threads = asyncio.all_tasks(), _open("socket"), threading.active_count()
    objects: list[int] = []
    sizes: list[float] = []
    for seed in range(3):
        await Storm(soaked, seed).rage()
        await _healed(soaked)
        await _quiet(before)
        gc.collect()
        objects.append(len(gc.get_objects()))
        sizes.append(_megabytes())
    tallies, keepers = soaked.pipeline.source_stats, soaked.pipeline.caches
    assert all(each.outcomes["OK"] for each in tallies.values())
    assert sum(len(each.outcomes) > 1 for each in tallies.values()) > len(SYSTEMS) / 2, "little befell them"
    assert sum(each.breaker_opened for each in tallies.values()) > 0
    assert {name: each.in_flight for name, each in tallies.items()} == dict.fromkeys(SYSTEMS, 0)
    assert not any(
        each.flights.running or each.flights.in_flight or each.revalidations for each in keepers.values()
    )
    # Both ends of a connection are in this process, and one more than calls may be open.
    assert _open("socket") - sockets <= 2 * len(REST) * (MAX_IN_FLIGHT + 1)
    assert threading.active_count() - threads <= 5 * (len(SYSTEMS) - len(REST)), "a thread per connection"
    assert objects[2] - objects[1] < GROWTH * objects[1], objects
    assert sizes[2] - sizes[1] < MEGABYTES, sizes

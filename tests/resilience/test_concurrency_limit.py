"""How many a source is asked at once, who waits for how long, and that no place is ever lost."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.batches import ANY, NAME, Held, Upstream, batch, good, settled

from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Answers, Batch
from gateway.errors import QueueFull
from gateway.resilience.concurrency_limit import DEFAULT_MAX_IN_FLIGHT, ConcurrencyLimit, ConcurrencyPolicy
from gateway.sources.memory import MemorySettings
from gateway.sources.rest.source import RestSettings
from gateway.sources.sql.place import SqlSettings
from gateway.telemetry.source_stats import SourceStats

AGES = 3600.0
Task = asyncio.Task[Answers]


def queue(
    upstream: Held | Upstream, at_once: int = 2, waiting: int = 3, seconds: float = AGES
) -> ConcurrencyLimit:
    return ConcurrencyLimit(upstream, Bulkhead(at_once, waiting, seconds), SourceStats(NAME))


async def asked(queued: ConcurrencyLimit, number: int, left: float | None = None) -> Task:
    """A question that has gone as far as it can."""
    task = asyncio.create_task(queued(batch(str(number), left=left)))
    await settled()
    return task


def turned_away(answers: Answers) -> bool:
    return {type(each) for each in answers.values()} == {QueueFull}


def keys(batches: list[Batch]) -> list[str]:
    return [key for each in batches for key in each.keys]


async def test_so_many_are_asked_at_once_so_many_wait_and_further_ones_are_turned_away() -> None:
    upstream = Held()
    queued = queue(upstream)
    tasks = [await asked(queued, number) for number in range(7)]
    assert keys(upstream.asked) == ["0", "1"]
    assert [task.done() for task in tasks] == [False] * 5 + [True] * 2
    assert all(turned_away(task.result()) for task in tasks[5:])
    assert (queued.stats.rejected, queued.bulkhead.in_flight) == (2, 2)
    for number in range(5):
        await upstream.tell(number)
    assert [await task for task in tasks[:5]] == [good(batch(str(n))) for n in range(5)]
    assert queued.bulkhead.in_flight == 0


async def test_first_come_first_served() -> None:
    upstream = Held()
    queued = queue(upstream, at_once=1, waiting=4)
    tasks = [await asked(queued, number) for number in range(5)]
    for number in range(5):
        assert keys(upstream.asked) == [str(n) for n in range(number + 1)]
        await upstream.tell(number)
    assert all(task.done() for task in tasks)


@pytest.mark.parametrize(("seconds", "left"), [(0.0, None), (AGES, 0.0)])
async def test_it_is_turned_away_when_its_time_in_the_line_or_that_of_its_request_is_over(
    seconds: float, left: float | None
) -> None:
    upstream = Held()
    queued = queue(upstream, at_once=1, seconds=seconds)
    first = await asked(queued, 0)
    assert turned_away(await queued(batch("1", left=left)))
    assert (queued.stats.rejected, len(queued.bulkhead.queue)) == (1, 0)
    await upstream.tell(0)
    assert await first == good(batch("0"))
    assert queued.bulkhead.in_flight == 0


@pytest.mark.parametrize(
    ("settings", "said", "most"),
    [
        (RestSettings(url="http://desk", max_concurrent_calls=3), None, 6),
        (SqlSettings(url="sqlite:///desk.db", pool_size=7), None, 14),
        (MemorySettings(), None, DEFAULT_MAX_IN_FLIGHT),
        (RestSettings(url="http://desk", max_concurrent_calls=3), 1, 1),
        (SqlSettings(url="sqlite:///desk.db", pool_size=7), 40, 40),
    ],
)
def test_twice_what_a_source_takes_is_under_way_where_nothing_else_is_said(
    settings: object, said: int | None, most: int
) -> None:
    bulkhead = ConcurrencyPolicy(max_in_flight=said, max_queue=5, queue_timeout=3).bulkhead(settings)
    assert (bulkhead.max_in_flight, bulkhead.max_queue, bulkhead.queue_timeout) == (most, 5, 3)


async def test_with_no_place_to_wait_it_is_turned_away_at_once() -> None:
    upstream = Held()
    queued = queue(upstream, at_once=1, waiting=0)
    first = await asked(queued, 0)
    assert turned_away(await queued(batch("1")))
    first.cancel()


async def test_an_upstream_that_breaks_gives_its_place_back() -> None:
    def broken(_: Batch) -> Answers:
        raise ZeroDivisionError

    queued = queue(Upstream(broken, good), at_once=1, waiting=0)
    with pytest.raises(ZeroDivisionError):
        await queued(batch())
    assert await queued(batch()) == good(batch())


async def test_who_is_cancelled_in_the_moment_of_its_turn_hands_the_place_on() -> None:
    for passes in range(6):  # of the event loop, between its turn and its end
        upstream = Held()
        queued = queue(upstream, at_once=1)
        tasks = [await asked(queued, number) for number in range(3)]
        upstream.open[0].set_result(good)
        for _ in range(passes):
            await asyncio.sleep(0)
        tasks[1].cancel()
        await settled()
        last = len(upstream.asked) - 1
        assert keys(upstream.asked)[-1] == "2"
        await upstream.tell(last)
        assert await tasks[2] == good(batch("2"))
        assert (queued.bulkhead.in_flight, len(queued.bulkhead.queue)) == (0, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "answer", "cancel"]), st.integers(0, 20), st.integers(0, 4)),
    max_size=40,
)


@settings(ANY, max_examples=150)
@given(steps=STEPS, at_once=st.integers(1, 3), waiting=st.integers(0, 3))
def test_whatever_happens_no_place_is_lost_and_no_line_is_too_long(
    steps: list[tuple[str, int, int]], at_once: int, waiting: int
) -> None:
    asyncio.run(_any_schedule(steps, at_once, waiting))


async def _any_schedule(steps: list[tuple[str, int, int]], at_once: int, waiting: int) -> None:
    upstream, tasks = Held(), list[Task]()
    queued = queue(upstream, at_once, waiting)
    for what, which, passes in steps:
        _step(what, which, upstream, queued, tasks)
        for _ in range(passes):
            await asyncio.sleep(0)
        assert len(queued.bulkhead.queue) <= waiting
        assert upstream.inside <= queued.bulkhead.in_flight <= at_once
    while not all(task.done() for task in tasks):
        for future in upstream.open:
            if not future.done():
                future.set_result(good)
        await settled()
    assert (queued.bulkhead.in_flight, len(queued.bulkhead.queue)) == (0, 0)
    assert upstream.most <= at_once
    order = [int(key) for key in keys(upstream.asked)]
    assert order == sorted(order)  # first come, first served


def _step(what: str, which: int, upstream: Held, queued: ConcurrencyLimit, tasks: list[Task]) -> None:
    if what == "ask":
        tasks.append(asyncio.get_running_loop().create_task(queued(batch(str(len(tasks))))))
    elif what == "cancel" and tasks:
        tasks[which % len(tasks)].cancel()
    elif what == "answer":
        waiting = [future for future in upstream.open if not future.done()]
        if waiting:
            waiting[which % len(waiting)].set_result(good)


async def test_after_any_number_of_cancelled_waits_all_places_are_there() -> None:
    upstream = Held()
    queued = queue(upstream, at_once=2, waiting=10)
    tasks = [await asked(queued, number) for number in range(12)]
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert (queued.bulkhead.in_flight, len(queued.bulkhead.queue), upstream.inside) == (0, 0, 0)

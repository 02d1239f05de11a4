"""A source gets a limited number of batches at once, the queue is bounded, and no place is ever lost."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.batches import NAME, PATIENT, HeldUpstream, Upstream, batch, settle, success

from gateway.access.caller import ALL_SCOPES, Caller
from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Answers, Batch, SourceSettings
from gateway.errors import Overloaded, QueueFull, SourceDown
from gateway.resilience.concurrency_limit import DEFAULT_MAX_IN_FLIGHT, ConcurrencyLimit, ConcurrencyPolicy
from gateway.sources.memory import MemorySettings
from gateway.sources.rest.source import RestSettings
from gateway.sources.sql.place import SqlSettings
from gateway.telemetry.source_stats import SourceStats

AGES = 3600.0
REST, SQL = (RestSettings(url="http://desk", max_concurrent_calls=3), SqlSettings(url="sqlite:///desk.db", pool_size=7))
Task = asyncio.Task[Answers]


def limited(
    upstream: HeldUpstream | Upstream, in_flight: int = 2, queue: int = 3, timeout: float = AGES
) -> ConcurrencyLimit:
    return ConcurrencyLimit(upstream, Bulkhead(in_flight, queue, timeout), SourceStats(NAME))


async def start(limit: ConcurrencyLimit, number: int) -> Task:
    """Start a call, and let it run until it waits."""
    task = asyncio.create_task(limit(batch(str(number))))
    await settle()
    return task


def is_rejected(answers: Answers) -> bool:
    return {type(one) for one in answers.values()} == {QueueFull}


def numbers(batches: list[Batch]) -> list[int]:
    return [int(key) for question in batches for key in question.keys]


def occupied(limit: ConcurrencyLimit) -> tuple[int, int]:
    """Calls in flight and calls in the queue."""
    return limit.bulkhead.in_flight, len(limit.bulkhead.queue)


async def test_calls_beyond_limit_and_queue_are_rejected() -> None:
    upstream = HeldUpstream()
    limit = limited(upstream)
    tasks = [await start(limit, number) for number in range(7)]
    assert numbers(upstream.batches) == [0, 1]
    assert [task.done() for task in tasks] == [False] * 5 + [True] * 2
    assert all(is_rejected(task.result()) for task in tasks[5:])
    assert (limit.stats.rejected, limit.bulkhead.in_flight) == (2, 2)
    for number in range(5):
        await upstream.reply(number)
    assert [await task for task in tasks[:5]] == [success(batch(str(n))) for n in range(5)]
    assert limit.bulkhead.in_flight == 0


async def test_a_source_that_answers_is_not_blamed_for_the_queue() -> None:
    upstream = HeldUpstream()
    limit = limited(upstream, in_flight=1, queue=0)
    first = await start(limit, 0)
    assert is_rejected(await limit(batch("1")))  # it has not answered anything yet
    await upstream.reply(0)
    await first
    second = await start(limit, 2)
    (error,) = (await limit(batch("3"))).values()
    assert isinstance(error, Overloaded)
    assert (error.code, error.counts_against_source, limit.stats.rejected) == ("OVERLOADED", False, 2)
    await upstream.reply(1)
    await second


async def test_a_source_that_only_fails_is_blamed_for_the_queue() -> None:
    async def failing(question: Batch) -> Answers:
        return dict.fromkeys(question.keys, SourceDown(NAME))

    limit = ConcurrencyLimit(failing, Bulkhead(1, 0, AGES), SourceStats(NAME))
    await limit(batch("0"))
    assert limit.bulkhead.try_acquire()
    assert is_rejected(await limit(batch("1")))


async def test_calls_leave_the_queue_in_order() -> None:
    upstream = HeldUpstream()
    limit = limited(upstream, in_flight=1, queue=4)
    tasks = [await start(limit, number) for number in range(5)]
    for number in range(5):
        assert numbers(upstream.batches) == list(range(number + 1))
        await upstream.reply(number)
    assert all(task.done() for task in tasks)


@pytest.mark.parametrize(
    ("queue_timeout", "remaining", "queue"),
    [(0.0, None, 3), (AGES, 0.0, 3), (AGES, None, 0)],
    ids=["queue timeout", "deadline", "no queue"],
)
async def test_a_call_that_may_not_wait_is_rejected(queue_timeout: float, remaining: float | None, queue: int) -> None:
    upstream = HeldUpstream()
    limit = limited(upstream, in_flight=1, queue=queue, timeout=queue_timeout)
    first = await start(limit, 0)
    assert is_rejected(await limit(batch("1", remaining=remaining)))
    assert (limit.stats.rejected, len(limit.bulkhead.queue)) == (1, 0)
    await upstream.reply(0)
    assert await first == success(batch("0"))
    assert limit.bulkhead.in_flight == 0


@pytest.mark.parametrize(
    ("source", "configured", "limit"),
    [(REST, None, 6), (SQL, None, 14), (MemorySettings(), None, DEFAULT_MAX_IN_FLIGHT), (REST, 1, 1), (SQL, 40, 40)],
)
def test_the_default_limit_is_twice_the_concurrency_of_the_source(
    source: SourceSettings, configured: int | None, limit: int
) -> None:
    policy = ConcurrencyPolicy(max_in_flight=configured, max_queue=5, queue_timeout=3)
    bulkhead = policy.bulkhead(source)
    assert (bulkhead.max_in_flight, bulkhead.max_queue, bulkhead.queue_timeout) == (limit, 5, 3)


async def test_a_call_that_raises_releases_its_place() -> None:
    def broken(_: Batch) -> Answers:
        raise ZeroDivisionError

    limit = limited(Upstream(broken, success), in_flight=1, queue=0)
    with pytest.raises(ZeroDivisionError):
        await limit(batch())
    assert await limit(batch()) == success(batch())


@pytest.mark.parametrize("passes", range(6))
async def test_a_call_cancelled_at_its_turn_hands_its_place_over(passes: int) -> None:
    upstream = HeldUpstream()
    limit = limited(upstream, in_flight=1)
    tasks = [await start(limit, number) for number in range(3)]
    upstream.pending[0].set_result(success)
    for _ in range(passes):  # of the event loop, between the turn of the second call and its end
        await asyncio.sleep(0)
    tasks[1].cancel()
    await settle()
    assert numbers(upstream.batches)[-1] == 2
    await upstream.reply(len(upstream.batches) - 1)
    assert await tasks[2] == success(batch("2"))
    assert occupied(limit) == (0, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "answer", "cancel"]), st.integers(0, 20), st.integers(0, 4)), max_size=40
)


@settings(PATIENT, max_examples=150)
@given(steps=STEPS, in_flight=st.integers(1, 3), queue=st.integers(0, 3))
def test_no_schedule_loses_a_place_or_exceeds_a_limit(
    steps: list[tuple[str, int, int]], in_flight: int, queue: int
) -> None:
    asyncio.run(_run_schedule(steps, in_flight, queue))


async def _run_schedule(steps: list[tuple[str, int, int]], in_flight: int, queue: int) -> None:
    upstream, tasks = HeldUpstream(), list[Task]()
    limit = limited(upstream, in_flight, queue)
    for action, number, passes in steps:
        _step(action, number, upstream, limit, tasks)
        for _ in range(passes):
            await asyncio.sleep(0)
        assert len(limit.bulkhead.queue) <= queue
        assert upstream.in_flight <= limit.bulkhead.in_flight <= in_flight
    while not all(task.done() for task in tasks):
        for future in upstream.pending:
            if not future.done():
                future.set_result(success)
        await settle()
    assert occupied(limit) == (0, 0)
    assert upstream.max_in_flight <= in_flight
    assert numbers(upstream.batches) == sorted(numbers(upstream.batches))  # first come, first served


def _step(action: str, number: int, upstream: HeldUpstream, limit: ConcurrencyLimit, tasks: list[Task]) -> None:
    if action == "ask":
        tasks.append(asyncio.get_running_loop().create_task(limit(batch(str(len(tasks))))))
    elif action == "cancel" and tasks:
        tasks[number % len(tasks)].cancel()
    elif action == "answer":
        waiting = [future for future in upstream.pending if not future.done()]
        if waiting:
            waiting[number % len(waiting)].set_result(success)


async def test_cancelled_waits_leave_no_trace() -> None:
    upstream = HeldUpstream()
    limit = limited(upstream, queue=10)
    tasks = [await start(limit, number) for number in range(12)]
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert (*occupied(limit), upstream.in_flight) == (0, 0, 0)


async def test_a_callers_batch_waits_for_one_batch_of_another() -> None:
    upstream = HeldUpstream()
    limit = limited(upstream, in_flight=1, queue=9)
    tasks = [await start(limit, number) for number in range(4)]
    question = batch("9")
    other = replace(question.options, caller=Caller("other", ALL_SCOPES))
    tasks.append(asyncio.create_task(limit(replace(question, options=other))))
    await settle()
    for number in range(5):
        await upstream.reply(number)
        await settle()
    await asyncio.gather(*tasks)
    assert numbers(upstream.batches) == [0, 1, 9, 2, 3]

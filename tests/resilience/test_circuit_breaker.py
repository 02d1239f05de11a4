"""A failing source is left alone for a while, then tried with one call."""

import asyncio

import pytest
from support.batches import (
    ANSWERED,
    EVERY_ERROR,
    FAILING,
    INCONCLUSIVE,
    INVALID_ROW,
    NAME,
    HeldUpstream,
    Reply,
    Upstream,
    answer,
    batch,
    failing,
    settle,
    success,
)

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.errors import CircuitOpen, InvalidResponse, LookupCircuitOpen, SourceDown, SourceError, UpstreamRateLimited
from gateway.resilience.circuit import STEPS, BreakerPolicy, Circuit, CircuitState, ConsecutiveFailures, FailureRatio
from gateway.resilience.circuit_breaker import CircuitBreaker, LookupBreaker

POLICY = BreakerPolicy(min_calls=4, failure_ratio=0.5, window=10, open_for=5)
CLOSED, OPEN, HALF_OPEN = CircuitState.CLOSED, CircuitState.OPEN, CircuitState.HALF_OPEN


class Bench:
    """A circuit breaker with a clock that stands still, and every state it entered."""

    def __init__(self, fetch: Fetch) -> None:
        self.time, self.states, self.rule = 100.0, list[CircuitState](), FailureRatio(POLICY)
        self.circuit = Circuit(self.rule, POLICY.open_for, self._on_change, lambda: self.time)
        self.breaker = CircuitBreaker(fetch, self.circuit)

    def _on_change(self, circuit: Circuit, _before: CircuitState) -> None:
        self.states.append(circuit.state)

    async def ask(self, times: int = 1) -> Answers:
        """Ask the same batch `times` times; return the last answers."""
        for _ in range(times):
            answers = await self.breaker(batch("a", "b"))
        return answers


def is_rejected(answers: Answers) -> bool:
    return set(map(type, answers.values())) == {CircuitOpen}


async def opened(*replies: Reply) -> tuple[Bench, Upstream]:
    """A breaker that has just opened, over an upstream that answers like this from now on."""
    upstream = Upstream(*[failing()] * 4, *replies)
    bench = Bench(upstream)
    await bench.ask(4)
    assert bench.states == [OPEN]
    upstream.batches.clear()
    return bench, upstream


def due_for_trial(upstream: HeldUpstream) -> Bench:
    bench = Bench(upstream)
    bench.circuit.state, bench.circuit.trial_at = OPEN, bench.time
    return bench


@pytest.mark.parametrize("kind", FAILING)
async def test_it_opens_at_the_failure_ratio_after_enough_calls(kind: type[SourceError]) -> None:
    bench = Bench(Upstream(success, success, failing(kind)))
    await bench.ask(3)
    assert bench.states == []  # a third of three
    await bench.ask()
    assert bench.states == [OPEN]  # half of four


async def test_few_calls_do_not_open_it_even_if_all_fail() -> None:
    bench = Bench(Upstream(failing()))
    await bench.ask(3)
    assert bench.states == []
    await bench.ask()
    assert bench.states == [OPEN]


async def test_many_failures_do_not_open_it_below_the_ratio() -> None:
    bench = Bench(Upstream(*[success, success, failing()] * 10, success))
    await bench.ask(30)
    assert bench.states == []


@pytest.mark.parametrize("kind", [*ANSWERED, *INCONCLUSIVE, UpstreamRateLimited])
async def test_errors_without_fault_of_the_source_never_open_it(kind: type[SourceError]) -> None:
    bench = Bench(Upstream(failing(kind)))
    await bench.ask(50)
    assert bench.states == []


@pytest.mark.parametrize("kind", INCONCLUSIVE)
async def test_inconclusive_errors_hide_no_failure(kind: type[SourceError]) -> None:
    bench = Bench(Upstream(*[failing(kind)] * 50, failing()))
    await bench.ask(54)
    assert bench.states == [OPEN]


async def test_a_batch_with_one_answered_key_is_no_failure() -> None:
    one_failed = {"a": SourceDown(NAME)}  # "b" is left out: it has no rows
    bench = Bench(Upstream(lambda _: {**one_failed, "b": answer("b")}, lambda _: one_failed))
    await bench.ask(50)
    assert bench.states == []


async def test_invalid_rows_never_open_it() -> None:
    bench = Bench(Upstream(lambda question: dict.fromkeys(question.keys, INVALID_ROW)))
    await bench.ask(50)
    assert bench.states == []


@pytest.mark.parametrize("reply", [failing(), success], ids=["failing", "success"])
async def test_calls_from_before_a_change_of_state_do_not_count(reply: Reply) -> None:
    upstream = HeldUpstream()
    bench = Bench(upstream)
    tasks = [asyncio.create_task(bench.ask()) for _ in range(12)]
    await settle()
    for number in range(4):
        await upstream.reply(number, failing())
    for number in range(4, 8):
        await upstream.reply(number, reply)  # while it is open
    bench.time += 5
    trial = asyncio.create_task(bench.ask())
    await settle()
    await upstream.reply(12)
    for number in range(8, 12):
        await upstream.reply(number, reply)  # after the trial closed it
    assert bench.states == [OPEN, HALF_OPEN, CLOSED]
    assert not bench.rule.steps
    assert all(task.done() for task in (*tasks, trial))


async def test_its_memory_does_not_grow_with_the_calls() -> None:
    bench = Bench(Upstream(*[success, success, failing()] * 10_000, success))
    for _ in range(10_000):
        await bench.ask(3)
        bench.time += 0.01
    assert len(bench.rule.steps) <= STEPS
    _, calls, failures = map(sum, zip(*bench.rule.steps, strict=True))
    assert 0.9 * 3000 <= calls <= 3000
    assert failures * 3 == calls


@pytest.mark.parametrize(
    ("before", "seconds", "after", "states"),
    [
        ([failing()] * 3, 9.9, [failing()], [OPEN]),
        ([failing()] * 3, 10, [failing()] * 3, []),
        ([failing()] * 3, 10, [success, success, success, failing()], []),  # one of four
    ],
    ids=["just inside", "too few", "below the ratio"],
)
async def test_failures_outside_the_window_do_not_count(
    before: list[Reply], seconds: float, after: list[Reply], states: list[CircuitState]
) -> None:
    bench = Bench(Upstream(*before, *after))
    await bench.ask(len(before))
    bench.time += seconds
    await bench.ask(len(after))
    assert bench.states == states


async def test_an_open_circuit_rejects_every_key_with_a_retry_after() -> None:
    bench, upstream = await opened()
    for passed in (0, 1.5, 3.25):
        bench.time = 100 + passed
        answers = await bench.ask()
        assert set(answers) == {"a", "b"}
        assert is_rejected(answers)
        assert {getattr(answer, "retry_after", None) for answer in answers.values()} == {5 - passed}
    assert upstream.batches == []


async def test_one_trial_runs_and_all_other_calls_are_rejected() -> None:
    upstream = HeldUpstream()
    bench = due_for_trial(upstream)
    trial = asyncio.create_task(bench.ask())
    await settle()
    others = [await bench.ask() for _ in range(5)]
    assert all(is_rejected(answers) for answers in others)
    assert len(upstream.batches) == 1
    await upstream.reply(0)
    assert await trial == success(batch("a", "b"))
    assert bench.states == [HALF_OPEN, CLOSED]


@pytest.mark.parametrize("kind", [None, *ANSWERED])
@pytest.mark.parametrize("replies", [[failing()] * 3, [success, success, success, failing()]], ids=["few", "ratio"])
async def test_an_answered_trial_closes_it_and_forgets_earlier_failures(
    kind: type[SourceError] | None, replies: list[Reply]
) -> None:
    bench, upstream = await opened(failing(kind) if kind else success, *replies)
    bench.time += 5
    await bench.ask(1 + len(replies))
    assert bench.states == [OPEN, HALF_OPEN, CLOSED]
    assert len(upstream.batches) == 1 + len(replies)


@pytest.mark.parametrize("kind", FAILING)
async def test_a_failed_trial_opens_it_for_the_full_time_again(kind: type[SourceError]) -> None:
    bench, upstream = await opened(failing(kind), success)
    bench.time += 5
    await bench.ask()
    bench.time += 4.75
    assert is_rejected(await bench.ask())
    bench.time += 0.25
    assert not is_rejected(await bench.ask())
    assert bench.states == [OPEN, HALF_OPEN] * 2 + [CLOSED]
    assert bench.circuit.opened == 2
    assert len(upstream.batches) == 2


@pytest.mark.parametrize("kind", [*INCONCLUSIVE, UpstreamRateLimited])
async def test_after_an_inconclusive_trial_the_next_call_is_the_trial(kind: type[SourceError]) -> None:
    bench, upstream = await opened(failing(kind), success)
    bench.time += 5
    await bench.ask(2)
    assert len(upstream.batches) == 2
    assert bench.states == [OPEN, HALF_OPEN] * 2 + [CLOSED]
    assert bench.circuit.opened == 1  # no further failure


@pytest.mark.parametrize("passes", range(8))
async def test_a_trial_outlives_its_caller(passes: int) -> None:
    upstream = HeldUpstream()
    bench = due_for_trial(upstream)
    asking = asyncio.create_task(bench.ask())
    for _ in range(1 + passes):  # of the event loop: the trial has begun
        await asyncio.sleep(0)
    asking.cancel()
    await settle()
    assert (bench.circuit.state, upstream.in_flight, asking.cancelled()) == (HALF_OPEN, 1, True)
    await upstream.reply(0)
    assert bench.states == [HALF_OPEN, CLOSED]


@pytest.mark.parametrize("passes", range(8))
async def test_after_a_cancelled_trial_the_next_call_is_the_trial(passes: int) -> None:
    upstream = HeldUpstream()
    bench = due_for_trial(upstream)
    asking = asyncio.create_task(bench.ask())
    for _ in range(1 + passes):
        await asyncio.sleep(0)
    await bench.breaker.close()
    await settle()
    assert (bench.circuit.state, bench.circuit.opened, upstream.in_flight) == (OPEN, 0, 0)
    assert asking.cancelled()
    following = asyncio.create_task(bench.ask())
    await settle()
    await upstream.reply(-1)
    assert await following == success(batch("a", "b"))
    assert bench.circuit.state is CLOSED


async def test_after_a_trial_with_a_bug_the_next_call_tries() -> None:
    def broken(_batch: Batch) -> Answers:
        raise ZeroDivisionError

    bench, _ = await opened(broken, success)
    bench.time += 5
    with pytest.raises(ZeroDivisionError):
        await bench.ask()
    assert await bench.ask() == success(batch("a", "b"))
    assert bench.states == [OPEN, HALF_OPEN] * 2 + [CLOSED]


class LookupBench(Bench):
    """The same around the circuit breaker of one lookup."""

    def __init__(self, *replies: Reply) -> None:
        self.upstream = Upstream(*replies)
        super().__init__(self.upstream)
        self.breaker = LookupBreaker(self.upstream, self.circuit)


async def test_unreadable_answers_open_the_breaker_of_their_lookup() -> None:
    bench = LookupBench(*[failing(InvalidResponse)] * 4, success)
    await bench.ask(4)
    answers = await bench.ask()
    assert {type(each) for each in answers.values()} == {LookupCircuitOpen}
    assert {getattr(each, "code", None) for each in answers.values()} == {"SOURCE_MISREAD"}
    assert len(bench.upstream.batches) == 4
    bench.time += 5
    assert await bench.ask() == success(batch("a", "b"))
    assert bench.states == [OPEN, HALF_OPEN, CLOSED]


@pytest.mark.parametrize("kind", [kind for kind in EVERY_ERROR if kind is not InvalidResponse])
async def test_other_errors_never_open_the_breaker_of_a_lookup(kind: type[SourceError]) -> None:
    bench = LookupBench(failing(kind))
    await bench.ask(50)
    assert bench.states == []


async def test_one_unreadable_key_never_opens_the_breaker_of_its_lookup() -> None:
    bench = LookupBench(failing(InvalidResponse))
    for _ in range(50):
        await bench.breaker(batch("bad"))
    assert bench.states == []
    for key in "abc":
        await bench.breaker(batch(key))
    assert bench.states == [OPEN]  # four different ones
    bench.time += 5
    await bench.breaker(batch("c"))  # this trial says nothing of other keys
    bench.upstream.replies = [success]
    assert await bench.breaker(batch("d")) == success(batch("d"))
    assert bench.states == [OPEN, HALF_OPEN, OPEN, HALF_OPEN, CLOSED]


def test_consecutive_failures_open_a_circuit_unless_a_success_intervenes() -> None:
    circuit = Circuit(ConsecutiveFailures(3), open_for=1.0, now=lambda: 0.0)
    for report in ("fail", "fail", "succeed", "fail", "fail", "abandon"):
        attempt = circuit.admit()
        assert attempt is not None
        getattr(attempt, report)()
    assert circuit.state is CLOSED
    attempt = circuit.admit()
    assert attempt is not None
    attempt.fail()
    assert (circuit.state, circuit.opened, circuit.admit()) == (OPEN, 1, None)

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.contract.batch import NO_OPTIONS, Answer, Lookup, RequestOptions, Row
from gateway.errors import (
    CircuitOpen,
    DeadlineExceeded,
    InvalidResponse,
    InvalidRow,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamRateLimited,
    UpstreamUnauthorized,
)
from gateway.loading.source_health import HealthStatus, HealthTtl, SourceHealth

FRESH = HealthTtl(healthy=timedelta(seconds=30), unhealthy=timedelta(seconds=5))
NOW = datetime(2026, 11, 21, tzinfo=UTC)
GOOD = Answer(({"id": "1"},), NOW)
KEPT = Answer(({"id": "1"},), NOW, from_cache=True)
DOWN, LATE = SourceDown("crm"), DeadlineExceeded("crm")


def old(why: SourceError | None) -> Answer:
    return Answer((), NOW, from_cache=True, stale=True, stale_error=why)


def note(*answers: Answer | SourceError) -> HealthStatus | None:
    """What is noted of a source that said this, each to a key of its own."""
    hearing = SourceHealth()
    hearing.record("crm", {str(number): each for number, each in enumerate(answers)}, NOW)
    return hearing.last_status.get("crm")


@pytest.mark.parametrize("said", [(), (GOOD,), (GOOD, DOWN), (DOWN, GOOD), (KEPT, GOOD)])
def test_a_source_that_said_anything_of_use_answers(said: Any) -> None:
    assert note(*said) == HealthStatus(NOW)


@pytest.mark.parametrize(
    "said", [(DOWN,), (DOWN, DOWN), (KEPT, DOWN), (old(DOWN),), (LATE, DOWN), (KEPT, old(DOWN))]
)
def test_a_source_of_which_nothing_was_of_use_has_failed_though_something_is_remembered(said: Any) -> None:
    assert note(*said) == HealthStatus(NOW, DOWN)


@pytest.mark.parametrize(
    "said", [(KEPT,), (LATE,), (CircuitOpen("crm"),), (KEPT, LATE), (old(LATE),), (old(None),)]
)
def test_what_is_remembered_and_questions_that_never_reached_it_say_nothing_of_a_source(said: Any) -> None:
    assert note(*said) is None


OF_A_KEY = [InvalidRow("crm"), UpstreamBadRequest("crm"), UpstreamUnauthorized("crm")]
EARLIER = [None, HealthStatus(NOW - timedelta(seconds=1)), HealthStatus(NOW - timedelta(seconds=1), DOWN)]


@pytest.mark.parametrize("earlier", EARLIER, ids=["nothing", "that it answers", "that it does not"])
@pytest.mark.parametrize("odd", OF_A_KEY, ids=lambda each: type(each).__name__)
def test_after_the_trouble_of_one_key_nobody_can_tell_before_the_source_is_asked(
    odd: SourceError, earlier: HealthStatus | None
) -> None:
    for said in ((odd,), (KEPT, odd), (LATE, odd), (old(odd),)):
        hearing = SourceHealth(last_status={} if earlier is None else {"crm": earlier})
        hearing.record("crm", {str(number): each for number, each in enumerate(said)}, NOW)
        assert hearing.last_status == {}


@pytest.mark.parametrize("odd", OF_A_KEY, ids=lambda each: type(each).__name__)
def test_a_source_of_which_several_keys_were_of_no_use_has_failed(odd: SourceError) -> None:
    assert note(odd, odd) == HealthStatus(NOW, odd)
    assert note(GOOD, odd, odd) == HealthStatus(NOW)


@pytest.mark.parametrize(
    "grave", [DOWN, SourceTimeout("crm"), InvalidResponse("crm"), UpstreamRateLimited("crm")]
)
def test_what_one_key_cannot_bring_about_alone_is_the_sources_trouble(grave: SourceError) -> None:
    assert note(grave) == note(OF_A_KEY[0], grave) == note(grave, OF_A_KEY[0]) == HealthStatus(NOW, grave)


def lookup(source: str, by: str = "id") -> Lookup:
    return Lookup(record="Note", by=by, source=source, place=None, key=("id",), id=("id",))


async def told(
    hearing: SourceHealth, *sources: str, options: RequestOptions = NO_OPTIONS
) -> list[type[SourceError] | None]:
    shown = await hearing.statuses_of([lookup(each) for each in sources], FRESH, options)
    return [type(each.error) if each.error else None for each in shown]


async def test_each_source_of_a_system_is_heard_once_and_again_only_when_that_was_long_ago() -> None:
    asked: list[str] = []

    async def probe(at: Lookup) -> tuple[Row, ...]:
        asked.append(at.source)
        if at.source == "b":
            raise SourceTimeout("b")
        return ()

    hearing = SourceHealth({"a": probe, "b": probe})
    assert await told(hearing, "a", "b", "a") == [None, SourceTimeout]
    assert await told(hearing, "a", "b") == [None, SourceTimeout]
    assert asked == ["a", "b"]
    hearing.last_status["a"] = HealthStatus(datetime.now(UTC) - timedelta(seconds=31))
    hearing.last_status["b"] = HealthStatus(datetime.now(UTC) - timedelta(seconds=4), DOWN)
    assert await told(hearing, "a", "b") == [None, SourceDown]
    hearing.last_status["b"] = HealthStatus(datetime.now(UTC) - timedelta(seconds=6), DOWN)
    assert await told(hearing, "a", "b") == [None, SourceTimeout]
    assert asked == ["a", "b", "a", "b"]


async def test_whose_time_is_over_is_told_so_and_that_is_nobody_elses_answer() -> None:
    async def never(_at: Lookup) -> tuple[Row, ...]:
        raise AssertionError("nobody waits for it")

    hearing = SourceHealth({"a": never})
    assert await told(hearing, "a", options=RequestOptions(deadline=0.0)) == [DeadlineExceeded]
    assert hearing.last_status == {}
    await hearing.probing.close()

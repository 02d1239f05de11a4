from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.contract.batch import NO_OPTIONS, Answer, Answers, Lookup, RequestOptions, Row
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
from gateway.loading.source_health import HealthStatus, SourceHealth

NOW = datetime(2026, 11, 21, tzinfo=UTC)
GOOD = Answer(({"id": "1"},), NOW)
CACHED = Answer(({"id": "1"},), NOW, from_cache=True)
DOWN, LATE = SourceDown("crm"), DeadlineExceeded("crm")


def lookup(source: str, by: str = "id") -> Lookup:
    return Lookup(record="Note", by=by, source=source, place=None, key=("id",), id=("id",))


CRM = lookup("crm")


def stale(error: SourceError | None) -> Answer:
    return Answer((), NOW, from_cache=True, stale=True, stale_error=error)


def by_key(answers: Sequence[Answer | SourceError]) -> Answers:
    return {str(number): answer for number, answer in enumerate(answers)}


def status_after(*answers: Answer | SourceError) -> HealthStatus | None:
    """The status of a source after a batch with these answers."""
    health = SourceHealth()
    health.record(CRM, by_key(answers), NOW)
    return health.last_status.get("crm")


@pytest.mark.parametrize("answers", [(), (GOOD,), (GOOD, DOWN), (DOWN, GOOD), (CACHED, GOOD)])
def test_one_good_answer_makes_a_source_healthy(answers: Any) -> None:
    assert status_after(*answers) == HealthStatus(NOW)


@pytest.mark.parametrize(
    "answers", [(DOWN,), (DOWN, DOWN), (CACHED, DOWN), (stale(DOWN),), (LATE, DOWN), (CACHED, stale(DOWN))]
)
def test_a_failure_counts_although_other_answers_are_cached(answers: Any) -> None:
    assert status_after(*answers) == HealthStatus(NOW, DOWN)


@pytest.mark.parametrize(
    "answers", [(CACHED,), (LATE,), (CircuitOpen("crm"),), (CACHED, LATE), (stale(LATE),), (stale(None),)]
)
def test_cached_answers_and_inconclusive_errors_give_no_status(answers: Any) -> None:
    assert status_after(*answers) is None


KEY_SPECIFIC = [InvalidRow("crm"), UpstreamBadRequest("crm"), UpstreamUnauthorized("crm")]
EARLIER = [None, HealthStatus(NOW - timedelta(seconds=1)), HealthStatus(NOW - timedelta(seconds=1), DOWN)]


@pytest.mark.parametrize("earlier", EARLIER, ids=["unknown", "healthy", "unhealthy"])
@pytest.mark.parametrize("error", KEY_SPECIFIC, ids=lambda error: type(error).__name__)
def test_one_key_specific_error_clears_the_status(error: SourceError, earlier: HealthStatus | None) -> None:
    for answers in ((error,), (CACHED, error), (LATE, error), (stale(error),)):
        health = SourceHealth(last_status={} if earlier is None else {"crm": earlier})
        health.record(CRM, by_key(answers), NOW)
        assert health.last_status == {}


@pytest.mark.parametrize("error", KEY_SPECIFIC, ids=lambda error: type(error).__name__)
def test_several_key_specific_errors_make_a_source_unhealthy(error: SourceError) -> None:
    assert status_after(error, error) == HealthStatus(NOW, error)
    assert status_after(GOOD, error, error) == HealthStatus(NOW)


@pytest.mark.parametrize("error", KEY_SPECIFIC, ids=lambda error: type(error).__name__)
def test_different_failed_keys_in_a_row_are_unhealthy(error: SourceError) -> None:
    health = SourceHealth()
    for key in ("a", "a"):
        health.record(CRM, {key: error}, NOW)
        assert health.last_status == {}
    for answers in ({"b": error}, {"c": error}):
        health.record(CRM, answers, NOW)
        assert health.last_status == {"crm": HealthStatus(NOW, error)}
    health.record(lookup("desk"), {"d": error}, NOW)
    assert "desk" not in health.last_status


@pytest.mark.parametrize("error", KEY_SPECIFIC, ids=lambda error: type(error).__name__)
def test_a_good_answer_between_failed_keys_clears_the_source(error: SourceError) -> None:
    health = SourceHealth()
    for answers in ({"a": error}, {"good": GOOD}, {"b": error}):
        health.record(CRM, answers, NOW)
    assert health.last_status == {}
    health.record(CRM, {"good": GOOD}, NOW)
    assert health.last_status == {"crm": HealthStatus(NOW)}


@pytest.mark.parametrize("error", [DOWN, SourceTimeout("crm"), UpstreamRateLimited("crm")])
def test_other_errors_make_a_source_unhealthy(error: SourceError) -> None:
    assert (
        status_after(error)
        == status_after(KEY_SPECIFIC[0], error)
        == status_after(error, KEY_SPECIFIC[0])
        == HealthStatus(NOW, error)
    )


def test_an_unreadable_answer_is_a_status_of_its_lookup() -> None:
    misread = InvalidResponse("crm")
    health = SourceHealth()
    health.record(lookup("crm", "other"), {"a": GOOD}, NOW)
    for answers in ({"a": misread}, {"b": misread}):
        health.record(CRM, answers, NOW)
        assert health.last_status == {"crm": HealthStatus(NOW), CRM: HealthStatus(NOW, misread)}
    health.record(CRM, {"a": DOWN, "b": misread}, NOW)
    assert health.last_status == {"crm": HealthStatus(NOW, DOWN), CRM: HealthStatus(NOW, misread)}
    health.record(CRM, {"a": misread}, NOW)  # the source answers again
    assert health.last_status == {CRM: HealthStatus(NOW, misread)}
    health.record(CRM, {"a": GOOD}, NOW)
    assert health.last_status == {"crm": HealthStatus(NOW)}


async def errors_of(
    health: SourceHealth, *sources: str, options: RequestOptions = NO_OPTIONS
) -> list[type[SourceError] | None]:
    statuses = await health.statuses_of([lookup(source) for source in sources], options)
    return [type(status.error) if status.error else None for status in statuses]


async def test_a_source_is_probed_again_only_after_its_status_expires() -> None:
    probed: list[str] = []

    async def probe(at: Lookup) -> tuple[Row, ...]:
        probed.append(at.source)
        if at.source == "b":
            raise SourceTimeout("b")
        return ()

    health = SourceHealth({"a": probe, "b": probe})
    assert await errors_of(health, "a", "b", "a") == [None, SourceTimeout]
    assert await errors_of(health, "a", "b") == [None, SourceTimeout]
    assert probed == ["a", "b"]
    health.last_status["a"] = HealthStatus(datetime.now(UTC) - timedelta(seconds=31))
    health.last_status["b"] = HealthStatus(datetime.now(UTC) - timedelta(seconds=4), DOWN)
    assert await errors_of(health, "a", "b") == [None, SourceDown]
    health.last_status["b"] = HealthStatus(datetime.now(UTC) - timedelta(seconds=6), DOWN)
    assert await errors_of(health, "a", "b") == [None, SourceTimeout]
    assert probed == ["a", "b", "a", "b"]


async def test_a_misread_lookup_is_probed_beside_its_source() -> None:
    probed: list[str] = []
    broken, lookups = {"first"}, [lookup("crm", "second"), lookup("crm", "first")]

    async def probe(at: Lookup) -> tuple[Row, ...]:
        probed.append(at.by)
        if at.by in broken:
            raise InvalidResponse("crm")
        return ()

    async def errors() -> list[type[SourceError] | None]:
        for slot, status in health.last_status.items():
            health.last_status[slot] = HealthStatus(NOW, status.error)  # expired
        statuses = await health.statuses_of(lookups)
        return [type(status.error) if status.error else None for status in statuses]

    health = SourceHealth({"crm": probe})
    assert await errors() == [InvalidResponse]
    assert await errors() == [None, InvalidResponse]
    broken.clear()
    assert await errors() == [None, None]
    assert await errors() == [None]
    assert probed == ["first", "second", "first", "second", "first", "first"]


async def test_a_callers_deadline_gives_no_status_for_others() -> None:
    async def never(_at: Lookup) -> tuple[Row, ...]:
        raise AssertionError("the caller has no time left")

    health = SourceHealth({"a": never})
    assert await errors_of(health, "a", options=RequestOptions(deadline=0.0)) == [DeadlineExceeded]
    assert health.last_status == {}
    await health.probing.close()

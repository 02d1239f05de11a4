from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.contract.batch import NO_WISH, Answer, Lookup, Row, Wish
from gateway.errors import (
    NotAsked,
    OddRow,
    OutOfTime,
    SourceBusy,
    SourceDown,
    SourceError,
    SourceMisread,
    SourceRefused,
    SourceRejects,
    SourceTimeout,
)
from gateway.loading.source_health import Fresh, Hearing, Shown

FRESH = Fresh(good=timedelta(seconds=30), bad=timedelta(seconds=5))
NOW = datetime(2026, 11, 21, tzinfo=UTC)
GOOD = Answer(({"id": "1"},), NOW)
KEPT = Answer(({"id": "1"},), NOW, from_cache=True)
DOWN, LATE = SourceDown("crm"), OutOfTime("crm")


def old(why: SourceError | None) -> Answer:
    return Answer((), NOW, from_cache=True, stale=True, why=why)


def note(*answers: Answer | SourceError) -> Shown | None:
    """What is noted of a source that said this, each to a key of its own."""
    hearing = Hearing()
    hearing.note("crm", {str(number): each for number, each in enumerate(answers)}, NOW)
    return hearing.last.get("crm")


@pytest.mark.parametrize("said", [(), (GOOD,), (GOOD, DOWN), (DOWN, GOOD), (KEPT, GOOD)])
def test_a_source_that_said_anything_of_use_answers(said: Any) -> None:
    assert note(*said) == Shown(NOW)


@pytest.mark.parametrize(
    "said", [(DOWN,), (DOWN, DOWN), (KEPT, DOWN), (old(DOWN),), (LATE, DOWN), (KEPT, old(DOWN))]
)
def test_a_source_of_which_nothing_was_of_use_has_failed_though_something_is_remembered(said: Any) -> None:
    assert note(*said) == Shown(NOW, DOWN)


@pytest.mark.parametrize(
    "said", [(KEPT,), (LATE,), (NotAsked("crm"),), (KEPT, LATE), (old(LATE),), (old(None),)]
)
def test_what_is_remembered_and_questions_that_never_reached_it_say_nothing_of_a_source(said: Any) -> None:
    assert note(*said) is None


OF_A_KEY = [OddRow("crm"), SourceRejects("crm"), SourceRefused("crm")]
EARLIER = [None, Shown(NOW - timedelta(seconds=1)), Shown(NOW - timedelta(seconds=1), DOWN)]


@pytest.mark.parametrize("earlier", EARLIER, ids=["nothing", "that it answers", "that it does not"])
@pytest.mark.parametrize("odd", OF_A_KEY, ids=lambda each: type(each).__name__)
def test_after_the_trouble_of_one_key_nobody_can_tell_before_the_source_is_asked(
    odd: SourceError, earlier: Shown | None
) -> None:
    for said in ((odd,), (KEPT, odd), (LATE, odd), (old(odd),)):
        hearing = Hearing(last={} if earlier is None else {"crm": earlier})
        hearing.note("crm", {str(number): each for number, each in enumerate(said)}, NOW)
        assert hearing.last == {}


@pytest.mark.parametrize("odd", OF_A_KEY, ids=lambda each: type(each).__name__)
def test_a_source_of_which_several_keys_were_of_no_use_has_failed(odd: SourceError) -> None:
    assert note(odd, odd) == Shown(NOW, odd)
    assert note(GOOD, odd, odd) == Shown(NOW)


@pytest.mark.parametrize("grave", [DOWN, SourceTimeout("crm"), SourceMisread("crm"), SourceBusy("crm")])
def test_what_one_key_cannot_bring_about_alone_is_the_sources_trouble(grave: SourceError) -> None:
    assert note(grave) == note(OF_A_KEY[0], grave) == note(grave, OF_A_KEY[0]) == Shown(NOW, grave)


def lookup(source: str, by: str = "id") -> Lookup:
    return Lookup(record="Note", by=by, source=source, place=None, key=("id",), id=("id",))


async def told(hearing: Hearing, *sources: str, wish: Wish = NO_WISH) -> list[type[SourceError] | None]:
    shown = await hearing.heard([lookup(each) for each in sources], FRESH, wish)
    return [type(each.error) if each.error else None for each in shown]


async def test_each_source_of_a_system_is_heard_once_and_again_only_when_that_was_long_ago() -> None:
    asked: list[str] = []

    async def probe(at: Lookup) -> tuple[Row, ...]:
        asked.append(at.source)
        if at.source == "b":
            raise SourceTimeout("b")
        return ()

    hearing = Hearing({"a": probe, "b": probe})
    assert await told(hearing, "a", "b", "a") == [None, SourceTimeout]
    assert await told(hearing, "a", "b") == [None, SourceTimeout]
    assert asked == ["a", "b"]
    hearing.last["a"] = Shown(datetime.now(UTC) - timedelta(seconds=31))
    hearing.last["b"] = Shown(datetime.now(UTC) - timedelta(seconds=4), DOWN)
    assert await told(hearing, "a", "b") == [None, SourceDown]
    hearing.last["b"] = Shown(datetime.now(UTC) - timedelta(seconds=6), DOWN)
    assert await told(hearing, "a", "b") == [None, SourceTimeout]
    assert asked == ["a", "b", "a", "b"]


async def test_whose_time_is_over_is_told_so_and_that_is_nobody_elses_answer() -> None:
    async def never(_at: Lookup) -> tuple[Row, ...]:
        raise AssertionError("nobody waits for it")

    hearing = Hearing({"a": never})
    assert await told(hearing, "a", wish=Wish(until=0.0)) == [OutOfTime]
    assert hearing.last == {}
    await hearing.asking.close()

"""Jitter has its bounds, and every answer tells the truth about itself."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from support.cache.callers import START, World, note, world

from gateway.cache.policy import CachePolicy
from gateway.contract.batch import ALL_ROWS, Answer, Window

FIFTY = {f"K{n}": [note(str(n))] for n in range(50)}


@given(seed=st.integers(), ttl=st.floats(1, 1000), absent=st.floats(1, 1000), has_rows=st.booleans())
async def test_an_answer_is_never_fresh_longer_than_its_time_nor_a_tenth_shorter(
    seed: int, ttl: float, absent: float, *, has_rows: bool
):
    keep = CachePolicy(ttl, stale_while_revalidate=0, stale_if_error=0, negative_ttl=absent)
    one = world({"A": [note("1")]} if has_rows else {}, keep, random=Random(seed))  # noqa: S311
    await one.ask("A")
    fresh = ttl if has_rows else absent
    one.go(fresh * 0.9 - 0.001)
    assert await one.known("A") == 0
    one.go(fresh * 0.1 + 0.002)
    assert await one.known("A") == 1


async def test_what_was_asked_together_does_not_expire_together():
    keep = CachePolicy(100, stale_while_revalidate=0)
    one = world(FIFTY, keep, random=Random(1))  # noqa: S311
    await one.ask(*FIFTY)
    one.go(95)
    await one.ask(*FIFTY)
    assert 10 < len(one.up.keys[1]) < 40


DOES = st.one_of(
    st.tuples(
        st.just("ask"), st.sampled_from([ALL_ROWS, Window(limit=1), Window(limit=2), Window(since=START)])
    ),
    st.tuples(st.just("go"), st.sampled_from([1.0, 30.0, 60.0, 300.0])),
    st.tuples(st.just("down"), st.booleans()),
    st.tuples(st.just("change"), st.integers(1, 3)),
)


@given(does=st.lists(DOES, max_size=30))
async def test_every_answer_tells_the_truth_about_itself(does: list[tuple[str, object]]):
    one = world({"A": [note("1", text="0")]})
    history = {}
    for number, (what, how) in enumerate(does):
        if what == "go":
            one.go(how)
        elif what == "down":
            one.up.down = how
        elif what == "change":
            one.up.rows["A"] = [note(str(day), day, str(number)) for day in range(how)]
        else:
            one.go(0.001)  # no two questions in one moment
            history[one.watch.moment] = list(one.up.rows["A"])
            await honest(one, how, history)
            await one.settled()


async def honest(one: World, window: Window, history: dict) -> None:
    """One question, and all that its answer may say."""
    before = len(one.up.asked)
    found = (await one.ask("A", window=window))["A"]
    failing = one.keeper.standing.failing  # before the background learns better
    told_now = len(one.up.asked) > before and not one.up.down
    if not isinstance(found, Answer):
        assert one.up.down
        return
    age = (one.watch.moment - found.as_of).total_seconds()
    then = world({"A": history[found.as_of]})
    assert found.rows == (await then.ask("A", window=window))["A"].rows
    assert found.from_cache is (age > 0)
    assert found.stale is (failing and age > 60)
    assert age < 720 if found.stale else age < 120
    assert told_now or found.from_cache

"""Jitter has bounds, and every answer says truly how old it is."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.cache.cached_sources import START, CachedSource, cached_source, note

from gateway.cache.policy import CachePolicy
from gateway.contract.batch import ALL_ROWS, Answer, Window

FIFTY = {f"K{n}": [note(str(n))] for n in range(50)}


@given(seed=st.integers(), ttl=st.floats(1, 1000), absent=st.floats(1, 1000), has_rows=st.booleans())
async def test_jitter_shortens_freshness_by_a_tenth_at_most(seed: int, ttl: float, absent: float, *, has_rows: bool):
    keep = CachePolicy(ttl, stale_while_revalidate=0, stale_if_error=0, negative_ttl=absent)
    source = cached_source({"A": [note("1")]} if has_rows else {}, keep, random=Random(seed))  # noqa: S311
    await source.ask("A")
    fresh = ttl if has_rows else absent
    source.advance(fresh * 0.9 - 0.001)
    assert await source.questions_for("A") == 0
    source.advance(fresh * 0.1 + 0.002)
    assert await source.questions_for("A") == 1


async def test_answers_stored_together_do_not_expire_together():
    keep = CachePolicy(100, stale_while_revalidate=0)
    source = cached_source(FIFTY, keep, random=Random(1))  # noqa: S311
    await source.ask(*FIFTY)
    source.advance(95)
    await source.ask(*FIFTY)
    assert 10 < len(source.upstream.keys[1]) < 40


DOES = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from([ALL_ROWS, Window(limit=1), Window(limit=2), Window(since=START)])),
    st.tuples(st.just("go"), st.sampled_from([1.0, 30.0, 60.0, 300.0])),
    st.tuples(st.just("down"), st.booleans()),
    st.tuples(st.just("change"), st.integers(1, 3)),
)


@given(does=st.lists(DOES, max_size=30))
@settings(deadline=None)  # thirty questions take long on a busy machine
async def test_every_answer_says_truly_how_old_it_is(does: list[tuple[str, object]]):
    source = cached_source({"A": [note("1", text="0")]})
    history = {}
    for number, (what, how) in enumerate(does):
        if what == "go":
            source.advance(how)
        elif what == "down":
            source.upstream.down = how
        elif what == "change":
            source.upstream.rows["A"] = [note(str(day), day, str(number)) for day in range(how)]
        else:
            source.advance(0.001)  # no two questions at one instant
            history[source.clock.instant] = list(source.upstream.rows["A"])
            await honest(source, how, history)
            await source.revalidated()


async def honest(source: CachedSource, window: Window, history: dict) -> None:
    """Ask, and check all that the answer says of itself."""
    before = len(source.upstream.questions)
    answer = (await source.ask("A", window=window))["A"]
    failing = source.fetch.health.failing  # before the revalidation
    is_new = len(source.upstream.questions) > before and not source.upstream.down
    if not isinstance(answer, Answer):
        assert source.upstream.down
        return
    age = (source.clock.instant - answer.as_of).total_seconds()
    then = cached_source({"A": history[answer.as_of]})
    assert answer.rows == (await then.ask("A", window=window))["A"].rows
    assert answer.from_cache is (age > 0)
    assert answer.stale is (failing and age > 60)
    assert age < 720 if answer.stale else age < 120
    assert is_new or answer.from_cache

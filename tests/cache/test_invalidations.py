"""The latest invalidations: those that are forgotten count as made."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.invalidations import MAX_TAGS, Invalidations


@given(
    steps=st.lists(st.lists(st.sampled_from("xyz")), max_size=9),
    since=st.integers(0, 9),
    tags=st.lists(st.sampled_from("wxyz")),
)
def test_an_invalidation_concerns_its_own_tags_since_earlier_numbers(
    steps: list[list[str]], since: int, tags: list[str]
):
    invalidations = Invalidations()
    for step in steps:
        invalidations.add(step)
    later = {tag for step in steps[since:] for tag in step}
    assert invalidations.concern(tags, since) is bool(later & set(tags))
    assert (invalidations.latest, invalidations.tags) == (len(steps), sum(map(len, steps)))


def test_an_unknown_invalidation_concerns_every_tag():
    invalidations = Invalidations()
    before = invalidations.latest
    invalidations.add_all()
    assert invalidations.concern(["x"], before)
    assert not invalidations.concern(["x"], invalidations.latest)


def test_a_forgotten_invalidation_concerns_every_tag():
    invalidations = Invalidations()
    for number in range(MAX_TAGS + 10):
        invalidations.add([str(number)])
    assert len(invalidations.by_tag) == MAX_TAGS
    assert invalidations.concern(["other"], since=9)
    assert not invalidations.concern(["other"], since=10)


def test_a_tag_invalidated_often_does_not_displace_others():
    invalidations = Invalidations()
    for number in range(MAX_TAGS):
        invalidations.add(["often", str(number)])
    assert invalidations.concern(["often"], invalidations.latest - 1)
    assert not invalidations.concern(["other"], invalidations.latest - 5)


def test_listeners_get_the_tags_or_none_for_all():
    calls: list[Sequence[str] | None] = []
    invalidations = Invalidations(listeners=[calls.append])
    invalidations.add(["x"])
    invalidations.add_all()
    assert calls == [["x"], None]

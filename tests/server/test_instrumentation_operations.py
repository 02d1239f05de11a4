"""The number of series is bounded, and every request is counted."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.server.instrumentation import MAX_NAMES, OTHER, SHED, OperationStats

NAMES = st.lists(st.sampled_from(["", *(f"Q{number}" for number in range(3 * MAX_NAMES))]), max_size=1_000)


@given(NAMES)
def test_series_are_bounded_and_every_request_counts_once(names: list[str]) -> None:
    stats = OperationStats()
    for name in names:
        stats.record(name, "OK", 0.1)
    counts = dict(stats.items())
    assert len(counts) <= MAX_NAMES + 1
    assert sum(operation.outcomes["OK"] for operation in counts.values()) == len(names)
    assert sum(sum(operation.seconds.counts) for operation in counts.values()) == len(names)
    if len(set(names)) <= MAX_NAMES:
        assert {name: operation.outcomes["OK"] for name, operation in counts.items()} == Counter(names)


@given(NAMES)
def test_no_count_ever_decreases(names: list[str]) -> None:
    stats = OperationStats()
    before: dict[str, int] = {}
    for name in names:
        stats.record(name, "OK", 0.1)
        counts = {each: operation.outcomes["OK"] for each, operation in stats.items()}
        assert all(counts[each] >= count for each, count in before.items())
        before = counts


OUTCOMES = st.sampled_from(["OK", "PARTIAL", "FAILED", "REFUSED", SHED, "CLIENT_DISCONNECTED"])


@given(st.lists(st.tuples(st.sampled_from(["", *(f"Q{n}" for n in range(2 * MAX_NAMES))]), OUTCOMES), max_size=400))
def test_sums_of_outcomes_are_right_and_shed_requests_untimed(requests: list[tuple[str, str]]) -> None:
    stats = OperationStats()
    before: Counter[tuple[str, str]] = Counter()
    for name, outcome in requests:
        stats.record(name, outcome, 0.1)
        counts = Counter({(each, word): n for each, of in stats.items() for word, n in of.outcomes.items()})
        assert (counts - before).total() == 1  # one count grows by one
        assert before <= counts
        before = counts
    sums = Counter[str]()
    for (_, outcome), count in before.items():
        sums[outcome] += count
    assert sums == Counter(outcome for _, outcome in requests)
    timed = sum(sum(operation.seconds.counts) for _, operation in stats.items())
    assert timed == len(requests) - sums[SHED]


def test_names_beyond_the_limit_are_counted_together() -> None:
    stats = OperationStats()
    for number in range(MAX_NAMES + 5):
        stats.record(f"Q{number}", "OK", 0.1)
    counts = dict(stats.items())
    assert counts[OTHER].outcomes == {"OK": 5}
    assert f"Q{MAX_NAMES}" not in counts

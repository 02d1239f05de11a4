"""The number of series is bounded, and every request is counted."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.server.instrumentation import MAX_NAMES, OTHER, OperationStats

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


def test_evicted_operations_are_counted_together() -> None:
    stats = OperationStats()
    stats.record("", "OK", 0.1)
    for number in range(MAX_NAMES + 5):
        stats.record(f"Q{number}", "OK", 0.1)
        stats.record("", "OK", 0.1)
    counts = dict(stats.items())
    assert counts[""].outcomes == {"OK": MAX_NAMES + 6}
    assert counts[OTHER].outcomes == {"OK": 6}
    assert "Q5" not in counts
    assert counts["Q6"].outcomes == {"OK": 1}

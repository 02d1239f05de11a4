"""However many names callers think of, there are few series, and no request is lost."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.operation_stats import MAX_NAMES, OTHER, OperationStats

NAMES = st.lists(st.sampled_from(["", *(f"Q{number}" for number in range(3 * MAX_NAMES))]), max_size=1_000)


@given(NAMES)
def test_names_are_few_and_every_request_is_counted_once(names: list[str]) -> None:
    requests = OperationStats()
    for name in names:
        requests.record(name, "OK", 0.1)
    told = dict(requests.items())
    assert len(told) <= MAX_NAMES + 1
    assert sum(each.outcomes["OK"] for each in told.values()) == len(names)
    assert sum(sum(each.seconds.counts) for each in told.values()) == len(names)
    if len(set(names)) <= MAX_NAMES:
        assert {name: each.outcomes["OK"] for name, each in told.items()} == Counter(names)


def test_the_names_used_last_are_told_apart_and_those_forgotten_are_counted_together() -> None:
    requests = OperationStats()
    requests.record("", "OK", 0.1)
    for number in range(MAX_NAMES + 5):
        requests.record(f"Q{number}", "OK", 0.1)
        requests.record("", "OK", 0.1)
    told = dict(requests.items())
    assert told[""].outcomes == {"OK": MAX_NAMES + 6}
    assert told[OTHER].outcomes == {"OK": 6}
    assert "Q5" not in told
    assert told["Q6"].outcomes == {"OK": 1}

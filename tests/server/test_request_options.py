import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.batch import NO_OPTIONS, RequestOptions
from gateway.errors import BadInput
from gateway.server.request import request_options

ALL = frozenset({"crm", "billing"})


@given(milliseconds=st.integers(1, 999_999_999), maximum=st.floats(0.1, 600))
def test_a_deadline_is_capped_at_the_maximum(milliseconds: int, maximum: float) -> None:
    before = time.monotonic()
    until = request_options({"x-request-deadline": str(milliseconds)}, maximum, ALL).deadline
    seconds = min(milliseconds / 1000, maximum)
    assert until is not None
    assert before + seconds <= until <= time.monotonic() + seconds


@pytest.mark.parametrize("headers", [{}, {"x-request-deadline": "2147483647"}, {"x-request-deadline": "9" * 5_000}])
def test_no_deadline_or_a_huge_one_means_the_maximum(headers: dict[str, str]) -> None:
    before = time.monotonic()
    until = request_options(headers, 10.0, ALL).deadline
    assert until is not None
    assert before + 10 <= until <= time.monotonic() + 10


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "1e3", "soon", "١٢", "000", " 5"])
def test_an_invalid_deadline_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="whole number of milliseconds"):
        request_options({"x-request-deadline": text}, 10.0, ALL)


@pytest.mark.parametrize("header", ["no-cache", "No-Cache", "max-age=0, no-cache"])
def test_no_cache_bypasses_the_cache_of_every_source(header: str) -> None:
    assert request_options({"cache-control": header}, 10.0, ALL).bypass_cache == ALL
    assert request_options({"cache-control": "max-age=5"}, 10.0, ALL).bypass_cache == frozenset()


def test_the_remaining_time_is_never_negative_and_may_be_infinite() -> None:
    assert NO_OPTIONS.remaining() == math.inf
    assert RequestOptions(deadline=time.monotonic() - 5).remaining() == 0
    assert 0 < RequestOptions(deadline=time.monotonic() + 60).remaining() <= 60

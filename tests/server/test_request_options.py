import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.batch import NO_OPTIONS, RequestOptions
from gateway.errors import BadInput
from gateway.server.request_options import request_options

ALL = frozenset({"crm", "billing"})


@given(asked=st.integers(1, 999_999_999), most=st.floats(0.1, 600))
def test_a_request_has_what_it_asks_for_and_never_more_than_there_is(asked: int, most: float) -> None:
    before = time.monotonic()
    wish = request_options({"x-request-deadline": str(asked)}, most, ALL)
    assert wish.deadline is not None
    given = min(asked / 1000, most)
    assert before + given <= wish.deadline <= time.monotonic() + given


@pytest.mark.parametrize("asked", ["2147483647", "9" * 5_000])
def test_however_much_it_asks_for_there_is_no_more(asked: str) -> None:
    before = time.monotonic()
    until = request_options({"x-request-deadline": asked}, 10.0, ALL).deadline
    assert until is not None
    assert before + 10 <= until <= time.monotonic() + 10


def test_a_request_that_asks_for_no_time_has_all_there_is() -> None:
    before = time.monotonic()
    until = request_options({}, 10.0, ALL).deadline
    assert until is not None
    assert before + 10 <= until <= time.monotonic() + 10


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "1e3", "soon", "١٢", "000", " 5"])
def test_a_deadline_that_is_none_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="whole number of milliseconds"):
        request_options({"x-request-deadline": text}, 10.0, ALL)


@pytest.mark.parametrize("header", ["no-cache", "No-Cache", "max-age=0, no-cache"])
def test_no_cache_asks_every_source_anew(header: str) -> None:
    assert request_options({"cache-control": header}, 10.0, ALL).bypass_cache == ALL
    assert request_options({"cache-control": "max-age=5"}, 10.0, ALL).bypass_cache == frozenset()


def test_what_is_left_is_never_less_than_nothing_and_without_an_end_it_is_endless() -> None:
    assert NO_OPTIONS.remaining() == math.inf
    assert RequestOptions(deadline=time.monotonic() - 5).remaining() == 0
    assert 0 < RequestOptions(deadline=time.monotonic() + 60).remaining() <= 60

"""One id ties together what a caller was answered and what systems were asked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.telemetry.served import ask, served
from support.telemetry.upstream import Crm, gateway_before

from gateway.telemetry.request_ids import request_id, trace_context

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MADE = re.compile(r"[0-9a-f]{32}")
SANE = st.text("abcXYZ019._-", min_size=1, max_size=128)


async def test_the_caller_s_id_is_answered_and_goes_upstream():
    crm = Crm()
    async with gateway_before(crm) as http:
        _, headers, _ = await ask(http, n="C1", headers={"X-Request-Id": "call-7.a_B"})
    assert headers["X-Request-Id"] == "call-7.a_B"
    assert [each["x-request-id"] for each in crm.asked] == ["call-7.a_B"]


async def test_who_has_no_id_gets_one_and_everyone_another():
    crm = Crm()
    async with gateway_before(crm) as http:
        made = [(await ask(http, n=f"C{number}"))[1]["X-Request-Id"] for number in range(3)]
    assert all(MADE.fullmatch(each) for each in made)
    assert len(set(made)) == 3
    assert [each["x-request-id"] for each in crm.asked] == made


@pytest.mark.parametrize("query", ["{ nonsense }", "", "{ __typename }"])
async def test_every_answer_says_its_id_also_where_nothing_ran(query: str):
    async with served() as http:
        assert MADE.fullmatch((await ask(http, query))[1]["X-Request-Id"])
    async with served(max_concurrent_requests=0) as http:
        assert MADE.fullmatch((await ask(http, query))[1]["X-Request-Id"])


@given(SANE)
def test_a_sane_id_is_taken_as_it_is(given_: str) -> None:
    assert request_id({"x-request-id": given_}) == given_


@given(st.text(max_size=300).filter(lambda text: not re.fullmatch(r"[A-Za-z0-9._\-]{1,128}", text)))
def test_any_other_is_replaced(given_: str) -> None:
    assert MADE.fullmatch(request_id({"x-request-id": given_}))


async def test_without_tracing_the_trace_of_the_caller_goes_upstream_as_it_came():
    crm = Crm()
    async with gateway_before(crm) as http:
        await ask(http, n="C1", headers={"traceparent": PARENT, "tracestate": "a=1", "baggage": "who=ada"})
        await ask(http, n="C2")
    assert [(each.get("traceparent"), each.get("tracestate")) for each in crm.asked] == [
        (PARENT, "a=1"),
        (None, None),
    ]
    assert not any("baggage" in each for each in crm.asked)


@pytest.mark.parametrize(
    "parent",
    ["", "x", PARENT.upper(), PARENT + "0", "ff" + PARENT[2:], f"00-{'0' * 32}-b7ad6b7169203331-01"],
)
def test_a_trace_that_is_none_goes_nowhere(parent: str) -> None:
    assert trace_context({"traceparent": parent, "tracestate": "a=1"}) == {}


@pytest.mark.parametrize("state", ["", "a=" + "b" * 512, "a=\u00e9", "a=\x07"])
def test_a_state_that_is_none_is_left_out(state: str) -> None:
    assert trace_context({"traceparent": PARENT, "tracestate": state}) == {"traceparent": PARENT}

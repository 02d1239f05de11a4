"""The request id appears in the response and in upstream calls."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.telemetry.served import ask, served
from support.telemetry.upstream import Crm, gateway_before

from gateway.telemetry.request_record import request_id, trace_context

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
GENERATED = re.compile(r"[0-9a-f]{32}")
VALID = st.text("abcXYZ019._-", min_size=1, max_size=128)


async def test_a_clients_id_is_returned_and_sent_upstream():
    crm = Crm()
    async with gateway_before(crm) as http:
        _, answer, _ = await ask(http, n="C1", headers={"X-Request-Id": "call-7.a_B"})
    assert answer["X-Request-Id"] == "call-7.a_B"
    assert [headers["x-request-id"] for headers in crm.headers] == ["call-7.a_B"]


async def test_requests_without_an_id_get_different_ones():
    crm = Crm()
    async with gateway_before(crm) as http:
        ids = [(await ask(http, n=f"C{number}"))[1]["X-Request-Id"] for number in range(3)]
    assert all(GENERATED.fullmatch(name) for name in ids)
    assert len(set(ids)) == 3
    assert [headers["x-request-id"] for headers in crm.headers] == ids


@pytest.mark.parametrize("query", ["{ nonsense }", "", "{ __typename }"])
async def test_every_answer_has_an_id_even_if_nothing_ran(query: str):
    async with served() as http:
        assert GENERATED.fullmatch((await ask(http, query))[1]["X-Request-Id"])
    async with served(max_concurrent_requests=0) as http:
        assert GENERATED.fullmatch((await ask(http, query))[1]["X-Request-Id"])


@given(VALID)
def test_a_valid_id_is_used(sent: str) -> None:
    assert request_id({"x-request-id": sent}) == sent


@given(st.text(max_size=300).filter(lambda text: not re.fullmatch(r"[A-Za-z0-9._\-]{1,128}", text)))
def test_an_invalid_id_is_replaced(sent: str) -> None:
    assert GENERATED.fullmatch(request_id({"x-request-id": sent}))


async def test_without_tracing_the_clients_trace_context_is_passed_on():
    crm = Crm()
    async with gateway_before(crm) as http:
        await ask(http, n="C1", headers={"traceparent": PARENT, "tracestate": "a=1", "baggage": "who=ada"})
        await ask(http, n="C2")
    assert [(headers.get("traceparent"), headers.get("tracestate")) for headers in crm.headers] == [
        (PARENT, "a=1"),
        (None, None),
    ]
    assert not any("baggage" in headers for headers in crm.headers)


@pytest.mark.parametrize(
    "parent", ["", "x", PARENT.upper(), PARENT + "0", "ff" + PARENT[2:], f"00-{'0' * 32}-b7ad6b7169203331-01"]
)
def test_an_invalid_trace_parent_is_dropped(parent: str) -> None:
    assert trace_context({"traceparent": parent, "tracestate": "a=1"}) == {}


@pytest.mark.parametrize("state", ["", "a=" + "b" * 512, "a=\u00e9", "a=\x07"])
def test_an_invalid_trace_state_is_dropped(state: str) -> None:
    assert trace_context({"traceparent": PARENT, "tracestate": state}) == {"traceparent": PARENT}

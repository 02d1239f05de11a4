"""Spans of requests, rounds and upstream attempts, each below its cause."""

import asyncio
from typing import Any

from opentelemetry.trace import SpanKind, StatusCode
from support.telemetry.served import FIND, Gate, ask, failing, policies, served
from support.telemetry.spans import RecordedSpans
from support.telemetry.upstream import Crm, gateway_before

from gateway.errors import SourceDown

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ACCOUNTS = "query Whose($n: String!) { customer(customerNumber: $n) { accounts { accountNumber } } }"
TABLES: Any = {
    "Customer": [{"id": "1", "customer_number": "C1"}, {"id": "2", "customer_number": "C2"}],
    "BillingAccount": [{"id": "A1", "customer_id": "1", "account_number": "10", "status": "ACTIVE"}],
}


async def test_a_request_has_rounds_and_a_round_has_attempts():
    recorded = RecordedSpans()
    async with served(TABLES, tracing=recorded.tracing) as http:
        await ask(http, ACCOUNTS, n="C1")
    assert recorded.tree() == [
        "query Whose",
        "query Whose > round",
        "query Whose > round",
        "query Whose > round > BillingAccount by customer_id",
        "query Whose > round > Customer by customer_number",
    ]


async def test_rounds_count_batches_and_attempts_count_keys():
    recorded = RecordedSpans()
    both = '{ a: customer(customerNumber: "C1") { id } b: customer(customerNumber: "C2") { id } '
    async with served(TABLES, tracing=recorded.tracing) as http:
        await ask(http, both + 'c: billingAccount(accountNumber: "10") { id } }')
    assert [dict(span.attributes or {}) for span in recorded.spans if span.name == "round"] == [{"gateway.batches": 2}]
    (attempt,) = [span for span in recorded.spans if span.name == "Customer by customer_number"]
    assert attempt.kind is SpanKind.CLIENT
    assert dict(attempt.attributes or {}) == {
        "gateway.source": "CRM",
        "gateway.lookup": "Customer by customer_number",
        "gateway.keys": 2,
        "gateway.outcome": "OK",
    }


async def test_concurrent_requests_have_separate_traces():
    recorded = RecordedSpans()
    async with served(TABLES, tracing=recorded.tracing) as http:
        await asyncio.gather(*(ask(http, ACCOUNTS, n=f"C{number}") for number in (1, 2) * 5))
    attempts = [path for path in recorded.tree() if path.count(">") == 2]
    assert len(attempts) == len({span.context.trace_id for span in recorded.spans if span.context}) * 2 == 20


async def test_a_trace_continues_from_client_to_upstream():
    recorded, crm = RecordedSpans(), Crm()
    async with gateway_before(crm, recorded.tracing) as http:
        await ask(http, n="C1", headers={"traceparent": PARENT, "tracestate": "a=1", "baggage": "who=ada"})
    request, _, attempt = recorded.spans
    assert request.parent
    assert request.kind is SpanKind.SERVER
    assert f"{request.parent.span_id:016x}" == PARENT.split("-")[2]
    assert attempt.context
    (headers,) = crm.headers
    assert headers["traceparent"] == f"00-{PARENT.split('-')[1]}-{attempt.context.span_id:016x}-01"
    assert headers["tracestate"] == "a=1"
    assert "baggage" not in headers


async def test_an_unsampled_trace_is_not_recorded():
    recorded, crm = RecordedSpans(), Crm()
    async with gateway_before(crm, recorded.tracing) as http:
        await ask(http, n="C1", headers={"traceparent": PARENT[:-1] + "0"})
    assert recorded.spans == []
    assert crm.headers[0]["traceparent"].endswith("-00")


async def test_each_attempt_has_its_own_span():
    recorded, crm = RecordedSpans(), Crm(statuses=[503])
    async with gateway_before(crm, recorded.tracing) as http:
        assert (await ask(http, n="C1"))[2]["data"] == {"customer": {"customerNumber": "C1"}}
    outcomes = [(span.attributes or {}).get("gateway.outcome") for span in recorded.spans[2:]]
    assert outcomes == ["SOURCE_DOWN", "OK"]
    assert [span.status.status_code for span in recorded.spans[2:]] == [StatusCode.ERROR, StatusCode.UNSET]
    assert len({span.parent.span_id for span in recorded.spans[2:] if span.parent}) == 1


async def test_a_request_span_has_operation_and_outcome_but_no_reason():
    recorded = RecordedSpans()
    async with served(TABLES, tracing=recorded.tracing, wrap=failing(SourceDown, "CRM")) as http:
        _, headers, _ = await ask(http, n="C1")
        await ask(http, "query Wrong { nonsense }")
    failed, refused = (span for span in recorded.spans if span.kind is SpanKind.SERVER)
    assert dict(failed.attributes or {}) == {
        "gateway.request": headers["X-Request-Id"],
        "graphql.operation.name": "Find",
        "graphql.operation.type": "query",
        "gateway.outcome": "PARTIAL",
    }
    assert (refused.name, (refused.attributes or {})["gateway.outcome"]) == ("graphql", "REFUSED")
    assert refused.status.status_code is StatusCode.ERROR
    assert all(not span.events and not span.status.description for span in recorded.spans)


async def test_a_cached_answer_has_no_attempt_span():
    recorded = RecordedSpans()
    async with served(TABLES, tracing=recorded.tracing, text=policies(cache="60")) as http:
        await ask(http, n="C1")
        await ask(http, n="C1")
    attempt = "query Find > round > Customer by customer_number"
    assert recorded.tree() == ["query Find", "query Find", "query Find > round", "query Find > round", attempt]


async def test_a_disconnect_ends_all_spans():
    recorded, gate = RecordedSpans(), Gate()
    async with served(TABLES, tracing=recorded.tracing, wrap=gate.wrap) as http:
        request = asyncio.create_task(ask(http, FIND, n="C1"))
        await gate.reached_by()
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
    assert {(s.name, (s.attributes or {}).get("gateway.outcome")) for s in recorded.spans} == {
        ("query Find", "CLIENT_DISCONNECTED"),
        ("round", None),
        ("Customer by customer_number", "CANCELLED"),
    }

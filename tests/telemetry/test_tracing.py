"""One span for each request, each round and each question to a system, each below the one that caused it."""

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


async def test_a_request_has_rounds_and_a_round_has_questions():
    seen = RecordedSpans()
    async with served(TABLES, tracing=seen.tracing) as http:
        await ask(http, ACCOUNTS, n="C1")
    assert seen.tree() == [
        "query Whose",
        "query Whose > round",
        "query Whose > round",
        "query Whose > round > BillingAccount by customer_id",
        "query Whose > round > Customer by customer_number",
    ]


async def test_a_round_says_how_many_batches_and_a_question_how_many_keys():
    seen = RecordedSpans()
    both = '{ a: customer(customerNumber: "C1") { id } b: customer(customerNumber: "C2") { id } '
    async with served(TABLES, tracing=seen.tracing) as http:
        await ask(http, both + 'c: billingAccount(accountNumber: "10") { id } }')
    assert [dict(span.attributes or {}) for span in seen.spans if span.name == "round"] == [
        {"gateway.batches": 2}
    ]
    (found,) = [span for span in seen.spans if span.name == "Customer by customer_number"]
    assert found.kind is SpanKind.CLIENT
    assert dict(found.attributes or {}) == {
        "gateway.source": "CRM",
        "gateway.lookup": "Customer by customer_number",
        "gateway.keys": 2,
        "gateway.outcome": "OK",
    }


async def test_requests_at_the_same_time_do_not_mix():
    seen = RecordedSpans()
    async with served(TABLES, tracing=seen.tracing) as http:
        await asyncio.gather(*(ask(http, ACCOUNTS, n=f"C{number}") for number in (1, 2) * 5))
    below = [path for path in seen.tree() if path.count(">") == 2]
    assert len(below) == len({span.context.trace_id for span in seen.spans if span.context}) * 2 == 20


async def test_a_trace_goes_on_from_the_caller_to_the_system():
    seen, crm = RecordedSpans(), Crm()
    async with gateway_before(crm, seen.tracing) as http:
        await ask(http, n="C1", headers={"traceparent": PARENT, "tracestate": "a=1", "baggage": "who=ada"})
    request, _, question = seen.spans
    assert request.parent
    assert request.kind is SpanKind.SERVER
    assert f"{request.parent.span_id:016x}" == PARENT.split("-")[2]
    assert question.context
    (asked,) = crm.asked
    assert asked["traceparent"] == f"00-{PARENT.split('-')[1]}-{question.context.span_id:016x}-01"
    assert asked["tracestate"] == "a=1"
    assert "baggage" not in asked


async def test_a_caller_who_samples_nothing_is_not_traced():
    seen, crm = RecordedSpans(), Crm()
    async with gateway_before(crm, seen.tracing) as http:
        await ask(http, n="C1", headers={"traceparent": PARENT[:-1] + "0"})
    assert seen.spans == []
    assert crm.asked[0]["traceparent"].endswith("-00")


async def test_each_attempt_is_a_span_of_its_own():
    seen, crm = RecordedSpans(), Crm(statuses=[503])
    async with gateway_before(crm, seen.tracing) as http:
        assert (await ask(http, n="C1"))[2]["data"] == {"customer": {"customerNumber": "C1"}}
    outcomes = [(span.attributes or {}).get("gateway.outcome") for span in seen.spans[2:]]
    assert outcomes == ["SOURCE_DOWN", "OK"]
    assert [span.status.status_code for span in seen.spans[2:]] == [StatusCode.ERROR, StatusCode.UNSET]
    assert len({span.parent.span_id for span in seen.spans[2:] if span.parent}) == 1


async def test_a_request_says_its_operation_and_what_came_of_it_and_not_why():
    seen = RecordedSpans()
    async with served(TABLES, tracing=seen.tracing, wrap=failing(SourceDown, "CRM")) as http:
        _, headers, _ = await ask(http, n="C1")
        await ask(http, "query Wrong { nonsense }")
    failed, refused = (span for span in seen.spans if span.kind is SpanKind.SERVER)
    assert dict(failed.attributes or {}) == {
        "gateway.request": headers["X-Request-Id"],
        "graphql.operation.name": "Find",
        "graphql.operation.type": "query",
        "gateway.outcome": "PARTIAL",
    }
    assert (refused.name, (refused.attributes or {})["gateway.outcome"]) == ("graphql", "REFUSED")
    assert refused.status.status_code is StatusCode.ERROR
    assert all(not span.events and not span.status.description for span in seen.spans)


async def test_what_is_remembered_is_asked_in_no_span():
    seen = RecordedSpans()
    async with served(TABLES, tracing=seen.tracing, text=policies(cache="60")) as http:
        await ask(http, n="C1")
        await ask(http, n="C1")
    asked = "query Find > round > Customer by customer_number"
    assert seen.tree() == ["query Find", "query Find", "query Find > round", "query Find > round", asked]


async def test_a_client_that_hangs_up_leaves_no_span_open():
    seen, door = RecordedSpans(), Gate()
    async with served(TABLES, tracing=seen.tracing, wrap=door.wrap) as http:
        asking = asyncio.create_task(ask(http, FIND, n="C1"))
        await door.inside.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert {(s.name, (s.attributes or {}).get("gateway.outcome")) for s in seen.spans} == {
        ("query Find", "CLIENT_DISCONNECTED"),
        ("round", None),
        ("Customer by customer_number", "CANCELLED"),
    }

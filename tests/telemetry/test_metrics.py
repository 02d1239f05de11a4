"""The metrics count what happened, in a format that Prometheus reads."""

import asyncio

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.telemetry.served import FIND, TABLES, Gate, ask, failing, metric_samples, policies, scrape, served

from gateway.config.limits import Limit, Limits
from gateway.errors import InvalidResponse, SourceDown

TOO_MANY_IDS = "query Most { nodes(ids: [" + '"x" ' * 101 + "]) { id } }"


async def test_requests_are_counted_by_operation_and_outcome():
    async with served(wrap=failing(SourceDown, "BILLING")) as http:
        await ask(http, n="C1")
        await ask(http, n="nobody")
        await ask(http, "{ __typename }")
        await ask(http, TOO_MANY_IDS)
        await ask(http, 'query Part { node(id: "QmlsbDox") { id } }')
        await ask(http, "query Wrong { nonsense }")
        await ask(http, FIND, n=None)
        await http.post("/graphql", data=b"nonsense")
        samples = await metric_samples(http, "operation", "outcome")
    counts = {key[1:]: value for key, value in samples.items() if key[0] == "gateway_requests_total"}
    assert counts == {
        ("Find", "OK"): 2,
        ("Find", "REFUSED"): 1,
        ("", "OK"): 1,
        ("", "REFUSED"): 2,
        ("Most", "PARTIAL"): 1,
        ("Part", "PARTIAL"): 1,
    }


async def test_requests_without_data_are_counted_as_failed():
    async with served(limits=Limits(objects=Limit("objects", 0))) as http:
        assert (await ask(http, n="C1"))[2]["data"] is None
        samples = await metric_samples(http, "operation", "outcome")
    assert samples[("gateway_requests_total", "Find", "FAILED")] == 1


async def test_requests_have_durations():
    async with served() as http:
        for _ in range(3):
            await ask(http, n="C1")
        samples = await metric_samples(http, "operation", "le")
    name = "gateway_request_duration_seconds"
    assert samples[(f"{name}_count", "Find")] == samples[(f"{name}_bucket", "Find", "+Inf")] == 3
    assert samples[(f"{name}_sum", "Find")] > 0
    heights = [value for key, value in samples.items() if key[:2] == (f"{name}_bucket", "Find")]
    assert heights == sorted(heights)


async def test_shed_requests_are_counted_but_not_timed():
    async with served(max_concurrent_requests=0) as http:
        assert (await ask(http, n="C1"))[0] == 503
        samples = await metric_samples(http, "outcome")
    assert samples[("gateway_requests_total", "SHED")] == samples[("gateway_requests_shed_total",)] == 1
    assert ("gateway_request_duration_seconds_count",) not in samples


async def test_requests_and_batches_in_flight_are_counted():
    gate, name = Gate(), ("gateway_requests_in_flight",)
    async with served(wrap=gate.wrap, text=policies(concurrency="{ max_in_flight = 4 }")) as http:
        request = asyncio.create_task(ask(http, n="C1"))
        await gate.reached_by()
        assert (await metric_samples(http))[name] == 1
        assert (await metric_samples(http, "source"))[("gateway_upstream_in_flight", "CRM")] == 1
        gate.open.set()
        await request
        assert name not in await metric_samples(http)


async def test_fields_that_rows_lack_are_counted():
    async with served() as http:
        for _ in range(20):
            await ask(http, n="C1")
        samples = await metric_samples(http, "lookup", "field", "presence")
    of = ("Customer by customer_number", "party_id")
    assert samples[("gateway_field_rows_total", *of, "missing")] == 20
    assert ("gateway_field_rows_total", *of, "seen") not in samples
    assert samples[("gateway_field_drifted", *of)] == 1
    assert not [key for key in samples if key[1:3] == ("Customer by customer_number", "id")]


async def test_attempts_are_counted_by_source_and_outcome():
    both = '{ a: customer(customerNumber: "C1") { id } b: customer(customerNumber: "C2") { id } }'
    async with served(wrap=failing(SourceDown, "BILLING"), text=policies(retry="{ base_delay = 0 }")) as http:
        await ask(http, both)
        await ask(http, '{ node(id: "QmlsbDox") { id } }')
        samples = await metric_samples(http, "source", "outcome", "le")
    assert samples[("gateway_upstream_attempts_total", "CRM", "OK")] == 1
    assert samples[("gateway_upstream_attempts_total", "BILLING", "SOURCE_DOWN")] == 2
    assert samples[("gateway_upstream_retries_total", "BILLING")] == 1
    assert samples[("gateway_upstream_batch_keys_sum", "CRM")] == 2
    assert samples[("gateway_upstream_batch_keys_bucket", "CRM", "2.0")] == 1
    assert ("gateway_upstream_batch_keys_bucket", "CRM", "1.0") not in samples
    assert samples[("gateway_upstream_attempt_duration_seconds_count", "BILLING")] == 2
    assert ("gateway_upstream_last_success_timestamp_seconds", "CRM") in samples
    assert ("gateway_upstream_last_success_timestamp_seconds", "BILLING") not in samples


async def test_cache_hits_and_misses_are_counted():
    async with served(text=policies(cache="60")) as http:
        for number in ("C1", "C1", "C2"):
            await ask(http, n=number)
        samples = await metric_samples(http, "source", "result")
    assert samples[("gateway_cache_keys_total", "CRM", "miss")] == 2
    assert samples[("gateway_cache_keys_total", "CRM", "hit")] == 1
    assert samples[("gateway_cache_entries",)] == 2
    assert samples[("gateway_cache_bytes",)] > 0


async def test_with_redis_its_metrics_replace_those_of_the_memory():
    async with served(redis_url="redis://127.0.0.1:9/0", text=policies(cache="60")) as http:  # no server is there
        assert (await ask(http, n="C1"))[0] == 200
        samples, text = await metric_samples(http, "source", "result"), await scrape(http)
    assert samples[("gateway_cache_keys_total", "CRM", "miss")] == 1
    assert 'gateway_redis_up{role="writes"} 1.0' in text  # no circuit has opened yet
    assert "gateway_redis_pending_invalidations 0.0" in text
    assert "gateway_cache_entries" not in text


async def test_the_breakers_state_and_openings_are_shown():
    text = policies(breaker="{ min_calls = 1, open_for = 3600 }")
    async with served(wrap=failing(SourceDown, "CRM"), text=text) as http:
        before = await metric_samples(http, "source", "state")
        await ask(http, n="C1")
        after = await metric_samples(http, "source", "state")
    assert before[("gateway_breaker_state", "CRM", "CLOSED")] == 1
    assert after[("gateway_breaker_state", "CRM", "OPEN")] == 1
    assert ("gateway_breaker_state", "CRM", "CLOSED") not in after
    assert after[("gateway_breaker_opened_total", "CRM")] == 1


async def test_the_breakers_of_lookups_that_opened_are_shown():
    text = policies(breaker="{ min_calls = 2, open_for = 3600 }")
    async with served(wrap=failing(InvalidResponse, "CRM"), text=text) as http:
        await ask(http, n="C1")
        closed = await metric_samples(http, "source", "lookup", "state")
        for number in ("C2", "C3"):
            await ask(http, n=number)
        opened = await metric_samples(http, "source", "lookup", "state")
    lookup = ("CRM", "Customer by customer_number")
    assert not [sample for sample in closed if sample[0].startswith("gateway_lookup_breaker")]
    assert opened["gateway_lookup_breaker_state", *lookup, "OPEN"] == 1
    assert opened["gateway_lookup_breaker_opened_total", *lookup] == 1
    assert {sample[1:3] for sample in opened if sample[0].startswith("gateway_lookup_breaker")} == {lookup}
    assert opened["gateway_breaker_state", "CRM", "CLOSED"] == 1  # its other lookups are asked


async def test_two_gateways_in_one_process_count_separately():
    async with served() as one, served(TABLES) as other:
        await ask(one, n="C1")
        assert (await metric_samples(one, "operation"))[("gateway_requests_total", "Find")] == 1
        assert ("gateway_requests_total", "Find") not in await metric_samples(other, "operation")


@pytest.mark.parametrize("accept", ["*/*", "application/openmetrics-text; version=x", "text/plain;version=,"])
async def test_every_client_gets_the_plain_text_format(accept: str):
    async with served() as http, aiohttp.ClientSession(http._base_url, headers={"Accept": accept}) as other:  # noqa: SLF001  # its address
        assert "# TYPE gateway_requests_total counter" in await scrape(other)


NAMES = """
admission_limit_points admission_points admission_shed admission_waiting
breaker_opened breaker_state cache_bytes cache_entries cache_evictions cache_invalidated_tags cache_keys
event_loop_late_seconds field_drifted field_rows limit_breaches operation_cost_points
event_loop_late_seconds field_drifted field_rows lookup_breaker_opened lookup_breaker_state
request_duration_seconds requests requests_in_flight requests_shed
rate_limit_unchecked
upstream_attempt_duration_seconds upstream_attempts upstream_batch_keys upstream_hedges
upstream_in_flight upstream_last_success_timestamp_seconds upstream_rejected upstream_retries
"""


async def test_every_metric_has_its_name_and_description():
    async with served() as http:
        await ask(http, n="C1")
        families = {family.name: family for family in text_string_to_metric_families(await scrape(http))}
    names = {f"gateway_{name}" for name in NAMES.split()}
    assert {name for name in families if name.startswith("gateway_")} == names
    assert all(families[name].documentation for name in names)
    assert families.keys() >= {"process_cpu_seconds", "process_resident_memory_bytes"}

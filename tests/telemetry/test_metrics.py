"""What is counted is what happened, and Prometheus can read it."""

import asyncio

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.telemetry.served import (
    FIND,
    TABLES,
    Gate,
    ask,
    failing,
    metric_samples,
    policies,
    scrape,
    served,
)

from gateway.errors import SourceDown

NOTHING_LEFT = "query Most { nodes(ids: [" + '"x" ' * 101 + "]) { id } }"


async def test_requests_are_counted_by_operation_and_outcome():
    async with served(wrap=failing(SourceDown, "BILLING")) as http:
        await ask(http, n="C1")
        await ask(http, n="nobody")
        await ask(http, "{ __typename }")
        await ask(http, NOTHING_LEFT)
        await ask(http, 'query Part { node(id: "QmlsbDox") { id } }')
        await ask(http, "query Wrong { nonsense }")
        await ask(http, FIND, n=None)
        await http.post("/graphql", data=b"nonsense")
        found = await metric_samples(http, "operation", "outcome")
    counted = {key[1:]: value for key, value in found.items() if key[0] == "gateway_requests_total"}
    assert counted == {
        ("Find", "OK"): 2,
        ("Find", "REFUSED"): 1,
        ("", "OK"): 1,
        ("", "REFUSED"): 2,
        ("Most", "FAILED"): 1,
        ("Part", "PARTIAL"): 1,
    }


async def test_every_request_but_those_shed_has_its_place_among_the_durations():
    async with served() as http:
        for _ in range(3):
            await ask(http, n="C1")
        found = await metric_samples(http, "operation", "le")
    name = "gateway_request_duration_seconds"
    assert found[(f"{name}_count", "Find")] == found[(f"{name}_bucket", "Find", "+Inf")] == 3
    assert found[(f"{name}_sum", "Find")] > 0
    heights = [value for key, value in found.items() if key[:2] == (f"{name}_bucket", "Find")]
    assert heights == sorted(heights)


async def test_those_turned_away_at_the_door_are_counted_and_not_timed():
    async with served(max_concurrent_requests=0) as http:
        assert (await ask(http, n="C1"))[0] == 503
        found = await metric_samples(http, "outcome")
    assert found[("gateway_requests_total", "SHED")] == found[("gateway_requests_shed_total",)] == 1
    assert ("gateway_request_duration_seconds_count",) not in found


async def test_what_is_under_way_is_shown_while_it_is():
    door, name = Gate(), ("gateway_requests_under_way",)
    async with served(wrap=door.wrap, text=policies(concurrency="{ max_in_flight = 4 }")) as http:
        asking = asyncio.create_task(ask(http, n="C1"))
        await door.inside.wait()
        assert (await metric_samples(http))[name] == 1
        assert (await metric_samples(http, "source"))[("gateway_upstream_under_way", "CRM")] == 1
        door.leave.set()
        await asking
        assert name not in await metric_samples(http)


async def test_attempts_are_counted_by_source_and_outcome_with_their_sizes():
    both = '{ a: customer(customerNumber: "C1") { id } b: customer(customerNumber: "C2") { id } }'
    async with served(wrap=failing(SourceDown, "BILLING"), text=policies(retry="{ base_delay = 0 }")) as http:
        await ask(http, both)
        await ask(http, '{ node(id: "QmlsbDox") { id } }')
        found = await metric_samples(http, "source", "outcome", "le")
    assert found[("gateway_upstream_attempts_total", "CRM", "OK")] == 1
    assert found[("gateway_upstream_attempts_total", "BILLING", "SOURCE_DOWN")] == 2
    assert found[("gateway_upstream_retries_total", "BILLING")] == 1
    assert found[("gateway_upstream_batch_keys_sum", "CRM")] == 2
    assert found[("gateway_upstream_batch_keys_bucket", "CRM", "2.0")] == 1
    assert ("gateway_upstream_batch_keys_bucket", "CRM", "1.0") not in found
    assert found[("gateway_upstream_attempt_duration_seconds_count", "BILLING")] == 2
    assert ("gateway_upstream_last_answer_timestamp_seconds", "CRM") in found
    assert ("gateway_upstream_last_answer_timestamp_seconds", "BILLING") not in found


async def test_keys_that_are_kept_are_told_from_those_that_were_asked():
    async with served(text=policies(cache="60")) as http:
        for number in ("C1", "C1", "C2"):
            await ask(http, n=number)
        found = await metric_samples(http, "source", "result")
    assert found[("gateway_cache_keys_total", "CRM", "missed")] == 2
    assert found[("gateway_cache_keys_total", "CRM", "fresh")] == 1
    assert found[("gateway_cache_entries",)] == 2
    assert found[("gateway_cache_bytes",)] > 0


async def test_a_gateway_with_redis_has_its_numbers_instead_of_those_of_a_memory():
    async with served(
        redis_url="redis://127.0.0.1:9/0", text=policies(cache="60")
    ) as http:  # nobody is there
        assert (await ask(http, n="C1"))[0] == 200
        found, text = await metric_samples(http, "source", "result"), await scrape(http)
    assert found[("gateway_cache_keys_total", "CRM", "missed")] == 1
    assert 'gateway_redis_up{role="writes"} 1.0' in text  # no circuit has opened yet
    assert "gateway_redis_pending_invalidations 0.0" in text
    assert "gateway_cache_entries" not in text


async def test_a_breaker_is_in_one_state_and_its_openings_are_counted():
    text = policies(breaker="{ min_calls = 1, open_for = 3600 }")
    async with served(wrap=failing(SourceDown, "CRM"), text=text) as http:
        before = await metric_samples(http, "source", "state")
        await ask(http, n="C1")
        after = await metric_samples(http, "source", "state")
    assert before[("gateway_breaker_state", "CRM", "CLOSED")] == 1
    assert after[("gateway_breaker_state", "CRM", "OPEN")] == 1
    assert ("gateway_breaker_state", "CRM", "CLOSED") not in after
    assert after[("gateway_breaker_opened_total", "CRM")] == 1


async def test_two_gateways_in_one_process_count_for_themselves():
    async with served() as one, served(TABLES) as other:
        await ask(one, n="C1")
        assert (await metric_samples(one, "operation"))[("gateway_requests_total", "Find")] == 1
        assert ("gateway_requests_total", "Find") not in await metric_samples(other, "operation")


@pytest.mark.parametrize("accept", ["*/*", "application/openmetrics-text; version=x", "text/plain;version=,"])
async def test_whoever_asks_gets_the_text_that_every_prometheus_reads(accept: str):
    async with served() as http, aiohttp.ClientSession(http._base_url, headers={"Accept": accept}) as other:  # noqa: SLF001  # where it answers
        assert "# TYPE gateway_requests_total counter" in await scrape(other)


NAMES = """
breaker_opened breaker_state cache_bytes cache_entries cache_evicted cache_invalidated_tags cache_keys
request_duration_seconds requests requests_shed requests_under_way
upstream_attempt_duration_seconds upstream_attempts upstream_batch_keys upstream_hedges
upstream_last_answer_timestamp_seconds upstream_retries upstream_turned_away upstream_under_way
"""


async def test_every_number_has_its_name_and_says_what_it_is():
    async with served() as http:
        await ask(http, n="C1")
        families = {each.name: each for each in text_string_to_metric_families(await scrape(http))}
    ours = {f"gateway_{name}" for name in NAMES.split()}
    assert {name for name in families if name.startswith("gateway_")} == ours
    assert all(families[name].documentation for name in ours)
    assert families.keys() >= {"process_cpu_seconds", "process_resident_memory_bytes"}

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from support.demo.faulty_systems import CRM, EVERY_SYSTEM, FaultyClient, SystemRequest, head
from support.demo.tiny_utility import SystemsClient, ids, records

from gateway.sources.http.client import HttpSettings
from gateway_demo.faults.model import Fault
from gateway_demo.faults.synthetic_responses import INTERNAL_DETAILS, oversized_body


async def test_latency_delays_an_unchanged_response(client: FaultyClient) -> None:
    healthy, clock = await client.call(), asyncio.get_running_loop()
    await client.put("crm", {"kind": "latency", "seconds": 0.1}, {"kind": "latency", "seconds": 0.1})
    start = clock.time()
    assert await client.call() == healthy
    assert clock.time() - start > 0.19


async def test_reset_sends_rst(client: FaultyClient) -> None:
    await client.put("crm", {"kind": "reset"})
    reader, writer = await client.open_request()
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_silence_closes_without_a_response(client: FaultyClient) -> None:
    await client.put("crm", {"kind": "silence", "seconds": 0.05})
    reader, writer = await client.open_request()
    assert await reader.read() == b""
    writer.close()


async def test_cut_sends_half_of_the_announced_body(client: FaultyClient) -> None:
    _, healthy = await client.call()
    await client.put("crm", {"kind": "cut"})
    reader, writer = await client.open_request()
    headers = await head(reader)
    assert (headers["status"], int(headers["content-length"])) == ("200", len(healthy))
    assert await reader.read() == healthy[: len(healthy) // 2]
    writer.close()
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.call()


async def test_drip_sends_the_whole_body_over_its_seconds(client: FaultyClient) -> None:
    _, healthy = await client.call()
    clock = asyncio.get_running_loop()
    await client.put("crm", {"kind": "drip", "seconds": 0.4})
    start = clock.time()
    assert await client.call() == (200, healthy)
    assert clock.time() - start > 0.39


async def test_drip_sends_the_first_group_at_once(client: FaultyClient) -> None:
    _, healthy = await client.call()
    await client.put("crm", {"kind": "drip", "seconds": 3600})
    reader, writer = await client.open_request()
    headers = await head(reader)
    first = -(-len(healthy) // 20)
    assert int(headers["content-length"]) == len(healthy)
    assert await reader.read(len(healthy)) == healthy[:first]
    writer.close()


@pytest.mark.parametrize(
    ("fault", "status", "media", "text"),
    [
        ({"kind": "error"}, "500", "text/html", INTERNAL_DETAILS),
        ({"kind": "error", "form": "json"}, "500", "application/json", INTERNAL_DETAILS),
        ({"kind": "html"}, "200", "text/html", "sign in"),
        ({"kind": "busy"}, "429", "application/json", "too many"),
    ],
)
async def test_synthetic_responses_replace_the_systems_own(
    client: FaultyClient, fault: dict[str, Any], status: str, media: str, text: str
) -> None:
    await client.put("crm", fault)
    reader, writer = await client.open_request()
    headers = await head(reader)
    body = (await reader.readexactly(int(headers["content-length"]))).decode()
    writer.close()
    assert (headers["status"], headers["content-type"].partition(";")[0]) == (status, media)
    assert text in body


async def test_busy_rounds_retry_after_up_to_seconds(client: FaultyClient) -> None:
    await client.put("crm", {"kind": "busy", "seconds": 6.5})
    reader, writer = await client.open_request()
    assert (await head(reader))["retry-after"] == "7"
    writer.close()


@pytest.mark.parametrize("size", [1, 100, 200_000])
async def test_huge_sends_json_of_its_size_without_content_length(client: FaultyClient, size: int) -> None:
    await client.put("crm", {"kind": "huge", "bytes": size})
    status, body = await client.call()
    assert status == 200
    assert size <= len(body) < size + 70_000
    assert json.loads(body)["items"]
    reader, writer = await client.open_request()
    assert "content-length" not in await head(reader)
    writer.close()


def test_huge_exceeds_the_gateways_limit_by_default() -> None:
    assert sum(map(len, oversized_body(Fault(kind="huge").bytes))) > HttpSettings(url="http://x").max_bytes


async def test_huge_is_generated_while_it_is_read(client: FaultyClient) -> None:
    await client.put("crm", {"kind": "huge", "bytes": 10_000_000_000, "times": 1})
    reader, writer = await client.open_request()
    await reader.readexactly(1_000_000)
    writer.close()
    assert (await client.call())[0] == 200


@EVERY_SYSTEM
async def test_duplicates_repeats_each_row(client: FaultyClient, system_request: SystemRequest) -> None:
    _, healthy = await client.call(system_request)
    await client.put(system_request.system, {"kind": "duplicates", "path": system_request.path.partition("?")[0]})
    _, duplicated = await client.call(system_request)
    assert records(json.loads(duplicated)) == [row for row in records(json.loads(healthy)) for _ in range(2)]
    assert len(duplicated) > len(healthy)


@EVERY_SYSTEM
async def test_shape_strips_renames_or_wraps_rows(client: FaultyClient, system_request: SystemRequest) -> None:
    _, healthy = await client.call(system_request)
    path = system_request.path.partition("?")[0]
    await client.put(system_request.system, {"kind": "shape", "form": "bare", "path": path})
    bare = records(json.loads((await client.call(system_request))[1]))
    assert bare == [{} for _ in records(json.loads(healthy))]
    await client.put(system_request.system, {"kind": "shape", "form": "renamed", "path": path})
    assert b'_v2"' in (await client.call(system_request))[1]
    await client.put(system_request.system, {"kind": "shape", "path": path})
    assert not isinstance(json.loads((await client.call(system_request))[1]), type(json.loads(healthy)))


async def test_others_replaces_requested_keys(client: FaultyClient) -> None:
    await client.put("crm", {"kind": "others"})
    assert ids(json.loads((await client.call())[1])) == ["A3", "A4"]


async def test_types_changes_requested_keys_only_with_form_all(client: FaultyClient) -> None:
    await client.put("crm", {"kind": "types"})
    row = records(json.loads((await client.call())[1]))[0]
    assert (row["id"], row["owner"]) == ("A1", ["A"])
    await client.put("crm", {"kind": "types", "form": "all"})
    assert records(json.loads((await client.call())[1]))[0]["id"] == ["A1"]


async def test_error_responses_of_the_system_are_unchanged(client: FaultyClient) -> None:
    healthy = await client.call(SystemRequest("crm", CRM.path, {}))
    await client.put("crm", {"kind": "shape"}, {"kind": "duplicates"})
    assert await client.call(SystemRequest("crm", CRM.path, {})) == healthy
    assert healthy[0] == 401


async def test_faults_of_interactions_include_the_token_endpoint(client: FaultyClient) -> None:
    systems = SystemsClient(client.http, client.address)
    await client.put("interactions", {"kind": "error", "form": "json", "path": "/interactions/oauth/token"})
    assert (await systems.token())[0] == 500
    await client.put("interactions", {"kind": "types"})
    assert isinstance((await systems.token())[1]["access_token"], list)


async def test_several_faults_apply_to_one_call(client: FaultyClient) -> None:
    _, healthy = await client.call()
    await client.put("crm", {"kind": "duplicates"}, {"kind": "cut"}, {"kind": "drip", "seconds": 0.1})
    reader, writer = await client.open_request()
    headers = int((await head(reader))["content-length"])
    assert len(await reader.read()) == headers // 2 > len(healthy) // 2
    writer.close()

import itertools
import json
from typing import Any

import aiohttp
import pytest
from support.demo.faulty_systems import CRM, EVERY_SYSTEM, REQUESTS, FaultyClient, SystemRequest
from support.demo.tiny_utility import SystemsClient, records

from gateway_demo.faults.model import KINDS, Fault, FaultSchedule


@EVERY_SYSTEM
async def test_calls_without_faults_pass_byte_for_byte(
    client: FaultyClient, address: str, system_request: SystemRequest
) -> None:
    healthy = await FaultyClient(client.http, address).call(system_request)
    before = await client.call(system_request)
    await client.put("*", {"kind": "html"}, {"kind": "cut"})
    await client.clear()
    assert before == healthy == await client.call(system_request)
    assert len(records(json.loads(healthy[1]))) > 1


@EVERY_SYSTEM
async def test_a_fault_hits_its_system_only(client: FaultyClient, system_request: SystemRequest) -> None:
    path = system_request.path.partition("?")[0]
    await client.put(system_request.system, {"kind": "error", "path": path})
    for other in REQUESTS:
        assert (await client.call(other))[0] == (500 if other is system_request else 200)


async def test_the_star_sets_faults_at_every_system(client: FaultyClient) -> None:
    await client.put("*", {"kind": "busy"})
    assert set(await client.active_faults()) == {system_request.system for system_request in REQUESTS}
    await client.clear("crm")
    assert (await client.call(CRM))[0] == 200
    assert (await client.call(REQUESTS[2]))[0] == 429


async def test_a_fault_ends_after_its_times(client: FaultyClient) -> None:
    await client.put("crm", {"kind": "error", "times": 2}, {"kind": "busy", "times": 3, "path": "/crm/parties"})
    assert [(await client.call())[0] for _ in range(4)] == [500, 500, 200, 200]
    assert [fault["hits"] for fault in (await client.active_faults())["crm"]] == [2, 0]


async def test_random_draws_repeat_whatever_other_faults_do(client: FaultyClient) -> None:
    async def statuses(*others: dict[str, Any]) -> list[int]:
        await client.put("crm", {"kind": "error", "share": 0.5}, *others)
        return [(await client.call())[0] for _ in range(20)]

    first = await statuses()
    assert set(first) == {200, 500}
    await client.put("outage", {"kind": "error", "share": 0.5})
    await client.call(REQUESTS[7])
    assert await statuses({"kind": "drip", "seconds": 0, "share": 0.5}) == first
    await client.put("crm", {"kind": "error", "share": 0.5, "seed": 7})
    assert [(await client.call())[0] for _ in range(20)] != first
    await client.put("crm", {"kind": "error", "share": 0})
    assert (await client.call())[0] == 200


def test_each_system_draws_and_counts_separately() -> None:
    schedule = FaultSchedule(["crm", "cis"])
    schedule.put("*", [Fault(kind="error", share=0.5, times=8)])
    crm, cis = ([bool(schedule.hits(system)) for _ in range(40)] for system in ("crm", "cis"))
    assert crm != cis
    assert (sum(crm), sum(cis)) == (8, 8)
    assert schedule.hits("unknown") == []


async def test_faults_can_be_removed_while_a_call_hangs(client: FaultyClient) -> None:
    healthy = await client.call()
    await client.put("crm", {"kind": "silence"})
    reader, writer = await client.open_request()
    for _ in itertools.count():
        if (await client.active_faults())["crm"][0]["hits"]:
            break
    await client.clear("crm")
    assert await client.call() == healthy
    assert await client.active_faults() == {}
    assert not reader.at_eof()
    writer.close()


@pytest.mark.parametrize(
    ("system", "body", "expected"),
    [
        ("crm", {"kind": "nonsense"}, ", ".join(KINDS)),
        ("crm", {}, "`kind`"),
        ("crm", [{"kind": "cut"}, {"kind": "drip", "seconds": -1}], "seconds (0 to 3600)"),
        ("crm", {"kind": "cut", "share": 1.5}, "share (0 to 1)"),
        ("crm", {"kind": "cut", "times": 0}, "times (from 1)"),
        ("crm", {"kind": "cut", "path": "crm"}, "path (begins with /)"),
        ("crm", {"kind": "cut", "often": 1}, "`often`"),
        ("crm", {"kind": "shape", "form": "round"}, "list, bare, renamed"),
        ("crm", {"kind": "cut", "form": "html"}, "forms: none"),
        ("crm", "cut", "Its kind is one of"),
        ("unknown", {"kind": "cut"}, "use one of crm, service, service_orders"),
        ("unknown", {"kind": "cut"}, "interactions, cis, billing, payments, collections, usage"),
        ("cis", {"kind": "cut"}, "a database takes the kinds latency, silence, error"),
    ],
)
async def test_invalid_faults_are_refused_with_the_possible_values(
    client: FaultyClient, system: str, body: Any, expected: str
) -> None:
    await client.put("crm", {"kind": "busy"})
    before = await client.active_faults()
    async with client.http.put(f"{client.faults}/{system}", json=body) as answer:
        assert answer.status == 400
        assert expected in (await answer.json())["error"]
    assert await client.active_faults() == before


async def test_removing_faults_of_an_unknown_system_is_refused(client: FaultyClient) -> None:
    async with client.http.delete(f"{client.faults}/unknown") as answer:
        assert (answer.status, "or * for all" in await answer.text()) == (400, True)


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", "/crm"), ("DELETE", "")])
async def test_without_faults_the_control_api_is_missing(caller: SystemsClient, method: str, path: str) -> None:
    async with aiohttp.request(method, f"{caller.address}/_faults{path}", json={"kind": "cut"}) as answer:
        assert answer.status == 404

import itertools
import json
from typing import Any

import aiohttp
import pytest
from support.demo.faulty_systems import CRM, EVERY_SYSTEM, REQUESTS, FaultyClient, SystemRequest
from support.demo.tiny_utility import SystemsClient, records

from gateway_demo.faults.model import KINDS, Fault, FaultSchedule


@EVERY_SYSTEM
async def test_what_no_fault_strikes_is_answered_byte_for_byte_as_by_the_systems_themselves(
    victim: FaultyClient, address: str, question: SystemRequest
) -> None:
    plain = await FaultyClient(victim.http, address).ask(question)
    before = await victim.ask(question)
    await victim.put("*", {"kind": "html"}, {"kind": "cut"})
    await victim.clear()
    assert before == plain == await victim.ask(question)
    assert len(records(json.loads(plain[1]))) > 1


@EVERY_SYSTEM
async def test_a_fault_befalls_its_system_and_no_other(victim: FaultyClient, question: SystemRequest) -> None:
    path = question.path.partition("?")[0]
    await victim.put(question.system, {"kind": "error", "path": path})
    for other in REQUESTS:
        assert (await victim.ask(other))[0] == (500 if other is question else 200)


async def test_the_star_is_every_system(victim: FaultyClient) -> None:
    await victim.put("*", {"kind": "busy"})
    assert set(await victim.told()) == {question.system for question in REQUESTS}
    await victim.clear("crm")
    assert (await victim.ask(CRM))[0] == 200
    assert (await victim.ask(REQUESTS[2]))[0] == 429


async def test_a_fault_strikes_so_many_times_and_is_over(victim: FaultyClient) -> None:
    await victim.put(
        "crm", {"kind": "error", "times": 2}, {"kind": "busy", "times": 3, "path": "/crm/parties"}
    )
    assert [(await victim.ask())[0] for _ in range(4)] == [500, 500, 200, 200]
    assert [fault["struck"] for fault in (await victim.told())["crm"]] == [2, 0]


async def test_chance_repeats_itself_whatever_befalls_others(victim: FaultyClient) -> None:
    async def drawn(*others: dict[str, Any]) -> list[int]:
        await victim.put("crm", {"kind": "error", "share": 0.5}, *others)
        return [(await victim.ask())[0] for _ in range(20)]

    first = await drawn()
    assert set(first) == {200, 500}
    await victim.put("outage", {"kind": "error", "share": 0.5})
    await victim.ask(REQUESTS[7])
    assert await drawn({"kind": "drip", "seconds": 0, "share": 0.5}) == first
    await victim.put("crm", {"kind": "error", "share": 0.5, "seed": 7})
    assert [(await victim.ask())[0] for _ in range(20)] != first
    await victim.put("crm", {"kind": "error", "share": 0})
    assert (await victim.ask())[0] == 200


def test_each_system_has_its_own_chance_and_its_own_count() -> None:
    faults = FaultSchedule(["crm", "cis"])
    faults.put("*", [Fault(kind="error", share=0.5, times=8)])
    crm, cis = ([bool(faults.struck(system)) for _ in range(40)] for system in ("crm", "cis"))
    assert crm != cis
    assert (sum(crm), sum(cis)) == (8, 8)
    assert faults.struck("unheard of") == []


async def test_steering_works_while_a_call_hangs(victim: FaultyClient) -> None:
    plain = await victim.ask()
    await victim.put("crm", {"kind": "silence"})
    reader, writer = await victim.sent()
    for _ in itertools.count():
        if (await victim.told())["crm"][0]["struck"]:
            break
    await victim.clear("crm")
    assert await victim.ask() == plain
    assert await victim.told() == {}
    assert not reader.at_eof()
    writer.close()


@pytest.mark.parametrize(
    ("system", "body", "named"),
    [
        ("crm", {"kind": "nonsense"}, ", ".join(KINDS)),
        ("crm", {}, "`kind`"),
        ("crm", [{"kind": "cut"}, {"kind": "drip", "seconds": -1}], "seconds (0 to 3600)"),
        ("crm", {"kind": "cut", "share": 1.5}, "share (0 to 1)"),
        ("crm", {"kind": "cut", "times": 0}, "times (from 1)"),
        ("crm", {"kind": "cut", "path": "crm"}, "path (begins with /)"),
        ("crm", {"kind": "cut", "often": 1}, "`often`"),
        ("crm", {"kind": "shape", "form": "round"}, "list, bare, renamed"),
        ("crm", {"kind": "cut", "form": "html"}, "possible is none"),
        ("crm", "cut", "its kind is one of"),
        ("cis", {"kind": "cut"}, "possible are crm, service, service_orders"),
    ],
)
async def test_steering_that_is_not_understood_is_refused_and_says_what_is_possible(
    victim: FaultyClient, system: str, body: Any, named: str
) -> None:
    await victim.put("crm", {"kind": "busy"})
    before = await victim.told()
    async with victim.http.put(f"{victim.faults}/{system}", json=body) as answer:
        assert answer.status == 400
        assert named in (await answer.json())["error"]
    assert await victim.told() == before


async def test_taking_away_from_an_unknown_system_is_refused(victim: FaultyClient) -> None:
    async with victim.http.delete(f"{victim.faults}/cis") as answer:
        assert (answer.status, "or * for all" in await answer.text()) == (400, True)


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", "/crm"), ("DELETE", "")])
async def test_without_faults_there_is_nothing_to_steer(
    caller: SystemsClient, method: str, path: str
) -> None:
    async with aiohttp.request(method, f"{caller.address}/_faults{path}", json={"kind": "cut"}) as answer:
        assert answer.status == 404

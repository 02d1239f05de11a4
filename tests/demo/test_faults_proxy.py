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


async def test_latency_answers_as_ever_but_not_before_its_time(victim: FaultyClient) -> None:
    plain, clock = await victim.ask(), asyncio.get_running_loop()
    await victim.put("crm", {"kind": "latency", "seconds": 0.1}, {"kind": "latency", "seconds": 0.1})
    begun = clock.time()
    assert await victim.ask() == plain
    assert clock.time() - begun > 0.19


async def test_a_reset_is_a_reset_and_no_polite_end(victim: FaultyClient) -> None:
    await victim.put("crm", {"kind": "reset"})
    reader, writer = await victim.sent()
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_silence_never_says_a_word(victim: FaultyClient) -> None:
    await victim.put("crm", {"kind": "silence", "seconds": 0.05})
    reader, writer = await victim.sent()
    assert await reader.read() == b""
    writer.close()


async def test_a_cut_body_is_the_first_half_of_what_its_length_promised(victim: FaultyClient) -> None:
    _, plain = await victim.ask()
    await victim.put("crm", {"kind": "cut"})
    reader, writer = await victim.sent()
    promised = await head(reader)
    assert (promised["status"], int(promised["content-length"])) == ("200", len(plain))
    assert await reader.read() == plain[: len(plain) // 2]
    writer.close()
    with pytest.raises(aiohttp.ClientPayloadError):
        await victim.ask()


async def test_a_dripping_body_is_whole_after_its_seconds(victim: FaultyClient) -> None:
    _, plain = await victim.ask()
    clock = asyncio.get_running_loop()
    await victim.put("crm", {"kind": "drip", "seconds": 0.4})
    begun = clock.time()
    assert await victim.ask() == (200, plain)
    assert clock.time() - begun > 0.39


async def test_the_first_group_of_a_dripping_body_comes_an_hour_before_the_last(victim: FaultyClient) -> None:
    _, plain = await victim.ask()
    await victim.put("crm", {"kind": "drip", "seconds": 3600})
    reader, writer = await victim.sent()
    promised = await head(reader)
    first = -(-len(plain) // 20)
    assert int(promised["content-length"]) == len(plain)
    assert await reader.read(len(plain)) == plain[:first]
    writer.close()


@pytest.mark.parametrize(
    ("fault", "status", "media", "said"),
    [
        ({"kind": "error"}, "500", "text/html", INTERNAL_DETAILS),
        ({"kind": "error", "form": "json"}, "500", "application/json", INTERNAL_DETAILS),
        ({"kind": "html"}, "200", "text/html", "sign in"),
        ({"kind": "busy"}, "429", "application/json", "too many"),
    ],
)
async def test_what_is_said_instead_of_an_answer(
    victim: FaultyClient, fault: dict[str, Any], status: str, media: str, said: str
) -> None:
    await victim.put("crm", fault)
    reader, writer = await victim.sent()
    found = await head(reader)
    body = (await reader.readexactly(int(found["content-length"]))).decode()
    writer.close()
    assert (found["status"], found["content-type"].partition(";")[0]) == (status, media)
    assert said in body


async def test_who_is_busy_says_in_whole_seconds_when_to_come_again(victim: FaultyClient) -> None:
    await victim.put("crm", {"kind": "busy", "seconds": 6.5})
    reader, writer = await victim.sent()
    assert (await head(reader))["retry-after"] == "7"
    writer.close()


@pytest.mark.parametrize("size", [1, 100, 200_000])
async def test_a_huge_body_is_json_of_at_least_its_size_without_a_promised_length(
    victim: FaultyClient, size: int
) -> None:
    await victim.put("crm", {"kind": "huge", "bytes": size})
    status, body = await victim.ask()
    assert status == 200
    assert size <= len(body) < size + 70_000
    assert json.loads(body)["items"]
    reader, writer = await victim.sent()
    assert "content-length" not in await head(reader)
    writer.close()


def test_a_huge_body_is_usually_more_than_the_gateway_reads() -> None:
    assert sum(map(len, oversized_body(Fault(kind="huge").bytes))) > HttpSettings(url="http://x").max_bytes


async def test_a_huge_body_is_made_while_it_is_read(victim: FaultyClient) -> None:
    await victim.put("crm", {"kind": "huge", "bytes": 10_000_000_000, "times": 1})
    reader, writer = await victim.sent()
    await reader.readexactly(1_000_000)
    writer.close()
    assert (await victim.ask())[0] == 200


@EVERY_SYSTEM
async def test_each_row_comes_twice(victim: FaultyClient, question: SystemRequest) -> None:
    _, plain = await victim.ask(question)
    await victim.put(question.system, {"kind": "duplicates", "path": question.path.partition("?")[0]})
    _, found = await victim.ask(question)
    assert records(json.loads(found)) == [row for row in records(json.loads(plain)) for _ in range(2)]
    assert len(found) > len(plain)


@EVERY_SYSTEM
async def test_rows_lose_their_fields_or_their_place(victim: FaultyClient, question: SystemRequest) -> None:
    _, plain = await victim.ask(question)
    path = question.path.partition("?")[0]
    await victim.put(question.system, {"kind": "shape", "form": "bare", "path": path})
    bare = records(json.loads((await victim.ask(question))[1]))
    assert bare == [{} for _ in records(json.loads(plain))]
    await victim.put(question.system, {"kind": "shape", "form": "renamed", "path": path})
    assert b'_v2"' in (await victim.ask(question))[1]
    await victim.put(question.system, {"kind": "shape", "path": path})
    assert not isinstance(json.loads((await victim.ask(question))[1]), type(json.loads(plain)))


async def test_rows_are_those_of_other_keys_than_were_asked_for(victim: FaultyClient) -> None:
    await victim.put("crm", {"kind": "others"})
    assert ids(json.loads((await victim.ask())[1])) == ["A3", "A4"]


async def test_values_are_of_other_types_and_asked_keys_too_where_all_are(victim: FaultyClient) -> None:
    await victim.put("crm", {"kind": "types"})
    row = records(json.loads((await victim.ask())[1]))[0]
    assert (row["id"], row["owner"]) == ("A1", ["A"])
    await victim.put("crm", {"kind": "types", "form": "all"})
    assert records(json.loads((await victim.ask())[1]))[0]["id"] == ["A1"]


async def test_refusals_of_the_system_itself_are_left_as_they_are(victim: FaultyClient) -> None:
    plain = await victim.ask(SystemRequest("crm", CRM.path, {}))
    await victim.put("crm", {"kind": "shape"}, {"kind": "duplicates"})
    assert await victim.ask(SystemRequest("crm", CRM.path, {})) == plain
    assert plain[0] == 401


async def test_the_token_endpoint_belongs_to_its_system(victim: FaultyClient) -> None:
    caller = SystemsClient(victim.http, victim.address)
    await victim.put("interactions", {"kind": "error", "form": "json", "path": "/interactions/oauth/token"})
    assert (await caller.token())[0] == 500
    await victim.put("interactions", {"kind": "types"})
    assert isinstance((await caller.token())[1]["access_token"], list)


async def test_several_faults_strike_one_call_together(victim: FaultyClient) -> None:
    _, plain = await victim.ask()
    await victim.put("crm", {"kind": "duplicates"}, {"kind": "cut"}, {"kind": "drip", "seconds": 0.1})
    reader, writer = await victim.sent()
    promised = int((await head(reader))["content-length"])
    assert len(await reader.read()) == promised // 2 > len(plain) // 2
    writer.close()

"""A partner gets from a key to an answer, as the demo prints it and docs/partners.md says."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from support.demo.running_demo import running_gateway
from support.pages import examples

from gateway_demo.launch.demo_keys import DemoKeys, key_instructions, make_demo_keys

PAGE = "partners-1"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> DemoKeys:
    return make_demo_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def address(gateway_environment: dict[str, str], keys: DemoKeys) -> Iterator[str]:
    """A gateway that takes the demo's keys."""
    with running_gateway({**gateway_environment, **keys.environment()}) as client:
        yield client.address


@pytest.fixture
async def http(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(address) as session:
        yield session


async def run_curl(http: aiohttp.ClientSession, line: str, **variables: str) -> Any:
    """The answer to a request as a line of the shell sends it."""
    for name, value in variables.items():
        line = line.replace(f"${name}", value)
    _, address, *words = shlex.split(line.removeprefix("$ "))
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1]
    async with http.post(urlsplit(address).path, data=body, headers=headers) as response:
        assert response.status == 200
        return await response.json()


async def ask(http: aiohttp.ClientSession, query: str, key: str | None = None) -> Any:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    async with http.post("/graphql", json={"query": query}, headers=headers) as response:
        return await response.json()


async def test_printed_requests_are_answered(http: aiohttp.ClientSession, address: str, keys: DemoKeys) -> None:
    lines = [line.strip() for line in key_instructions(address, keys).splitlines()]
    answers = [await run_curl(http, line) for line in lines if line.startswith("curl")]
    assert all("errors" not in answer for answer in answers)
    assert answers[0]["data"]["billingAccount"]["usageOptions"]["options"]
    assert answers[1]["data"]["billingAccount"]["bills"]["nodes"]


async def test_the_widget_sees_no_usage_and_the_local_agent_does(http: aiohttp.ClientSession, keys: DemoKeys) -> None:
    query = '{ billingAccount(accountNumber: "4417-0000-0101") { usageOptions { complete } } }'
    refused = await ask(http, query, keys.widget)
    assert refused["data"] == {"billingAccount": {"usageOptions": None}}
    assert [error["extensions"]["scope"] for error in refused["errors"]] == ["usage:read"]
    assert "errors" not in await ask(http, query)


async def test_the_partner_sees_its_accounts_only(http: aiohttp.ClientSession, keys: DemoKeys) -> None:
    query = """{
      mine: billingAccount(accountNumber: "4417-0000-4501") { accountNumber }
      other: billingAccount(accountNumber: "4417-0000-0201") { accountNumber }
      none: billingAccount(accountNumber: "9999-0000-0201") { accountNumber }
    }"""
    answer = await ask(http, query, keys.partner)
    assert answer["data"] == {"mine": {"accountNumber": "4417-0000-4501"}, "other": None, "none": None}
    assert "errors" not in answer


async def test_the_page_for_partners_shows_the_answer(http: aiohttp.ClientSession, keys: DemoKeys) -> None:
    answer = await run_curl(http, examples("console")[PAGE].strip(), C360_KEY=keys.partner)
    assert {"data": answer["data"]} == json.loads(examples("json")[PAGE])


def test_the_program_of_the_page_prints_the_account(address: str, keys: DemoKeys) -> None:
    variables = {**os.environ, "C360_KEY": keys.partner, "C360_URL": f"{address}/graphql"}
    program = examples("python")[PAGE]
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True)  # noqa: S603  # our own page
    assert done.stdout == "{'accountNumber': '4417-0000-0101', 'status': 'ACTIVE'}\n"


def test_each_start_has_keys_of_one_store_and_writes_none(tmp_path: Path) -> None:
    first = make_demo_keys(tmp_path)
    second = make_demo_keys(tmp_path)
    assert len({first.partner, first.widget, second.partner, second.widget}) == 4
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert second.partner[:17].encode() in written
    assert first.partner[:17].encode() not in written
    assert second.partner[18:].encode() not in written

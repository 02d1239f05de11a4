"""Examples of the documentation run against the demo."""

import json
import shlex
from urllib.parse import urlsplit

import aiohttp
import pytest
from support.demo.running_demo import GatewayClient
from support.pages import examples

pytestmark = pytest.mark.anyio
QUERIES = examples("graphql")


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_queries_answer_without_errors(gateway: GatewayClient, query: str) -> None:
    assert gateway.ask(query)


async def test_faults_are_set_and_cleared_as_described(faulty_address: str) -> None:
    lines = [line for name, text in examples("console").items() if name != "partners-1" for line in text.splitlines()]
    calls = [shlex.split(line)[2:] for line in lines if line.startswith("$ curl")]
    assert calls
    async with aiohttp.ClientSession() as http:
        for words in calls:
            method = words[words.index("-X") + 1]
            (address,) = [word for word in words if word.startswith("http")]
            body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
            url = faulty_address + urlsplit(address.replace("PORT", "1")).path
            async with http.request(method, url, json=body) as response:
                assert response.status < 300, (words, await response.text())  # success

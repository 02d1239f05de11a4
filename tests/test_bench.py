"""The bench measures what it says: its parts hold, and the hand-written answers are the gateway's."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing, suppress
from itertools import chain, cycle
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn
from graphql import build_schema, parse, validate

from bench.answers import difference, leaves
from bench.byhand.accounts import fanout, widget
from bench.byhand.customer import customer
from bench.byhand.upstream import Upstream, opened
from bench.documents import VARIABLES, Document, documents
from bench.figures import Sample, merged, percentile
from bench.load import BrokenAnswer, Target, press
from bench.overload import Clients, Load
from bench.servers import environment_of
from gateway.config.settings import from_environment
from gateway.execution.engine import Engine
from gateway.runtime import load_catalog, open_runtime
from gateway_demo.cases.index import CASES
from gateway_demo.generate.generator import DEFAULT_SEED, generate
from gateway_demo.launch.serve_systems import systems_app
from gateway_demo.systems.auth import credentials_from

SCHEMA = Path(__file__).parent.parent / "schema.graphql"
BYHAND = {"W": widget, "360": customer, "F": fanout}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench")
    generate(path, customers=len(CASES) + 20, seed=DEFAULT_SEED, database=None, progress=lambda _done, _total: None)
    return path


@pytest.fixture(scope="module")
def environment(folder: Path) -> Iterator[Mapping[str, str]]:
    variables = environment_of(folder)
    port = int(variables["DEMO_SYSTEMS_URL"].rpartition(":")[2])
    app = systems_app(folder, credentials_from(os.environ))
    with closing(socket.create_server(("127.0.0.1", port))) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield variables
        server.should_exit = True
        thread.join()


@pytest.fixture
async def engine(environment: Mapping[str, str]) -> AsyncIterator[Engine]:
    config = from_environment(environment)
    async with open_runtime(config, load_catalog(config, environment)) as built:
        yield built.engine


@pytest.fixture
async def upstream(environment: Mapping[str, str]) -> AsyncIterator[Upstream]:
    async with opened(environment) as built:
        yield built


def variables(document: Document, n: int) -> Any:
    return msgspec.json.decode(document.bodies[n])["variables"]


@pytest.mark.parametrize("place", range(3))
async def test_the_handwritten_answers_are_the_gateways(
    folder: Path, engine: Engine, upstream: Upstream, place: int
) -> None:
    document = documents(folder)[place]
    for n in range(0, VARIABLES, VARIABLES // 5):
        values = variables(document, n)
        result = await engine.execute(document.text, values)
        assert not result.errors
        byhand = await BYHAND[document.name](upstream, values)
        assert difference(msgspec.to_builtins(result.data), byhand) is None


def test_every_document_is_valid(folder: Path) -> None:
    schema = build_schema(SCHEMA.read_text())
    for document in documents(folder):
        assert validate(schema, parse(document.text)) == []


def test_percentiles_use_the_nearest_rank() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, percent) for percent in (1, 50, 95, 99, 100)] == [1, 50, 95, 99, 100]
    assert percentile([7.0], 50) == 7.0


def test_rounds_are_merged() -> None:
    one, other = Sample(1.0, 0.5, (0.1, 0.2)), Sample(3.0, 0.5, (0.3, 0.4))
    both = merged([one, other])
    assert (both.per_second, both.cpu_ms) == (1.0, 250.0)
    assert both.percentile_ms(100) == 400


def test_a_difference_is_the_first_one_and_cursors_are_ignored() -> None:
    one: Any = {"a": [{"b": 1, "endCursor": "x"}], "c": None}
    assert difference(one, {"a": [{"b": 1, "endCursor": "y"}], "c": None}) is None
    assert difference(one, {"a": [{"b": 2, "endCursor": "x"}], "c": None}) == "data.a[0].b: 1 is not 2"
    assert difference(one, {"a": [], "c": None}) is not None
    assert leaves(one) == 3


async def test_a_server_that_answers_with_errors_is_not_measured() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        target = Target("broken", os.getpid(), server.sockets[0].getsockname()[1])
        with pytest.raises(BrokenAnswer, match="broken: 500 no"):
            await press(target, [b"POST / HTTP/1.1\r\n\r\n"], 1, 1.0)


async def test_a_load_counts_whole_answers_within_a_second() -> None:
    answers = cycle([b'200 OK\r\nContent-Length: 11\r\n\r\n{"data":{}}', b"503 No\r\nContent-Length: 2\r\n\r\n{}"])
    answers = chain([b'200 OK\r\nContent-Length: 24\r\n\r\n{"data":{},"errors":[2]}'], answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 " + next(answers))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        clients = Clients(Target("some", os.getpid(), server.sockets[0].getsockname()[1]))
        async with clients.running():
            for _ in range(5):
                await clients.send("W", b"GET / HTTP/1.1\r\n\r\n")
    assert [each.status for each in clients.answers] == [0, 200, 503, 200, 503]
    assert Load(1.0, clients.answers, 0.0).good("W") == 2

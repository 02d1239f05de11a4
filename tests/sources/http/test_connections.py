"""Connections between the gateway and a REST service."""

import asyncio
import struct
from contextlib import suppress

import pytest
from aiohttp import web
from support.sources.rest_service import comma_list, http_response, listen, serve_bytes
from support.sources.rest_sources import MANY, ONE, OTHER, POST, ROW, error_of, error_of_bytes, note, place, rest_source

from gateway.contract.batch import Answer, Batch
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout
from gateway.sources.rest.source import RestSettings, RestSource, open_rest


async def test_a_connection_closed_without_a_response_is_down():
    assert isinstance(await error_of_bytes(b""), SourceDown)


@pytest.mark.parametrize(
    "start",
    [
        b"Content-Length: 9\r\n\r\n[",
        b"Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n9\r\n[",
    ],
    ids=["length", "between chunks", "in a chunk"],
)
async def test_a_connection_closed_inside_a_body_is_down(start: bytes):
    error = await error_of_bytes(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + start)
    assert (type(error), error.auto_retry) == (SourceDown, True)


async def test_a_reset_connection_is_down():
    async def reset(request: web.Request) -> web.Response:
        assert request.transport is not None
        socket = request.transport.get_extra_info("socket")
        socket.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SOL_SOCKET, SO_LINGER: close by RST
        request.transport.abort()
        return web.Response()

    async with rest_source(reset) as source:
        assert isinstance(await error_of(source, place()), SourceDown)


async def test_a_closed_port_is_down(unused_port: int):
    async with open_rest("notes", RestSettings(url=f"http://127.0.0.1:{unused_port}")) as source:
        assert isinstance(await error_of(source, place()), SourceDown)


@pytest.fixture
async def unused_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return int(port)


async def test_a_silent_service_times_out():
    async def silent(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with rest_source(silent, timeout=0.1) as source:
        assert isinstance(await error_of(source, place()), SourceTimeout)


async def test_a_dripping_service_times_out():
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    async with rest_source(drip, timeout=0.1) as source:
        assert isinstance(await error_of(source, place()), SourceTimeout)


async def test_a_redirect_is_not_followed():
    requests: list[str] = []

    async def away(request: web.Request) -> web.Response:
        requests.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with rest_source(away) as source:
        assert isinstance(await error_of(source, place()), InvalidResponse)
    assert requests == ["/notes"]


async def note_given(source: RestSource) -> str:
    result = (await source.fetch(Batch(place(**ONE), ("a",))))["a"]
    assert isinstance(result, Answer)
    return str(result.rows[0]["note"])


async def test_a_second_response_is_not_given_to_the_next_request():
    async with (
        serve_bytes(http_response(ROW) + http_response(OTHER), http_response(ROW), close=False) as url,
        open_rest("notes", RestSettings(url=url)) as source,
    ):
        assert [await note_given(source) for _ in range(2)] == ["x", "x"]


@pytest.mark.parametrize("turns", [0, 3])
async def test_an_unsolicited_response_is_not_given_to_the_next_request(turns: int):
    quiet, spoken = asyncio.Event(), asyncio.Event()

    async def eager(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http_response(ROW))
        await quiet.wait()
        writer.write(http_response(OTHER))
        spoken.set()
        with suppress(ConnectionError):  # the gateway closes its connection
            await reader.read()
        writer.close()

    async with listen(eager) as url, open_rest("notes", RestSettings(url=url)) as source:
        assert await note_given(source) == "x"
        quiet.set()
        await spoken.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        assert await note_given(source) == "x"


async def test_a_failed_call_fails_only_its_keys():
    async def moody(request: web.Request) -> web.Response:
        owners = comma_list(request, "owners")
        return web.json_response([note(owner) for owner in owners], status=500 if "7" in owners else 200)

    async with rest_source(moody, keys_per_call=5) as source:
        answers = await source.fetch(Batch(place(), tuple(map(str, range(20)))))
    assert [key for key, rows in answers.items() if isinstance(rows, SourceError)] == list("56789")


async def test_five_thousand_keys_are_sent_in_bounded_concurrent_calls():
    running, most, sizes = 0, 0, []

    async def counting(request: web.Request) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        owners = comma_list(request, "owners")
        sizes.append(len(owners))
        await asyncio.sleep(0)
        running -= 1
        return web.json_response([note(owner) for owner in owners])

    async with rest_source(counting, max_concurrent_calls=3) as source:
        answers = await source.fetch(Batch(place(), tuple(map(str, range(5000)))))
    assert all(answered.rows[0]["owner"] == key for key, answered in answers.items())
    assert (len(answers), len(sizes), max(sizes), most) == (5000, 50, 100, 3)


async def test_cancelling_a_fetch_cancels_its_calls():
    begun, ended = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        begun.set()
        await reader.read()
        ended.set()
        writer.close()

    async with listen(silent) as url, open_rest("notes", RestSettings(url=url)) as source:
        question = asyncio.create_task(source.fetch(Batch(place(), ("a",))))
        await begun.wait()
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        await asyncio.wait_for(ended.wait(), 1)


@pytest.mark.parametrize("words", [MANY, POST], ids=["get", "post"])
async def test_a_read_on_a_closed_idle_connection_is_sent_again(words: dict[str, str]):
    connections = 0

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await _request(reader)
        writer.write(http_response(ROW))
        await _request(reader)  # on the idle connection, which closes at this moment
        writer.close()

    async with listen(closing) as url, open_rest("notes", RestSettings(url=url)) as source:
        for _ in range(3):
            answer = (await source.fetch(Batch(place(**words), ("a",))))["a"]
            assert isinstance(answer, Answer), answer
    assert connections == 3


@pytest.mark.parametrize("words", [MANY, POST], ids=["get", "post"])
async def test_a_server_that_always_closes_is_asked_twice(words: dict[str, str]):
    requests = 0

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        requests += 1
        await _request(reader)
        writer.close()

    async with listen(closing) as url, open_rest("notes", RestSettings(url=url)) as source:
        assert isinstance(await error_of(source, place(**words)), SourceDown)
    assert requests == 2


async def _request(reader: asyncio.StreamReader) -> None:
    """Read one request with its body."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b":0")
        await reader.readexactly(int(length.partition(b":")[2]))

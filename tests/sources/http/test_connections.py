"""What may happen between the gateway and a REST service while they talk."""

import asyncio
import struct
from contextlib import suppress

import pytest
from aiohttp import web
from support.sources.rest_service import answer, comma, listening, talking
from support.sources.rest_sources import ONE, OTHER, ROW, asking, error_of, error_said, note, place

from gateway.contract.batch import Answer, Batch
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout
from gateway.sources.rest.source import RestSettings, RestSource, open_rest


async def test_a_service_that_closes_without_a_word_is_down():
    assert isinstance(await error_said(b""), SourceDown)


async def test_a_connection_reset_is_down():
    async def reset(request: web.Request) -> web.Response:
        assert request.transport is not None
        socket = request.transport.get_extra_info("socket")
        socket.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SOL_SOCKET, SO_LINGER: close by RST
        request.transport.abort()
        return web.Response()

    async with asking(reset) as source:
        assert isinstance(await error_of(source, place()), SourceDown)


async def test_a_port_nobody_listens_at_is_down(unused_port: int):
    async with open_rest("notes", RestSettings(url=f"http://127.0.0.1:{unused_port}")) as source:
        assert isinstance(await error_of(source, place()), SourceDown)


@pytest.fixture
async def unused_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return int(port)


async def test_a_service_that_is_silent_times_out():
    async def silent(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with asking(silent, timeout=0.1) as source:
        assert isinstance(await error_of(source, place()), SourceTimeout)


async def test_a_service_that_drips_times_out_however_steadily():
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    async with asking(drip, timeout=0.1) as source:
        assert isinstance(await error_of(source, place()), SourceTimeout)


async def test_a_redirect_is_not_followed():
    asked: list[str] = []

    async def away(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with asking(away) as source:
        assert isinstance(await error_of(source, place()), InvalidResponse)
    assert asked == ["/notes"]


async def note_given(source: RestSource) -> str:
    found = (await source.fetch(Batch(place(**ONE), ("a",))))["a"]
    assert isinstance(found, Answer)
    return str(found.rows[0]["note"])


async def test_a_second_answer_behind_the_first_is_never_given_to_the_next_question():
    async with (
        talking(answer(ROW) + answer(OTHER), answer(ROW), close=False) as url,
        open_rest("notes", RestSettings(url=url)) as source,
    ):
        assert [await note_given(source) for _ in range(2)] == ["x", "x"]


@pytest.mark.parametrize("turns", [0, 3])
async def test_an_answer_that_comes_while_nobody_asks_is_never_given_to_the_next_question(turns: int):
    quiet, spoken = asyncio.Event(), asyncio.Event()

    async def eager(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(ROW))
        await quiet.wait()
        writer.write(answer(OTHER))
        spoken.set()
        with suppress(ConnectionError):  # the gateway hangs up on it
            await reader.read()
        writer.close()

    async with listening(eager) as url, open_rest("notes", RestSettings(url=url)) as source:
        assert await note_given(source) == "x"
        quiet.set()
        await spoken.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        assert await note_given(source) == "x"


async def test_one_call_that_fails_costs_only_its_own_keys():
    async def moody(request: web.Request) -> web.Response:
        owners = comma(request, "owners")
        return web.json_response([note(owner) for owner in owners], status=500 if "7" in owners else 200)

    async with asking(moody, keys_per_call=5) as source:
        found = await source.fetch(Batch(place(), tuple(map(str, range(20)))))
    assert [key for key, rows in found.items() if isinstance(rows, SourceError)] == list("56789")


async def test_five_thousand_keys_go_out_in_bounded_calls_and_never_more_at_once_than_said():
    running, most, sizes = 0, 0, []

    async def counting(request: web.Request) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        owners = comma(request, "owners")
        sizes.append(len(owners))
        await asyncio.sleep(0)
        running -= 1
        return web.json_response([note(owner) for owner in owners])

    async with asking(counting, max_concurrent_calls=3) as source:
        found = await source.fetch(Batch(place(), tuple(map(str, range(5000)))))
    assert all(answered.rows[0]["owner"] == key for key, answered in found.items())
    assert (len(found), len(sizes), max(sizes), most) == (5000, 50, 100, 3)


async def test_a_question_given_up_ends_its_calls():
    begun, ended = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        begun.set()
        await reader.read()
        ended.set()
        writer.close()

    async with listening(silent) as url, open_rest("notes", RestSettings(url=url)) as source:
        question = asyncio.create_task(source.fetch(Batch(place(), ("a",))))
        await begun.wait()
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        await asyncio.wait_for(ended.wait(), 1)

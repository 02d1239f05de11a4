"""Authentication at REST sources: headers, OAuth2 tokens, client certificates."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from aiohttp import web
from support.sources.rest_service import serve
from support.sources.rest_sources import error_of, place, rest_source

from gateway.contract.batch import Batch
from gateway.errors import SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.sources.http.auth import Token, TokenCache
from gateway.sources.rest.source import RestSettings, RestSource, open_rest

NOTHING = Batch(place(), ("a",))
QUOTED = "Basic bWU6JUMzJTlGJTNBJTI1"  # RFC 6749, 2.3.1: both parts are quoted first


class TokenService:
    """A service behind OAuth2, with its token endpoint; it accepts the tokens of `good`."""

    def __init__(self, status: int = 200, **answer: Any) -> None:
        self.status = status
        self.answer = answer or {"expires_in": 3600}
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.good: set[str] = set()
        self.refused = 0

    async def __call__(self, request: web.Request) -> web.Response:
        if request.path == "/token":
            return await self.token(request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") in self.good:
            return web.json_response([])
        self.refused += 1
        return web.Response(status=401)

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append((request.headers.get("Authorization", ""), form))
        token = f"token {len(self.forms)}"
        self.good.add(token)
        answer = {"access_token": token, "token_type": "Bearer"} | self.answer
        return web.json_response(answer, status=self.status)


@asynccontextmanager
async def oauth2_source(office: TokenService, **login: Any) -> AsyncIterator[RestSource]:
    """A source that must fetch a token first."""
    async with serve(office) as url:
        words = {"kind": "oauth2", "token_url": f"{url}/token", "client_id": "me", "client_secret": "ß:%"}
        settings = msgspec.convert({"url": url, "auth": words | login}, RestSettings)
        async with open_rest("notes", settings) as source:
            yield source


async def fetch_results(office: TokenService, times: int = 1, **login: Any) -> list[Any]:
    """The results of concurrent fetches."""
    async with oauth2_source(office, **login) as source:
        questions = (source.fetch(NOTHING) for _ in range(times))
        return [dict(answers).get("a") for answers in await asyncio.gather(*questions)]


@pytest.mark.parametrize(
    ("login", "header", "value"),
    [
        ({"kind": "header", "name": "X-Api-Key", "value": "s3cret"}, "X-Api-Key", "s3cret"),
        ({"kind": "basic", "user": "me", "password": "ß:%"}, "Authorization", "Basic bWU6w586JQ=="),
    ],
)
async def test_fixed_credentials_are_sent_with_every_call(login: dict[str, str], header: str, value: str):
    async def guarded(request: web.Request) -> web.Response:
        return web.json_response([], status=200 if request.headers.get(header) == value else 401)

    settings = msgspec.convert({"url": "http://nowhere", "auth": login}, RestSettings)
    async with rest_source(guarded, auth=settings.auth) as source:
        assert await source.fetch(NOTHING) == {}
    async with rest_source(guarded) as source:
        assert isinstance(await error_of(source, place()), UpstreamUnauthorized)


async def test_concurrent_calls_share_one_token_request():
    office = TokenService()
    assert await fetch_results(office, times=40) == [None] * 40
    assert office.forms == [(QUOTED, {"grant_type": "client_credentials"})]


async def test_secret_and_scope_may_be_sent_in_the_form():
    office = TokenService()
    await fetch_results(office, secret_in_form=True, scope="read write")
    assert office.forms == [
        ("", {"grant_type": "client_credentials", "scope": "read write", "client_id": "me", "client_secret": "ß:%"})
    ]


async def test_an_expired_token_is_fetched_again():
    office = TokenService(expires_in=0)
    async with oauth2_source(office) as source:
        assert [await source.fetch(NOTHING) for _ in range(3)] == [{}, {}, {}]
    assert len(office.forms) == 3


async def test_a_revoked_token_is_replaced_and_the_call_repeated_once():
    office = TokenService()
    async with oauth2_source(office) as source:
        await source.fetch(NOTHING)
        office.good.clear()
        assert await source.fetch(NOTHING) == {}
    assert (len(office.forms), office.refused) == (2, 1)


async def test_a_rejected_new_token_is_unauthorized():
    office = TokenService(access_token="never good")  # noqa: S106  # a test's own
    (error,) = await fetch_results(office)
    assert isinstance(error, UpstreamUnauthorized)
    assert (len(office.forms), office.refused) == (2, 2)


@pytest.mark.parametrize(
    ("status", "answer", "failure"),
    [
        (400, {"error": "invalid_client"}, UpstreamUnauthorized),
        (401, {"error": "invalid_client"}, UpstreamUnauthorized),
        (200, {"access_token": None}, UpstreamUnauthorized),
        (200, {"access_token": "x", "expires_in": "soon"}, UpstreamUnauthorized),
        (302, {}, UpstreamUnauthorized),
        (503, {}, SourceDown),
    ],
)
async def test_a_failed_token_request_fails_every_waiting_call(
    status: int, answer: dict[str, Any], failure: type[SourceError]
):
    office = TokenService(status, **answer)
    assert [type(error) for error in await fetch_results(office, times=3)] == [failure] * 3
    assert (len(office.forms), office.refused) == (1, 0)


async def test_a_silent_token_endpoint_times_out():
    async def silent(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with serve(silent) as url:
        login = {"kind": "oauth2", "token_url": url, "client_id": "me", "client_secret": "x"}
        settings = msgspec.convert({"url": url, "auth": login, "timeout": 0.1}, RestSettings)
        async with open_rest("notes", settings) as source:
            assert isinstance(await error_of(source, place()), SourceTimeout)


@pytest.mark.parametrize(("life", "fresh"), [(3600, 3570), (100, 80), (20, 16)])
async def test_a_token_is_renewed_shortly_before_it_expires(life: int, fresh: int):
    now, fetched = [1000.0], []

    async def fetch() -> Token:
        fetched.append(now[0])
        return Token(f"token {len(fetched)}", life)

    tokens = TokenCache(fetch, now=lambda: now[0])
    await tokens.current()
    now[0] += fresh - 0.5
    await tokens.current()
    now[0] += 0.5
    await tokens.current()
    assert fetched == [1000.0, 1000.0 + fresh]


async def test_a_cancelled_call_does_not_cancel_the_token_request():
    ready = asyncio.Event()

    async def fetch() -> Token:
        await ready.wait()
        return Token("token")

    tokens = TokenCache(fetch)
    first, second = (asyncio.create_task(tokens.current()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    ready.set()
    assert await second == "token"


def test_secrets_are_not_printed():
    login = {"kind": "basic", "user": "me", "password": "s3cret"}
    settings = msgspec.convert({"url": "http://host", "auth": login, "headers": {"Key": "s3cret"}}, RestSettings)
    assert "s3cret" not in f"{settings} {settings!r} {settings.auth} {settings.auth!r}"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("host/api", "must start with http"),
        ("ftp://host", "must start with http"),
        ("http://", "must start with http"),
        ("https://me:pw@host", "must not hold a user or password"),
        ("https://host/?x=1", "must not have a query"),
    ],
)
def test_an_invalid_url_is_refused_with_a_reason(url: str, complaint: str):
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert({"url": url}, RestSettings)

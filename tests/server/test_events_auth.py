"""Events need the secret, or a signature made with it."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.event_senders import BEARER, SECRET, EventSender, gateway_with_events, messages, signed

from gateway.config.settings import from_environment
from gateway.errors import ConfigError
from gateway.server.events import TIMESTAMP_TOLERANCE, EventAuthenticator, Unauthorized

BILL = {"system": "BILLING", "record": "Bill", "id": "B1", "account": "A1"}
BODY = json.dumps(BILL).encode()
ANOTHER = "another-horse-battery-staple"
NOON = 1_794_744_000.0
SIGNED = signed(BODY, at=NOON)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def gateway() -> AsyncIterator[EventSender]:
    async with gateway_with_events() as sender:
        yield sender


async def test_without_a_configured_secret_the_endpoint_does_not_exist() -> None:
    async with gateway_with_events(secret=None) as gateway:
        for headers in ({}, BEARER, signed(BODY)):
            assert (await gateway.send(BILL, headers))[0] == 404
        async with gateway.http.get("/events") as response:
            assert response.status == 404


async def test_the_secret_or_a_signature_is_accepted(gateway: EventSender) -> None:
    lower = {"authorization": f"bearer {SECRET}"}
    beside = {**signed(BODY), "authorization": "Basic cHJveHk6cHJveHk="}
    for headers in (BEARER, lower, signed(BODY), beside, {**signed(b"?"), **BEARER}):
        assert (await gateway.send(BODY, headers))[0] == 202


MISSING = "Authenticate with"
WRONG_BEARER = "The bearer secret is wrong"
WRONG_SIGNATURE = "X-Signature is wrong"
EXPIRED = "X-Timestamp is more than 300 seconds off"
NO_TIMESTAMP = "X-Signature needs X-Timestamp"


def invalid_credentials() -> dict[str, tuple[dict[str, str], str]]:
    """Invalid headers, and how their message begins."""
    return {
        "no credentials": ({}, MISSING),
        "a time alone": ({"x-timestamp": "1794744000"}, MISSING),
        "another secret": ({"authorization": f"Bearer {ANOTHER}"}, WRONG_BEARER),
        "no secret": ({"authorization": "Bearer"}, WRONG_BEARER),
        "part of the secret": ({"authorization": f"Bearer {SECRET[:-1]}"}, WRONG_BEARER),
        "another scheme": ({"authorization": f"Basic {SECRET}"}, WRONG_BEARER),
        "letters beyond ASCII": ({"authorization": "Bearer \u00fc"}, WRONG_BEARER),
        "signed with another secret": (signed(BODY, ANOTHER), WRONG_SIGNATURE),
        "another body": (signed(b"[]"), WRONG_SIGNATURE),
        "another time": ({**signed(BODY), "x-timestamp": str(int(time.time()) - 9)}, WRONG_SIGNATURE),
        "an empty signature": ({**signed(BODY), "x-signature": ""}, WRONG_SIGNATURE),
        "a signature of another kind": ({**signed(BODY), "x-signature": "sha1=00"}, WRONG_SIGNATURE),
        "an old signature": (signed(BODY, at=time.time() - 3600), EXPIRED),
        "a signature to come": (signed(BODY, at=time.time() + 3600), EXPIRED),
        "no time": ({"x-signature": signed(BODY)["x-signature"]}, NO_TIMESTAMP),
        "a time that is none": ({**signed(BODY), "x-timestamp": "now"}, NO_TIMESTAMP),
        "a time without end": ({**signed(BODY), "x-timestamp": "9" * 5_000}, NO_TIMESTAMP),
    }


@pytest.mark.parametrize("name", invalid_credentials())
async def test_invalid_credentials_are_refused_and_drop_nothing(gateway: EventSender, name: str) -> None:
    headers, message = invalid_credentials()[name]
    assert await gateway.bills(1) == ["70.00"]
    status, body = await gateway.send(BODY, headers)
    (text,) = messages(body)
    assert status == 401
    assert text.startswith(message)
    assert (await gateway.bills(1), gateway.tap.keys) == (["70.00"], [])


async def test_credentials_are_checked_before_the_payload(gateway: EventSender) -> None:
    assert (await gateway.send(b"no JSON", {}))[0] == 401


@pytest.mark.parametrize("off", [-TIMESTAMP_TOLERANCE, 0, TIMESTAMP_TOLERANCE])
def test_a_signature_is_valid_for_five_minutes_around_its_time(off: int) -> None:
    EventAuthenticator(SECRET, lambda: NOON + off).check(SIGNED, BODY)


@pytest.mark.parametrize("off", [-TIMESTAMP_TOLERANCE - 1, TIMESTAMP_TOLERANCE + 1])
def test_an_older_or_later_signature_is_refused(off: int) -> None:
    with pytest.raises(Unauthorized):
        EventAuthenticator(SECRET, lambda: NOON + off).check(SIGNED, BODY)


@given(secret=st.text(), body=st.binary())
def test_only_the_same_body_and_secret_give_the_signature(secret: str, body: bytes) -> None:
    is_valid = secret == SECRET and body == BODY
    with nullcontext() if is_valid else pytest.raises(Unauthorized):
        EventAuthenticator(SECRET, lambda: NOON).check(signed(body, secret, NOON), BODY)


@pytest.mark.parametrize(
    "secret", ["", "short", "x" * 15, "correct horse battery staple", "\u00fc" * 16, "x" * 16 + "\n"]
)
def test_an_unusable_secret_is_refused_at_start_and_not_repeated(secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_environment({"GATEWAY_CATALOG": "catalog.toml", "GATEWAY_EVENTS_SECRET": secret})
    assert caught.value.diagnostics == (
        "GATEWAY_EVENTS_SECRET must be at least 16 printable ASCII characters without blanks.",
    )


def test_the_secret_is_read_and_hidden() -> None:
    config = from_environment({"GATEWAY_CATALOG": "catalog.toml", "GATEWAY_EVENTS_SECRET": "x" * 16})
    assert config.events_secret == "x" * 16
    assert "x" * 16 not in repr((config, EventAuthenticator("x" * 16)))

"""Who may tell of changes: whoever knows the secret, or signs with it."""

import json
import time
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.event_senders import BEARER, SECRET, EventSender, gateway_with_events, messages, signed

from gateway.config.settings import from_environment
from gateway.errors import ConfigError
from gateway.server.event_auth import TIMESTAMP_TOLERANCE, EventAuthenticator

BILL = {"system": "BILLING", "record": "Bill", "id": "B1", "account": "A1"}
BODY = json.dumps(BILL).encode()
ANOTHER = "another-horse-battery-staple"
NOON = 1_794_744_000.0
FITTING = signed(BODY, at=NOON)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def told() -> AsyncIterator[EventSender]:
    async with gateway_with_events() as made:
        yield made


async def test_without_a_secret_there_is_no_such_place() -> None:
    async with gateway_with_events(secret=None) as told:
        for headers in ({}, BEARER, signed(BODY)):
            assert (await told.tell(BILL, headers))[0] == 404
        async with told.http.get("/events") as response:
            assert response.status == 404


async def test_who_knows_the_secret_or_signs_with_it_is_heard(told: EventSender) -> None:
    lower = {"authorization": f"bearer {SECRET}"}
    beside = {**signed(BODY), "authorization": "Basic cHJveHk6cHJveHk="}
    for headers in (BEARER, lower, signed(BODY), beside, {**signed(b"?"), **BEARER}):
        assert (await told.tell(BODY, headers))[0] == 202


OFF = "X-Timestamp is more than 300 seconds off."


def strangers() -> dict[str, tuple[dict[str, str], str]]:
    """Headers that are not good enough, and how what is said of them begins: signed when asked for."""
    return {
        "nobody": ({}, "Say who tells"),
        "a time alone": ({"x-timestamp": "1794744000"}, "Say who tells"),
        "another secret": ({"authorization": f"Bearer {ANOTHER}"}, "The secret is another one."),
        "no secret": ({"authorization": "Bearer"}, "The secret is another one."),
        "part of the secret": ({"authorization": f"Bearer {SECRET[:-1]}"}, "The secret is another one."),
        "another scheme": ({"authorization": f"Basic {SECRET}"}, "The secret is another one."),
        "letters beyond ASCII": ({"authorization": "Bearer \u00fc"}, "The secret is another one."),
        "signed with another secret": (signed(BODY, ANOTHER), "The signature does not fit."),
        "another body": (signed(b"[]"), "The signature does not fit."),
        "another time": (
            {**signed(BODY), "x-timestamp": str(int(time.time()) - 9)},
            "The signature does not fit.",
        ),
        "an empty signature": ({**signed(BODY), "x-signature": ""}, "The signature does not fit."),
        "a signature of another kind": (
            {**signed(BODY), "x-signature": "sha1=00"},
            "The signature does not fit.",
        ),
        "an old signature": (
            signed(BODY, at=time.time() - 3600),
            "X-Timestamp is more than 300 seconds off.",
        ),
        "a signature to come": (
            signed(BODY, at=time.time() + 3600),
            "X-Timestamp is more than 300 seconds off.",
        ),
        "no time": ({"x-signature": signed(BODY)["x-signature"]}, "A signature needs X-Timestamp"),
        "a time that is none": ({**signed(BODY), "x-timestamp": "now"}, "A signature needs X-Timestamp"),
        "a time without end": ({**signed(BODY), "x-timestamp": "9" * 5_000}, "A signature needs X-Timestamp"),
    }


@pytest.mark.parametrize("name", strangers())
async def test_a_stranger_is_refused_with_a_sentence_and_drops_nothing(told: EventSender, name: str) -> None:
    headers, sentence = strangers()[name]
    assert await told.bills(1) == ["70.00"]
    status, said = await told.tell(BODY, headers)
    assert (status, len(said["errors"])) == (401, 1)
    assert messages(said)[0].startswith(sentence)
    assert (await told.bills(1), told.road.asked) == (["70.00"], [])


async def test_a_stranger_learns_nothing_of_events(told: EventSender) -> None:
    assert (await told.tell(b"no JSON", {}))[0] == 401


@pytest.mark.parametrize("off", [-TIMESTAMP_TOLERANCE, 0, TIMESTAMP_TOLERANCE])
def test_a_signature_is_good_for_five_minutes_before_and_after(off: int) -> None:
    assert EventAuthenticator(SECRET, lambda: NOON + off).refusal(FITTING, BODY) is None


@pytest.mark.parametrize("off", [-TIMESTAMP_TOLERANCE - 1, TIMESTAMP_TOLERANCE + 1])
def test_a_signature_is_good_for_no_longer(off: int) -> None:
    assert EventAuthenticator(SECRET, lambda: NOON + off).refusal(FITTING, BODY) is not None


@given(secret=st.text(), body=st.binary())
def test_only_the_same_body_and_secret_make_the_signature(secret: str, body: bytes) -> None:
    refused = EventAuthenticator(SECRET, lambda: NOON).refusal(signed(body, secret, NOON), BODY)
    assert (refused is None) == (secret == SECRET and body == BODY)


@pytest.mark.parametrize(
    "secret", ["", "short", "x" * 15, "correct horse battery staple", "\u00fc" * 16, "x" * 16 + "\n"]
)
def test_a_secret_that_is_short_or_cannot_be_sent_is_refused_at_the_start_and_not_repeated(
    secret: str,
) -> None:
    with pytest.raises(ConfigError) as caught:
        from_environment({"GATEWAY_CATALOG": "catalog.toml", "GATEWAY_EVENTS_SECRET": secret})
    assert caught.value.diagnostics == (
        "GATEWAY_EVENTS_SECRET is at least 16 printable ASCII characters without blanks.",
    )


def test_the_secret_is_read_and_never_shown() -> None:
    config = from_environment({"GATEWAY_CATALOG": "catalog.toml", "GATEWAY_EVENTS_SECRET": "x" * 16})
    assert config.events_secret == "x" * 16
    assert "x" * 16 not in repr((config, EventAuthenticator("x" * 16)))

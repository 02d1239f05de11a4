"""What is no event is refused in sentences, all at once, and nothing is half done."""

import gzip
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.event_senders import EventSender, gateway_with_events, messages

from gateway.server.event_payload import MAX_EVENTS, SYSTEMS

BILL = {"system": "BILLING", "record": "Bill", "id": "B1", "account": "A1"}
BODY = json.dumps(BILL).encode()


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def told() -> AsyncIterator[EventSender]:
    async with gateway_with_events() as made:
        yield made


NO_BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{system: BILLING}",
    "cut off": BODY[:-1],
    "invalid UTF-8": b'{"system": "\xff"}',
    "UTF-16": json.dumps(BILL).encode("utf-16"),
    "deep": b"[" * 50_000,
    "a number of 5,000 digits": b"9" * 5_000,
    "a lone surrogate": b'{"system": "BILLING", "id": "\\ud800"}',
    "compressed": gzip.compress(BODY),
}


@pytest.mark.parametrize("name", NO_BODIES)
async def test_what_is_no_json_is_refused_in_a_sentence(told: EventSender, name: str) -> None:
    status, said = await told.tell(NO_BODIES[name])
    assert (status, messages(said)) == (400, ["The body is not JSON that can be read."])


KEYS = 'keys is an object of lists of text, no blanks around, such as {"bill_id": ["17"]}'
AT = "at is an instant with an offset, such as 2026-11-15T12:00:00-05:00"
SYSTEM = f"system is one of {', '.join(SYSTEMS)}"
CUSTOMER = "keys of Customer may be customer_number, id"
RECORD = "record is the name of a record of the schema, such as Bill"


def blank(word: str) -> str:
    """What is said of text that is none."""
    return f"{word} is text without blanks around it; leave it out where it is not known"


WRONG: list[tuple[Any, str]] = [
    (None, "it is no object"),
    ("ADA", "it is no object"),
    ([BILL], "it is no object"),
    ({"record": "Bill"}, SYSTEM),
    ({"system": None}, SYSTEM),
    ({"system": "ADA"}, SYSTEM),
    ({"system": "billing"}, SYSTEM),
    ({"system": ["BILLING"]}, SYSTEM),
    ({**BILL, "record": "ADA"}, RECORD),
    ({**BILL, "record": {}}, RECORD),
    ({**BILL, "record": "Payment"}, "Payment is no record of BILLING"),
    (
        {**BILL, "acount": "ADA"},
        "it has words that are none of system, record, id, account, customer, keys, at",
    ),
    ({**BILL, "id": 17}, blank("id")),
    ({**BILL, "id": ""}, blank("id")),
    ({**BILL, "account": " \t"}, blank("account")),
    ({**BILL, "account": " ADA "}, blank("account")),
    ({**BILL, "customer": ["ADA"]}, blank("customer")),
    ({**BILL, "keys": ["ADA"]}, KEYS),
    ({**BILL, "keys": {"bill_id": "ADA"}}, KEYS),
    ({**BILL, "keys": {"bill_id": ["17", None]}}, KEYS),
    ({**BILL, "keys": {"bill_id": [""]}}, KEYS),
    ({**BILL, "keys": {"bill_id": ["17\n"]}}, KEYS),
    ({**BILL, "keys": {"acount_id": ["ADA"]}}, "keys of Bill may be account_id, id"),
    ({**BILL, "keys": {"account_id": ["A1"], "bill_id": []}}, "keys of Bill may be account_id, id"),
    (
        {"system": "BILLING", "keys": {"account_number": ["ADA"]}},
        "keys of BILLING may be account_id, bill_id, id, segment_id",
    ),
    ({"system": "SALES", "keys": {"id": ["ADA"]}}, "keys of SALES may be none"),
    ({"system": "CRM", "record": "Customer", "keys": {"name": ["ADA"]}}, CUSTOMER),
    ({"system": "CRM", "record": "Customer", "keys": {"criteria": ["ADA"]}}, CUSTOMER),
    ({**BILL, "at": "2026-11-15T12:00:00"}, AT),
    ({**BILL, "at": "ADA"}, AT),
    ({**BILL, "at": 1_794_744_000}, AT),
]


async def test_everything_wrong_is_told_at_once_and_nothing_is_done(told: EventSender) -> None:
    assert await told.bills(1) == ["70.00"]
    status, said = await told.tell([BILL, *(each for each, _ in WRONG)])
    assert (status, messages(said)) == (400, [f"Event {n}: {each}." for n, (_, each) in enumerate(WRONG, 2)])
    assert (await told.bills(1), told.road.asked) == (["70.00"], [])
    assert "ADA" not in json.dumps(said)


async def test_all_that_is_wrong_with_one_event_is_told(told: EventSender) -> None:
    status, said = await told.tell({"system": 1, "record": 1, "id": 1, "account": 1, "keys": 1, "at": 1})
    expected = [SYSTEM, RECORD, blank("id"), blank("account"), KEYS, AT]
    assert (status, messages(said)) == (400, [f"Event 1: {each}." for each in expected])


async def test_what_is_not_known_may_be_null(told: EventSender) -> None:
    unknown = dict.fromkeys(("record", "id", "account", "customer", "keys", "at"))
    assert (await told.tell({"system": "BILLING", **unknown}))[0] == 202


async def test_a_thousand_events_are_taken_and_no_more(told: EventSender) -> None:
    few = {"system": "SALES"}
    assert (await told.tell([few] * MAX_EVENTS))[0] == 202
    status, said = await told.tell([few] * (MAX_EVENTS + 1))
    assert (status, messages(said)) == (400, ["At most 1000 events at once."])


async def test_a_body_that_is_too_large_is_refused_by_its_size(told: EventSender) -> None:
    assert (await told.tell(BODY + b" " * (100_000 - len(BODY))))[0] == 202
    status, said = await told.tell(BODY + b" " * (100_001 - len(BODY)))
    assert (status, messages(said)) == (413, ["The body is too large: at most 100000 bytes."])


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
NEAR = st.fixed_dictionaries(
    {"system": st.sampled_from(sorted(SYSTEMS)) | ANY},
    optional={
        "record": st.sampled_from(["Bill", "Payment", "Premise"]) | ANY,
        "id": st.text() | ANY,
        "account": st.text() | ANY,
        "customer": st.text() | ANY,
        "keys": st.dictionaries(st.text() | st.just("account_id"), st.lists(st.text()) | ANY) | ANY,
        "at": st.datetimes().map(lambda at: f"{at.isoformat()}-23:59") | ANY,
    },
)


@settings(max_examples=150, deadline=None)
@given(said=ANY | NEAR | st.lists(NEAR, max_size=3) | st.binary())
async def test_any_body_is_taken_or_refused_in_sentences(told: EventSender, said: Any) -> None:
    status, answer = await told.tell(said)
    assert status in (202, 400)
    assert answer.get("invalidated", -1) >= 0 if status == 202 else all(messages(answer))

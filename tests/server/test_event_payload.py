"""Invalid events are refused with all messages at once, and change nothing."""

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
async def gateway() -> AsyncIterator[EventSender]:
    async with gateway_with_events() as sender:
        yield sender


INVALID_BODIES: Mapping[str, bytes] = {
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


@pytest.mark.parametrize("name", INVALID_BODIES)
async def test_invalid_json_is_refused(gateway: EventSender, name: str) -> None:
    status, body = await gateway.send(INVALID_BODIES[name])
    message = "The body is not valid JSON: send one event, or a list of events."
    assert (status, messages(body)) == (400, [message])


KEYS = 'keys must be an object of lists of text without surrounding spaces, such as {"bill_id": ["17"]}'
AT = "at must be an instant with an offset, such as 2026-11-15T12:00:00-05:00"
SYSTEM = f"system must be one of {', '.join(SYSTEMS)}"
CUSTOMER = "keys of Customer may be customer_number, id, party_id"
RECORD = "record must be the name of a record of the schema, such as Bill"


def text(field: str) -> str:
    return f"{field} must be text without surrounding spaces; omit it if it is unknown"


INVALID: list[tuple[Any, str]] = [
    (None, "it must be a JSON object"),
    ("ADA", "it must be a JSON object"),
    ([BILL], "it must be a JSON object"),
    ({"record": "Bill"}, SYSTEM),
    ({"system": None}, SYSTEM),
    ({"system": "ADA"}, SYSTEM),
    ({"system": "billing"}, SYSTEM),
    ({"system": ["BILLING"]}, SYSTEM),
    ({**BILL, "record": "ADA"}, RECORD),
    ({**BILL, "record": {}}, RECORD),
    ({**BILL, "record": "Payment"}, "Payment is not a record of BILLING"),
    (
        {**BILL, "acount": "ADA"},
        "it has an unknown field; the fields are system, record, id, account, customer, keys, at",
    ),
    ({**BILL, "id": 17}, text("id")),
    ({**BILL, "id": ""}, text("id")),
    ({**BILL, "account": " \t"}, text("account")),
    ({**BILL, "account": " ADA "}, text("account")),
    ({**BILL, "customer": ["ADA"]}, text("customer")),
    ({**BILL, "keys": ["ADA"]}, KEYS),
    ({**BILL, "keys": {"bill_id": "ADA"}}, KEYS),
    ({**BILL, "keys": {"bill_id": ["17", None]}}, KEYS),
    ({**BILL, "keys": {"bill_id": [""]}}, KEYS),
    ({**BILL, "keys": {"bill_id": ["17\n"]}}, KEYS),
    ({**BILL, "keys": {"acount_id": ["ADA"]}}, "keys of Bill may be account_id, bill_number, id"),
    ({**BILL, "keys": {"account_id": ["A1"], "bill_id": []}}, "keys of Bill may be account_id, bill_number, id"),
    (
        {"system": "BILLING", "keys": {"account_number": ["ADA"]}},
        "keys of BILLING may be account_id, bill_id, bill_number, id, segment_id",
    ),
    ({"system": "SALES", "keys": {"id": ["ADA"]}}, "keys of SALES may be none"),
    ({"system": "CRM", "record": "Customer", "keys": {"name": ["ADA"]}}, CUSTOMER),
    ({"system": "CRM", "record": "Customer", "keys": {"criteria": ["ADA"]}}, CUSTOMER),
    ({**BILL, "at": "2026-11-15T12:00:00"}, AT),
    ({**BILL, "at": "ADA"}, AT),
    ({**BILL, "at": 1_794_744_000}, AT),
]


async def test_all_invalid_events_are_reported_and_nothing_is_dropped(gateway: EventSender) -> None:
    assert await gateway.bills(1) == ["70.00"]
    status, body = await gateway.send([BILL, *(event for event, _ in INVALID)])
    expected = [f"Event {n}: {message}." for n, (_, message) in enumerate(INVALID, 2)]
    assert (status, messages(body)) == (400, expected)
    assert (await gateway.bills(1), gateway.tap.keys) == (["70.00"], [])
    assert "ADA" not in json.dumps(body)


async def test_all_mistakes_of_one_event_are_reported(gateway: EventSender) -> None:
    status, body = await gateway.send({"system": 1, "record": 1, "id": 1, "account": 1, "keys": 1, "at": 1})
    expected = [SYSTEM, RECORD, text("id"), text("account"), KEYS, AT]
    assert (status, messages(body)) == (400, [f"Event 1: {message}." for message in expected])


async def test_unknown_fields_may_be_null(gateway: EventSender) -> None:
    unknown = dict.fromkeys(("record", "id", "account", "customer", "keys", "at"))
    assert (await gateway.send({"system": "BILLING", **unknown}))[0] == 202


async def test_at_most_a_thousand_events_are_accepted(gateway: EventSender) -> None:
    event = {"system": "SALES"}
    assert (await gateway.send([event] * MAX_EVENTS))[0] == 202
    status, body = await gateway.send([event] * (MAX_EVENTS + 1))
    assert (status, messages(body)) == (400, ["Too many events: send at most 1000 in one request."])


async def test_too_large_a_body_is_refused(gateway: EventSender) -> None:
    assert (await gateway.send(BODY + b" " * (100_000 - len(BODY))))[0] == 202
    status, body = await gateway.send(BODY + b" " * (100_001 - len(BODY)))
    assert (status, messages(body)) == (413, ["The body is too large: send at most 100000 bytes."])


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
@given(payload=ANY | NEAR | st.lists(NEAR, max_size=3) | st.binary())
async def test_any_body_is_accepted_or_refused_with_messages(gateway: EventSender, payload: Any) -> None:
    status, answer = await gateway.send(payload)
    assert status in (202, 400)
    assert answer.get("invalidated", -1) >= 0 if status == 202 else all(messages(answer))

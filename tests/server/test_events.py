"""What changed upstream is seen by the next query, and nothing else is asked anew."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from support.event_senders import EventSender, gateway_with_events
from support.rows import row
from support.world import ways

from gateway.cache.tags import Change
from gateway.resolvers.records import RECORDS, SEARCH_LOOKUPS
from gateway.server.event_payload import RECORDS_OF_SYSTEM, parse_events

BILL = {"system": "BILLING", "record": "Bill", "id": "B1", "account": "A1", "customer": "C"}


@pytest.fixture
async def told() -> AsyncIterator[EventSender]:
    async with gateway_with_events() as made:
        yield made


def bill(account: int, **said: Any) -> dict[str, Any]:
    """A bill of an account."""
    return row("Bill", status="COMPLETE", issued_on="2026-10-09", account_id=f"A{account}", **said)


async def remembered(told: EventSender) -> None:
    """Ask for the bills of two accounts, so that they are remembered."""
    assert [await told.bills(1), await told.bills(2)] == [["70.00"], ["70.00"]]


async def test_without_an_event_nothing_is_asked_anew(told: EventSender):
    await remembered(told)
    told.held["Bill"][0]["amount_due"] = "71.00"
    assert (await told.bills(1), told.road.asked) == (["70.00"], [])


async def test_after_an_event_the_next_query_shows_the_new_row(told: EventSender):
    await remembered(told)
    told.held["Bill"][0]["amount_due"] = "71.00"
    assert await told.tell(BILL) == (202, {"invalidated": 3})  # the bill, its id, and the list of its account
    assert (await told.bills(1), told.road.asked) == (["71.00"], ["Bill by account_id A1"])


async def test_an_event_leaves_other_accounts_alone(told: EventSender):
    await remembered(told)
    await told.tell(BILL)
    assert (await told.bills(2), told.road.asked) == (["70.00"], [])


async def test_a_new_record_appears_in_the_list_of_its_account(told: EventSender):
    await remembered(told)
    told.held["Bill"].append(bill(1, id="B9", amount_due="9.00"))
    assert (await told.tell({**BILL, "id": "B9"}))[0] == 202
    assert await told.bills(1) == ["9.00", "70.00"]


async def test_the_first_record_of_an_account_that_had_none_appears(told: EventSender):
    told.held["Bill"].clear()
    assert await told.bills(1) == []
    told.held["Bill"].append(bill(1, id="B9", amount_due="9.00"))
    assert (await told.tell({**BILL, "id": "B9"}))[0] == 202
    assert await told.bills(1) == ["9.00"]


async def test_a_record_leaves_the_list_in_which_it_was_though_only_the_new_account_is_said(
    told: EventSender,
):
    await remembered(told)
    told.held["Bill"][0]["account_id"] = "A2"
    assert (await told.tell({**BILL, "account": "A2"}))[0] == 202
    assert (await told.bills(1), sorted(await told.bills(2))) == ([], ["70.00", "70.00"])


async def test_an_event_without_an_account_drops_the_lookup_by_account_as_a_whole(told: EventSender):
    await remembered(told)
    told.held["Bill"].append(bill(2, id="B9", amount_due="9.00"))
    assert (await told.tell({"system": "BILLING", "record": "Bill", "id": "B9"}))[0] == 202
    assert (await told.bills(1), await told.bills(2)) == (["70.00"], ["9.00", "70.00"])


async def test_keys_say_several_accounts_at_once(told: EventSender):
    await remembered(told)
    assert await told.bills(3) == ["70.00"]
    event = {"system": "BILLING", "record": "Bill", "id": "B9", "keys": {"account_id": ["A1", "A3"]}}
    assert (await told.tell(event))[0] == 202
    assert (await told.bills(2), told.road.asked) == (["70.00"], [])


async def test_an_event_without_a_record_is_about_all_records_of_its_system(told: EventSender):
    query = '{ billingAccount(accountNumber: "1001") { balance { current { amount } } } }'
    await remembered(told)
    before = await told.data(query)
    told.held["AccountBalance"][0]["current"] = "1.00"
    assert (await told.tell({"system": "BILLING", "account": "A1"}))[0] == 202
    after = await told.data(query)
    assert [each["billingAccount"]["balance"]["current"]["amount"] for each in (before, after)] == [
        "65.00",
        "1.00",
    ]
    assert (await told.bills(2), told.road.asked) == (["70.00"], [])


async def test_an_event_of_another_system_or_record_drops_nothing(told: EventSender):
    await remembered(told)
    others = [{**BILL, "record": "Adjustment"}, {"system": "PAYMENTS", "account": "A1"}, {"system": "SALES"}]
    assert (await told.tell(others))[0] == 202
    assert (await told.bills(1), told.road.asked) == (["70.00"], [])


async def test_events_that_are_late_repeated_or_of_what_nobody_asked_for_do_no_harm(told: EventSender):
    assert (await told.tell({**BILL, "at": "1999-12-31T23:59:59Z"}))[0] == 202
    await remembered(told)
    unheard = [
        {**BILL, "id": "?", "account": "?", "keys": {"id": ["?"], "account_id": ["?"]}},
        {**BILL, "keys": {}},
    ]
    assert (await told.tell([BILL, *unheard, BILL]))[0] == 202
    assert (await told.tell([BILL, BILL]))[0] == 202
    assert (await told.tell([]))[0] == 202
    assert [await told.bills(1), await told.bills(2)] == [["70.00"], ["70.00"]]


async def test_an_answer_that_is_under_way_when_the_event_comes_is_not_remembered(told: EventSender):
    told.road.hold("Bill by account_id")
    early = asyncio.create_task(told.bills(1))
    await told.road.given.wait()
    told.held["Bill"][0]["amount_due"] = "71.00"
    assert (await told.tell(BILL))[0] == 202
    told.road.free.set()
    assert await early == ["70.00"]  # as it was when it was asked for
    assert (await told.bills(1), told.road.asked) == (["71.00"], ["Bill by account_id A1"])


async def test_who_asks_after_the_event_does_not_wait_for_what_was_asked_before(told: EventSender):
    told.road.hold("Bill by account_id")
    early = asyncio.create_task(told.bills(1))
    await told.road.given.wait()
    told.held["Bill"][0]["amount_due"] = "71.00"
    await told.tell(BILL)
    assert await told.bills(1) == ["71.00"]  # while the other is still on its way
    told.road.free.set()
    assert await early == ["70.00"]
    assert (await told.bills(1), told.road.asked) == (["71.00"], [])


async def test_an_answer_under_way_of_which_no_event_tells_is_remembered(told: EventSender):
    told.road.hold("Bill by account_id")
    early = asyncio.create_task(told.bills(1))
    await told.road.given.wait()
    await told.tell({**BILL, "id": "B2", "account": "A2"})
    told.road.free.set()
    await early
    assert (await told.bills(1), told.road.asked) == (["70.00"], [])


async def test_the_log_says_what_changed_and_how_late_that_was_heard_and_of_whom_it_never_says(
    told: EventSender, caplog: pytest.LogCaptureFixture
):
    names = {"id": "ID-ADA", "account": "ACCOUNT-ADA", "customer": "CUSTOMER-ADA"}
    event = {**BILL, **names, "keys": {"account_id": ["KEY-ADA"]}, "at": "2026-01-01T00:00:00Z"}
    with caplog.at_level(logging.DEBUG, "gateway"):
        await told.tell([event, event, {"system": "CRM", "customer": "CUSTOMER-ADA"}])
        await told.tell({**event, "system": "SYSTEM-ADA", "record": "RECORD-ADA", "ADA": 1})
        await told.tell(event, {"authorization": "Bearer SECRET-ADA"})
    line, refused = (each.getMessage() for each in caplog.records if each.name == "gateway")
    assert refused == "events: somebody was refused: The secret is another one."
    assert re.fullmatch(r"events: Bill x 2, CRM x 1, the oldest \d+\.\d s old; \d+ tags invalidated", line)
    assert "ADA" not in caplog.text


async def test_where_no_record_is_said_the_keys_of_any_record_of_the_system_may_be(told: EventSender):
    await remembered(told)
    event = {"system": "BILLING", "keys": {"account_id": ["A1"], "bill_id": ["B1"], "segment_id": ["S1"]}}
    assert (await told.tell(event))[0] == 202
    assert (await told.bills(2), told.road.asked) == (["70.00"], [])


@pytest.mark.parametrize("record", RECORDS)
def test_each_record_may_be_told_of_by_whatever_key_any_catalog_may_find_it_by(record: str):
    (system,) = [name for name, its in RECORDS_OF_SYSTEM.items() if record in its]
    keys = {by: ["17"] for by in ways(record) if (record, by) not in SEARCH_LOOKUPS}
    (event,) = parse_events(msgspec.json.encode({"system": system, "record": record, "keys": keys}))
    assert event.changes == (Change(record, keys=keys),)

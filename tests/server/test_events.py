"""The query after an event shows the change, and all other answers stay cached."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from support.event_senders import EventSender, gateway_with_events
from support.harness import ways
from support.rows import row

from gateway.cache.tags import Change
from gateway.resolvers.records import RECORDS, SEARCH_LOOKUPS
from gateway.server.event_payload import RECORDS_OF_SYSTEM, parse_events

BILL = {"system": "BILLING", "record": "Bill", "id": "B1", "account": "A1", "customer": "C"}


@pytest.fixture
async def gateway() -> AsyncIterator[EventSender]:
    async with gateway_with_events() as sender:
        yield sender


def bill(account: int, **fields: Any) -> dict[str, Any]:
    return row("Bill", status="COMPLETE", issued_on="2026-10-09", account_id=f"A{account}", **fields)


async def cache_bills(gateway: EventSender) -> None:
    """Cache the bills of two accounts."""
    assert [await gateway.bills(1), await gateway.bills(2)] == [["70.00"], ["70.00"]]


async def test_without_an_event_answers_stay_cached(gateway: EventSender):
    await cache_bills(gateway)
    gateway.tables["Bill"][0]["amount_due"] = "71.00"
    assert (await gateway.bills(1), gateway.tap.keys) == (["70.00"], [])


async def test_after_an_event_the_next_query_shows_the_new_row(gateway: EventSender):
    await cache_bills(gateway)
    gateway.tables["Bill"][0]["amount_due"] = "71.00"
    assert await gateway.send(BILL) == (202, {"invalidated": 4})  # the bill, its id, every number, its account's list
    assert (await gateway.bills(1), gateway.tap.keys) == (["71.00"], ["Bill by account_id A1"])


async def test_an_event_leaves_other_accounts_alone(gateway: EventSender):
    await cache_bills(gateway)
    await gateway.send(BILL)
    assert (await gateway.bills(2), gateway.tap.keys) == (["70.00"], [])


async def test_a_new_record_appears_in_the_list_of_its_account(gateway: EventSender):
    await cache_bills(gateway)
    gateway.tables["Bill"].append(bill(1, id="B9", amount_due="9.00"))
    assert (await gateway.send({**BILL, "id": "B9"}))[0] == 202
    assert await gateway.bills(1) == ["9.00", "70.00"]


async def test_the_first_record_of_an_account_that_had_none_appears(gateway: EventSender):
    gateway.tables["Bill"].clear()
    assert await gateway.bills(1) == []
    gateway.tables["Bill"].append(bill(1, id="B9", amount_due="9.00"))
    assert (await gateway.send({**BILL, "id": "B9"}))[0] == 202
    assert await gateway.bills(1) == ["9.00"]


async def test_a_moved_record_leaves_the_list_of_its_old_account(gateway: EventSender):
    await cache_bills(gateway)
    gateway.tables["Bill"][0]["account_id"] = "A2"
    assert (await gateway.send({**BILL, "account": "A2"}))[0] == 202
    assert (await gateway.bills(1), sorted(await gateway.bills(2))) == ([], ["70.00", "70.00"])


async def test_an_event_without_an_account_concerns_all_accounts(gateway: EventSender):
    await cache_bills(gateway)
    gateway.tables["Bill"].append(bill(2, id="B9", amount_due="9.00"))
    assert (await gateway.send({"system": "BILLING", "record": "Bill", "id": "B9"}))[0] == 202
    assert (await gateway.bills(1), await gateway.bills(2)) == (["70.00"], ["9.00", "70.00"])


async def test_keys_name_several_accounts(gateway: EventSender):
    await cache_bills(gateway)
    assert await gateway.bills(3) == ["70.00"]
    event = {"system": "BILLING", "record": "Bill", "id": "B9", "keys": {"account_id": ["A1", "A3"]}}
    assert (await gateway.send(event))[0] == 202
    assert (await gateway.bills(2), gateway.tap.keys) == (["70.00"], [])


async def test_an_event_without_a_record_concerns_its_whole_system(gateway: EventSender):
    query = '{ billingAccount(accountNumber: "1001") { balance { current { amount } } } }'
    await cache_bills(gateway)
    before = await gateway.data(query)
    gateway.tables["AccountBalance"][0]["current"] = "1.00"
    assert (await gateway.send({"system": "BILLING", "account": "A1"}))[0] == 202
    after = await gateway.data(query)
    assert [data["billingAccount"]["balance"]["current"]["amount"] for data in (before, after)] == ["65.00", "1.00"]
    assert (await gateway.bills(2), gateway.tap.keys) == (["70.00"], [])


async def test_an_event_of_another_system_or_record_drops_nothing(gateway: EventSender):
    await cache_bills(gateway)
    others = [{**BILL, "record": "Adjustment"}, {"system": "PAYMENTS", "account": "A1"}, {"system": "SALES"}]
    assert (await gateway.send(others))[0] == 202
    assert (await gateway.bills(1), gateway.tap.keys) == (["70.00"], [])


async def test_late_repeated_and_unrelated_events_do_no_harm(gateway: EventSender):
    assert (await gateway.send({**BILL, "at": "1999-12-31T23:59:59Z"}))[0] == 202
    await cache_bills(gateway)
    unrelated = [{**BILL, "id": "?", "account": "?", "keys": {"id": ["?"], "account_id": ["?"]}}, {**BILL, "keys": {}}]
    assert (await gateway.send([BILL, *unrelated, BILL]))[0] == 202
    assert (await gateway.send([BILL, BILL]))[0] == 202
    assert (await gateway.send([]))[0] == 202
    assert [await gateway.bills(1), await gateway.bills(2)] == [["70.00"], ["70.00"]]


async def test_an_answer_in_flight_during_its_event_is_not_cached(gateway: EventSender):
    gateway.tap.hold("Bill by account_id")
    early = asyncio.create_task(gateway.bills(1))
    await gateway.tap.holding.wait()
    gateway.tables["Bill"][0]["amount_due"] = "71.00"
    assert (await gateway.send(BILL))[0] == 202
    gateway.tap.release.set()
    assert await early == ["70.00"]  # the rows are older than the event
    assert (await gateway.bills(1), gateway.tap.keys) == (["71.00"], ["Bill by account_id A1"])


async def test_a_query_after_an_event_joins_no_earlier_flight(gateway: EventSender):
    gateway.tap.hold("Bill by account_id")
    early = asyncio.create_task(gateway.bills(1))
    await gateway.tap.holding.wait()
    gateway.tables["Bill"][0]["amount_due"] = "71.00"
    await gateway.send(BILL)
    assert await gateway.bills(1) == ["71.00"]  # the earlier flight has not landed
    gateway.tap.release.set()
    assert await early == ["70.00"]
    assert (await gateway.bills(1), gateway.tap.keys) == (["71.00"], [])


async def test_an_answer_in_flight_during_other_events_is_cached(gateway: EventSender):
    gateway.tap.hold("Bill by account_id")
    early = asyncio.create_task(gateway.bills(1))
    await gateway.tap.holding.wait()
    await gateway.send({**BILL, "id": "B2", "account": "A2"})
    gateway.tap.release.set()
    await early
    assert (await gateway.bills(1), gateway.tap.keys) == (["70.00"], [])


async def test_the_log_names_records_and_delay_but_no_ids(gateway: EventSender, caplog: pytest.LogCaptureFixture):
    names = {"id": "ID-ADA", "account": "ACCOUNT-ADA", "customer": "CUSTOMER-ADA"}
    event = {**BILL, **names, "keys": {"account_id": ["KEY-ADA"]}, "at": "2026-01-01T00:00:00Z"}
    with caplog.at_level(logging.DEBUG, "gateway"):
        await gateway.send([event, event, {"system": "CRM", "customer": "CUSTOMER-ADA"}])
        await gateway.send({**event, "system": "SYSTEM-ADA", "record": "RECORD-ADA", "ADA": 1})
        await gateway.send(event, {"authorization": "Bearer SECRET-ADA"})
    line, warning = (record.getMessage() for record in caplog.records if record.name == "gateway")
    assert warning.startswith("events: unauthorized: The bearer secret is wrong")
    assert re.fullmatch(r"events: Bill x 2, CRM x 1, the oldest \d+\.\d s old; \d+ tags invalidated", line)
    assert "ADA" not in caplog.text


async def test_an_event_without_a_record_accepts_all_keys(gateway: EventSender):
    await cache_bills(gateway)
    event = {"system": "BILLING", "keys": {"account_id": ["A1"], "bill_id": ["B1"], "segment_id": ["S1"]}}
    assert (await gateway.send(event))[0] == 202
    assert (await gateway.bills(2), gateway.tap.keys) == (["70.00"], [])


@pytest.mark.parametrize("record", RECORDS)
def test_events_accept_every_lookup_key_of_each_record(record: str):
    (system,) = [name for name, records in RECORDS_OF_SYSTEM.items() if record in records]
    keys = {by: ["17"] for by in ways(record) if (record, by) not in SEARCH_LOOKUPS}
    (event,) = parse_events(msgspec.json.encode({"system": system, "record": record, "keys": keys}))
    assert event.changes == (Change(record, keys=keys),)

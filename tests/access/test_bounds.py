"""A caller with bounds finds nothing outside of them: in lists, totals, cursors, caches, and while systems are away."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.cache.harnesses import caching_harness
from support.harness import Harness, Held, catalog_text, harness
from support.neighbours import neighbours
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.access.bounds import Bounds
from gateway.access.caller import ALL_SCOPES, Caller, Scope
from gateway.errors import SourceDown
from gateway.ids import global_id


def caller(*accounts: str, customers: tuple[str, ...] = (), without: Scope | None = None) -> Caller:
    return Caller("portal", ALL_SCOPES - {without}, bounds=Bounds(frozenset(accounts), frozenset(customers)))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def at() -> AsyncIterator[Harness]:
    async with harness(neighbours()) as gateway:
        yield gateway


ACCOUNTS = """query($a: ID!, $b: ID!, $c: ID!) { one: billingAccount(id: $a) { accountNumber }
  other: billingAccount(id: $b) { accountNumber }
  customer(id: $c) { accounts(includeClosed: true) { accountNumber } header { accounts { isOpen } } } }"""
NODE = "query($id: ID!) { node(id: $id) { id } }"


async def test_a_caller_sees_its_account_and_no_sibling(at: Harness) -> None:
    answer = await at.asked_by(caller("A1")).ask(ACCOUNTS, a=ACCOUNT, b=global_id("BillingAccount", "A2"), c=CUSTOMER)
    assert answer["one"] == {"accountNumber": "1001"}
    assert answer["other"] is None
    assert answer["customer"]["accounts"] == [{"accountNumber": "1001"}]
    assert len(answer["customer"]["header"]["accounts"]) == 1
    assert at.gate.batch_names() == [
        "BillingAccount by customer_id x 1",
        "BillingAccount by id x 1",
        "Customer by id x 1",
    ]


async def test_a_named_account_takes_no_further_question(at: Harness) -> None:
    query = (
        "query($id: ID!) { billingAccount(id: $id) { bills { totalCount nodes { segments { lines { sequence } } } } } }"
    )
    whole = await at.ask(query, id=ACCOUNT)
    questions = at.gate.batch_names()
    assert await at.asked_by(caller("A1")).ask(query, id=ACCOUNT) == whole
    assert at.gate.batch_names() == questions


async def test_an_account_out_of_reach_takes_no_question(at: Harness) -> None:
    result = await at.asked_by(caller("A2")).answer("query($id: ID!) { billingAccount(id: $id) { id } }", id=ACCOUNT)
    assert (result.data, result.errors, result.sources) == ({"billingAccount": None}, [], {})
    assert at.gate.batches == []


CALLS = """query($id: ID!, $after: String) { customer(id: $id) { activities(first: 2, types: [CALL], after: $after) {
  nodes { id } pageInfo { endCursor hasNextPage } } } }"""


def many_calls() -> Held:
    """Twelve calls of the sibling account, then one of A1 and one that names no account."""
    calls = [call(f"b{n}", f"2026-11-14T{n:02d}:00:00-05:00", "A2") for n in range(12)]
    others = [call("own", "2026-11-01T09:00:00-05:00", "A1"), call("none", "2026-11-02T09:00:00-05:00", None)]
    return {**utility(2), "Call": [*calls, *others]}


def call(key: str, started_at: str, account: str | None) -> dict[str, Any]:
    return row("Call", id=key, started_at=started_at, account_id=account, customer_id="C")


async def calls_of(gateway: Harness, after: str | None = None) -> Any:
    feed = (await gateway.ask(CALLS, id=CUSTOMER, after=after))["customer"]["activities"]
    return [each["id"] for each in feed["nodes"]], feed["pageInfo"]


async def test_a_page_is_filled_past_the_records_of_siblings(at: Harness) -> None:
    at.fill(many_calls())
    ids, _ = await calls_of(at.asked_by(caller("A1")))
    assert ids == [global_id("Call", "own")]
    at.fill({**many_calls(), "Call": many_calls()["Call"][-2:]})
    questions = at.gate.batch_names()
    assert (await calls_of(at.asked_by(caller("A1"))))[0] == ids
    assert at.gate.batch_names() == questions


async def test_records_without_account_need_all_accounts_of_the_customer(at: Harness) -> None:
    at.fill(many_calls())
    whole, _ = await calls_of(at)
    for bounds in (caller("A1", "A2"), caller(customers=("C",))):
        assert (await calls_of(at.asked_by(bounds)))[0] == whole
        assert await at.ask(NODE, id=global_id("Call", "none")) == await at.asked_by(bounds).ask(
            NODE, id=global_id("Call", "none")
        )
    assert await at.asked_by(caller("A1")).ask(NODE, id=global_id("Call", "none")) == {"node": None}


async def test_a_cursor_of_another_caller_opens_nothing(at: Harness) -> None:
    at.fill(many_calls())
    _, info = await calls_of(at)
    ids, _ = await calls_of(at.asked_by(caller("A1")), info["endCursor"])
    assert ids == [global_id("Call", "own")]
    assert (await calls_of(at.asked_by(caller("A2")), info["endCursor"]))[0] == [
        global_id("Call", f"b{n}") for n in (9, 8)
    ]


COUNTS = """query($id: ID!) { billingAccount(id: $id) { bills(first: 1) { totalCount } }
  customer(id: "Q3VzdG9tZXI6Qw") { interactions(first: 1, all: true) { totalCount nodes { id } } } }"""


async def test_totals_count_only_what_is_in_reach(at: Harness) -> None:
    tables = neighbours()
    tables["Interaction"] += [
        row("Interaction", id=f"I{n}", status="CLOSED", customer_id="C", account_id="A2") for n in range(3)
    ]
    at.fill(tables)
    assert (await at.ask(COUNTS, id=ACCOUNT))["customer"]["interactions"]["totalCount"] == 4
    answer = await at.asked_by(caller("A1")).ask(COUNTS, id=ACCOUNT)
    assert answer["billingAccount"]["bills"]["totalCount"] == 1
    assert answer["customer"]["interactions"]["totalCount"] == 1


BOTH = """query($a: ID!, $bill: ID!) { billingAccount(id: $a) { id accountNumber bills { nodes { id } } }
  node(id: $bill) { id } }"""


async def test_an_unknown_reach_is_unknown_and_shows_nothing(at: Harness) -> None:
    at.gate.down = {"CIS": SourceDown}
    for account, bill in (("A1", "B1"), ("ZA1", "ZB1"), ("Y", "Y")):
        ids = {"a": global_id("BillingAccount", account), "bill": global_id("Bill", bill)}
        result = await at.asked_by(caller(customers=("C",))).answer(BOTH, **ids)
        assert result.data == {"billingAccount": None, "node": None}
        assert [(each["path"], each["extensions"]["source"]) for each in result.errors] == [
            (["billingAccount"], "CIS"),
            (["node"], "CIS"),
        ]
        assert result.sources["CIS"]["state"] == "DOWN"


async def test_named_accounts_are_known_while_their_system_is_away(at: Harness) -> None:
    at.gate.down = {"CIS": SourceDown}
    result = await at.asked_by(caller("A1")).answer(BOTH, a=ACCOUNT, bill=global_id("Bill", "B1"))
    assert (result.data or {})["billingAccount"]["bills"]["nodes"] == [{"id": global_id("Bill", "B1")}]
    assert (result.data or {})["node"]
    result = await at.asked_by(caller("A2")).answer(BOTH, a=ACCOUNT, bill=global_id("Bill", "B1"))
    assert (result.data, result.errors) == ({"billingAccount": None, "node": None}, [])


async def test_a_scope_that_lacks_does_not_widen_the_reach(at: Harness) -> None:
    narrow = at.asked_by(caller(customers=("C",), without=Scope.CUSTOMER_READ))
    result = await narrow.answer(BOTH, a=ACCOUNT, bill=global_id("Bill", "B1"))
    assert {each["extensions"]["code"] for each in result.errors} == {"FORBIDDEN"}
    assert (result.data or {})["billingAccount"]["bills"]["nodes"]
    ids = {"a": global_id("BillingAccount", "ZA1"), "bill": global_id("Bill", "ZB1")}
    result = await narrow.answer(BOTH, **ids)
    assert (result.data, result.errors) == ({"billingAccount": None, "node": None}, [])


async def test_what_another_caller_cached_does_not_come_faster() -> None:
    async with caching_harness(neighbours()) as gateway:
        bounded = gateway.asked_by(caller("A1"))
        for kind, key in (("Bill", "ZB1"), ("BillSegment", "ZBS1"), ("BillingAccount", "ZA1"), ("Person", "ZH")):
            await gateway.ask(NODE, id=global_id(kind, key))
            await bounded.ask(NODE, id=global_id(kind, "X"))  # its own reach is in the cache from now on
            questions = []
            for each in (key, "Y"):
                assert await bounded.ask(NODE, id=global_id(kind, each)) == {"node": None}
                questions.append(gateway.gate.batch_names())
            assert questions[0] == questions[1], kind


async def test_no_older_answer_tells_that_a_record_exists() -> None:
    async with caching_harness(neighbours()) as gateway:
        await gateway.ask(NODE, id=global_id("Bill", "ZB1"))
        gateway.gate.down = {"BILLING": SourceDown}
        results = [await gateway.asked_by(caller("A1")).answer(NODE, id=global_id("Bill", key)) for key in ("ZB1", "Y")]
        assert [each["extensions"]["code"] for each in results[0].errors] == ["SOURCE_DOWN"]
        assert results[0] == results[1]


async def test_an_unreadable_record_of_others_looks_like_none(at: Harness) -> None:
    tables = neighbours()
    tables["Bill"][-1]["issued_on"] = "yesterday"
    at.fill(tables)
    broken = global_id("Bill", tables["Bill"][-1]["id"])
    assert [each["extensions"]["code"] for each in (await at.answer(NODE, id=broken)).errors] == ["SOURCE_MISREAD"]
    assert await at.asked_by(caller("A1")).ask(NODE, id=broken) == {"node": None}


DEBT = "query($id: ID!) { billingAccount(id: $id) { insights { all { code } } } }"


async def test_insights_know_nothing_of_sibling_accounts(at: Harness) -> None:
    codes = await insight_codes(at)
    assert "OTHER_ACCOUNT_DEBT" in codes
    assert "OTHER_ACCOUNT_DEBT" not in await insight_codes(at.asked_by(caller("A1")))
    assert await insight_codes(at.asked_by(caller(customers=("C",)))) == codes


async def insight_codes(gateway: Harness) -> set[str]:
    answer = await gateway.ask(DEBT, id=ACCOUNT)
    return {each["code"] for each in answer["billingAccount"]["insights"]["all"]}


async def test_keys_of_bounds_are_compared_as_sources_spell_them() -> None:
    text = catalog_text().replace("by.account_id = {  }", 'by.account_id = { key_format = "#-#" }')
    tables = utility(2)
    for rows in tables.values():
        for each in rows:
            if each.get("account_id") is not None:
                each["account_id"] = f"A-{each['account_id'][1:]}"
    async with harness(tables, text=text) as gateway:
        query = "query($id: ID!) { billingAccount(id: $id) { bills { nodes { id } } } }"
        whole = await gateway.ask(query, id=ACCOUNT)
        assert whole["billingAccount"]["bills"]["nodes"]
        assert await gateway.asked_by(caller("A1")).ask(query, id=ACCOUNT) == whole

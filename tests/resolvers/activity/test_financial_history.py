"""Bills, payments and adjustments of an account, its financial history and its balance."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.answers import account, all_pages, keys, page_loader
from support.rows import row
from support.utility import ACCOUNT

from gateway.errors import SourceDown
from gateway.ids import global_id

LISTS = """query($account: ID!, $range: DateRange, $first: Int, $after: String) {
  billingAccount(id: $account) {
    bills(range: $range, first: $first, after: $after) { ...Bills }
    payments(range: $range) { nodes { id paidOn amount { amount currency } tenders { tenderType } } }
    adjustments(range: $range) { nodes { id createdOn amount { amount } } }
  }
}
fragment Bills on BillConnection {
  edges { cursor } nodes { id issuedOn amountDue { amount currency } segments { id lines { sequence } } }
  pageInfo { hasNextPage endCursor } sources { system state }
}"""
HISTORY = """query($account: ID!, $kinds: [FinancialKind!], $range: DateRange, $first: Int, $after: String) {
  billingAccount(id: $account) {
    financialHistory(kinds: $kinds, range: $range, first: $first, after: $after) {
      nodes { kind date counts amount { amount } balanceAfter { amount }
              transaction { __typename ... on Node { id } } }
      pageInfo { hasNextPage endCursor }
      sources { system state }
    }
  }
}"""
BALANCE = """query($account: ID!) { billingAccount(id: $account) { accountNumber
  balance { current { amount currency } arrears { label minDays maxDays isPastDue amount { amount } } }
  autopay { since instrument } scheduledPayments { dueOn amount { amount } } } }"""


def bills(*days: str) -> list[dict[str, Any]]:
    """A bill for each of these days; its id is the day and its position."""
    return [row("Bill", id=f"{d}/{n}", account_id="A1", issued_on=d, amount_due="10.10") for n, d in enumerate(days)]


async def test_a_list_is_newest_first_and_ties_by_id(at: Harness) -> None:
    at.held["Bill"] = bills("2026-03-01", "2026-05-01", "2026-03-01", "2010-01-01")
    fields = await account(at, LISTS)
    assert keys(fields["bills"]["nodes"]) == ["2026-05-01/1", "2026-03-01/2", "2026-03-01/0", "2010-01-01/3"]


async def test_a_range_includes_both_of_its_days(at: Harness) -> None:
    at.held["Bill"] = bills("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")
    span = {"since": "2026-03-01", "until": "2026-03-31"}
    assert keys((await account(at, LISTS, range=span))["bills"]["nodes"]) == ["2026-03-31/2", "2026-03-01/1"]


async def test_a_reversed_range_is_refused(at: Harness) -> None:
    result = await at.answer(LISTS, account=ACCOUNT, range={"since": "2026-03-02", "until": "2026-03-01"})
    assert {each["extensions"]["code"] for each in result.errors} == {"BAD_INPUT"}
    assert result.data == {"billingAccount": {"bills": None, "payments": None, "adjustments": None}}


@pytest.mark.parametrize("first", [1, 2, 3, 500])
async def test_pages_of_any_size_give_every_bill_once(at: Harness, first: int) -> None:
    at.held["Bill"] = bills(*(["2026-03-01"] * 3 + ["2026-02-01"] * 2))
    pages = await all_pages(page_loader(at, LISTS, "bills", first))
    assert all(len(page["edges"]) == len(page["nodes"]) for page in pages)
    assert [key for page in pages for key in keys(page["nodes"])] == [
        "2026-03-01/2",
        "2026-03-01/1",
        "2026-03-01/0",
        "2026-02-01/4",
        "2026-02-01/3",
    ]


async def test_amounts_are_exact_decimals_in_their_currency(at: Harness) -> None:
    amount = "12345678901234.10"
    at.held["Bill"] = [row("Bill", id="1", account_id="A1", amount_due=amount)]
    [bill] = (await account(at, LISTS))["bills"]["nodes"]
    assert bill["amountDue"] == {"amount": amount, "currency": "USD"}


async def test_a_failing_billing_system_affects_only_bills_and_adjustments(at: Harness) -> None:
    at.gate.down = {"BILLING": SourceDown}
    result = await at.answer(LISTS, account=ACCOUNT)
    fields: Any = (result.data or {})["billingAccount"]
    assert (fields["bills"]["nodes"], fields["bills"]["edges"], fields["bills"]["pageInfo"]) == (None, None, None)
    assert fields["bills"]["sources"] == [{"system": "BILLING", "state": "DOWN"}]
    assert fields["adjustments"]["nodes"] is None
    assert len(fields["payments"]["nodes"]) == 1
    assert {each["extensions"]["code"] for each in result.errors} == {"SOURCE_DOWN"}


async def test_the_history_merges_bills_payments_and_adjustments(at: Harness) -> None:
    same = {"account_id": "A1"}
    at.held["Bill"] = [
        row("Bill", id="b", issued_on="2026-10-06", current_charges="7.00", ending_balance="9.00", **same)
    ]
    at.held["Payment"] = [row("Payment", id="p", paid_on="2026-10-06", amount="65.00", **same)]
    at.held["Adjustment"] = [row("Adjustment", id="a", created_on="2026-10-07", amount="-5.00", **same)]
    nodes = (await account(at, HISTORY))["financialHistory"]["nodes"]
    entries = [(each["kind"], each["date"], each["amount"]["amount"]) for each in nodes]
    assert entries == [
        ("ADJUSTMENT", "2026-10-07", "-5.00"),
        ("BILL", "2026-10-06", "7.00"),
        ("PAYMENT", "2026-10-06", "-65.00"),
    ]
    assert nodes[1]["balanceAfter"] == {"amount": "9.00"}
    assert nodes[1]["transaction"] == {"__typename": "Bill", "id": global_id("Bill", "b")}


@pytest.mark.parametrize(
    ("kinds", "records"),
    [(["BILL"], {"Bill"}), (["PAYMENT", "ADJUSTMENT"], {"Payment", "Adjustment"}), ([], None), (None, None)],
)
async def test_only_requested_kinds_are_loaded(at: Harness, kinds: Any, records: Any) -> None:
    nodes = (await account(at, HISTORY, kinds=kinds))["financialHistory"]["nodes"]
    names = records or {"Bill", "Payment", "Adjustment"}
    assert {each["transaction"]["__typename"] for each in nodes} == names
    # Balances after payments and adjustments need bills.
    names |= set() if kinds == ["BILL"] else {"Bill"}
    assert {each.lookup.record for each in at.gate.batches} - {"BillingAccount", "AccountReference"} == names


async def test_pages_of_the_history_give_every_entry_once(at: Harness) -> None:
    at.held["Bill"] = bills(*["2026-10-06"] * 4)
    whole = (await account(at, HISTORY))["financialHistory"]["nodes"]
    pages = await all_pages(page_loader(at, HISTORY, "financialHistory", first=2))
    nodes = [node for page in pages for node in page["nodes"]]
    assert (nodes, len(nodes)) == (whole, 6)


async def test_a_history_with_a_failing_system_is_unknown(at: Harness) -> None:
    at.gate.down = {"PAYMENTS": SourceDown}
    result = await at.answer(HISTORY, account=ACCOUNT)
    history: Any = (result.data or {})["billingAccount"]["financialHistory"]
    assert history["nodes"] is None
    states = {each["system"]: each["state"] for each in history["sources"]}
    assert states == {"PAYMENTS": "DOWN", "BILLING": "OK"}


async def test_a_balance_has_arrears_by_age(at: Harness) -> None:
    arrears = [
        {"label": "Not yet due", "min_days": 0, "max_days": 0, "amount": "7.00"},
        {"label": "1-30", "min_days": 1, "max_days": 30, "amount": "40.00"},
        {"label": "over 90", "min_days": 91, "max_days": None, "amount": "0.10"},
    ]
    at.held["AccountBalance"] = [
        row("AccountBalance", id="x", account_id="A1", current="-3.5", past_due="40.10", arrears=arrears)
    ]
    balance = (await account(at, BALANCE))["balance"]
    assert balance["current"] == {"amount": "-3.5", "currency": "USD"}
    assert [(each["maxDays"], each["isPastDue"], each["amount"]["amount"]) for each in balance["arrears"]] == [
        (0, False, "7.00"),
        (30, True, "40.00"),
        (None, True, "0.10"),
    ]


async def test_unknown_lists_are_null_and_empty_lists_are_empty(at: Harness) -> None:
    for record in ("AccountBalance", "AutopayInstruction", "ScheduledPayment"):
        at.held[record] = []
    fields = await account(at, BALANCE)
    assert (fields["balance"], fields["autopay"], fields["scheduledPayments"]) == (None, None, [])


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        ("2026-11-15", None, True),
        ("2026-11-16", None, False),
        ("2026-01-01", "2026-11-15", True),
        ("2026-01-01", "2026-11-14", False),
    ],
)
async def test_autopay_is_the_instruction_in_force_today(
    at: Harness,
    since: str,
    until: Any,
    holds: bool,  # noqa: FBT001  # a case
) -> None:
    at.held["AutopayInstruction"] = [row("AutopayInstruction", id="x", account_id="A1", since=since, until=until)]
    assert ((await account(at, BALANCE))["autopay"] is not None) == holds


async def test_scheduled_payments_are_soonest_first(at: Harness) -> None:
    at.held["ScheduledPayment"] = [
        row("ScheduledPayment", id=day, account_id="A1", due_on=day)
        for day in ("2026-12-24", "2026-11-20", "2027-01-01")
    ]
    due = [each["dueOn"] for each in (await account(at, BALANCE))["scheduledPayments"]]
    assert due == ["2026-11-20", "2026-12-24", "2027-01-01"]


STATUS = """query($account: ID!, $bills: [BillStatus!], $paid: [PaymentStatus!]) { billingAccount(id: $account) {
  bills(status: $bills, first: 1) { nodes { id } pageInfo { hasNextPage endCursor } }
  payments(status: $paid) { nodes { id } } } }"""


@pytest.mark.parametrize(
    ("statuses", "expected"), [(["COMPLETE"], "c"), (["CANCELED", "PENDING"], "p"), ([], "p"), (None, "p")]
)
async def test_bills_are_filtered_by_status(at: Harness, statuses: Any, expected: str) -> None:
    days = {"p": ("2026-11-03", "PENDING"), "x": ("2026-11-02", "CANCELED"), "c": ("2026-11-01", "COMPLETE")}
    at.held["Bill"] = [row("Bill", id=k, account_id="A1", issued_on=d, status=s) for k, (d, s) in days.items()]
    fields = await account(at, STATUS, bills=statuses)
    assert keys(fields["bills"]["nodes"]) == [expected]
    assert fields["bills"]["pageInfo"]["hasNextPage"] is (expected == "p")


async def test_payments_are_filtered_by_status(at: Harness) -> None:
    at.held["Payment"] = [row("Payment", id=f"{s}", account_id="A1", status=s) for s in ("FROZEN", "RETURNED", None)]
    fields = await account(at, STATUS, paid=["RETURNED"])
    assert keys(fields["payments"]["nodes"]) == ["RETURNED"]
    assert len((await account(at, STATUS))["payments"]["nodes"]) == 3


async def test_a_cursor_of_one_status_is_refused_for_another(at: Harness) -> None:
    fields = await account(at, STATUS, bills=["COMPLETE"])
    query = STATUS.replace("first: 1", "first: 1, after: $after").replace("($account", "($after: String, $account")
    cursor = fields["bills"]["pageInfo"]["endCursor"]
    result = await at.answer(query, account=ACCOUNT, bills=["CANCELED"], after=cursor)
    assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"]


@pytest.mark.parametrize(
    ("record", "values", "counts"),
    [
        ("Bill", {"status": "PENDING"}, False),
        ("Bill", {"status": "CANCELED"}, False),
        ("Bill", {"status": "WRITTEN_OFF"}, True),
        ("Bill", {"status": None}, None),
        ("Payment", {"status": "RETURNED"}, False),
        ("Payment", {"status": "INCOMPLETE"}, False),
        ("Payment", {"status": "FROZEN"}, True),
        ("Payment", {"status": None}, None),
        ("Adjustment", {"is_canceled": True}, False),
        ("Adjustment", {"cancel_reason": "ERR"}, False),
        ("Adjustment", {"is_canceled": False, "status": "50"}, True),
        ("Adjustment", {"status": "60"}, None),
        ("Adjustment", {}, True),
    ],
)
async def test_an_entry_tells_whether_it_counts(at: Harness, record: str, values: Any, counts: Any) -> None:
    for name in ("Bill", "Payment", "Adjustment"):
        at.held[name] = [row(name, id="x", account_id="A1", **values)] if name == record else []
    [node] = (await account(at, HISTORY))["financialHistory"]["nodes"]
    assert node["counts"] is counts


async def test_an_entry_that_does_not_count_has_no_balance(at: Harness) -> None:
    at.held["Bill"] = [
        row("Bill", id=s, account_id="A1", status=s, ending_balance="9.00") for s in ("PENDING", "CANCELED", "COMPLETE")
    ]
    nodes = (await account(at, HISTORY, kinds=["BILL"]))["financialHistory"]["nodes"]
    assert [(n["counts"], n["balanceAfter"]) for n in nodes if not n["counts"]] == [(False, None)] * 2
    assert [n["balanceAfter"] for n in nodes if n["counts"]] == [{"amount": "9.00"}]


def owed(at: Harness) -> None:
    """A bill of 70 that is paid, a canceled bill and payment, and a credit of 5."""
    of = {"account_id": "A1"}
    at.held["Bill"] = [
        row("Bill", id="b1", issued_on="2026-10-05", status="COMPLETE", ending_balance="70.00", **of)
        | {"current_charges": "70.00"},
        row("Bill", id="b2", issued_on="2026-11-05", status="COMPLETE", ending_balance="15.00", **of)
        | {"current_charges": "20.00"},
        row("Bill", id="x", issued_on="2026-10-20", status="CANCELED", ending_balance="999.00", **of),
    ]
    at.held["Payment"] = [
        row("Payment", id="p1", paid_on="2026-10-10", amount="70.00", status="FROZEN", **of),
        row("Payment", id="p2", paid_on="2026-10-12", amount="70.00", status="RETURNED", **of),
        row("Payment", id="p3", paid_on="2026-11-10", amount="15.00", status="FROZEN", **of),
    ]
    at.held["Adjustment"] = [row("Adjustment", id="j", created_on="2026-10-15", amount="-5.00", **of)]


BALANCES = [("p3", "0.00"), ("b2", "15.00"), ("x", None), ("j", "-5.00"), ("p2", None), ("p1", "0.00"), ("b1", "70.00")]


def balances(nodes: Any) -> list[tuple[str, Any]]:
    """Key of each entry, and the balance after it."""
    ids = keys([each["transaction"] for each in nodes])
    return list(zip(ids, [each["balanceAfter"] and each["balanceAfter"]["amount"] for each in nodes], strict=True))


@pytest.mark.parametrize("first", [1, 3, 500])
async def test_every_entry_that_counts_has_its_balance(at: Harness, first: int) -> None:
    owed(at)
    pages = await all_pages(page_loader(at, HISTORY, "financialHistory", first=first))
    assert [each for page in pages for each in balances(page["nodes"])] == BALANCES


async def test_a_kind_alone_has_the_same_balances(at: Harness) -> None:
    owed(at)
    nodes = (await account(at, HISTORY, kinds=["PAYMENT"]))["financialHistory"]["nodes"]
    assert balances(nodes) == [each for each in BALANCES if each[0].startswith("p")]


ENDS = """query($account: ID!, $range: DateRange) { billingAccount(id: $account) { financialHistory(range: $range) {
  openingBalance { amount } closingBalance { amount } openingBalanceState closingBalanceState
  nodes { counts cancelReason { code } } } } }"""


@pytest.mark.parametrize(
    ("span", "opening", "closing"),
    [
        (None, "0.00", "0.00"),
        (("2026-10-06", "2026-11-04"), "70.00", "-5.00"),
        (("2026-10-05", "2026-10-11"), "0.00", "0.00"),
        (("2026-10-15", "2026-11-05"), "0.00", "15.00"),
        (("2026-10-21", "2026-10-25"), "-5.00", "-5.00"),
        (("2025-01-01", "2025-12-31"), "0.00", "0.00"),
    ],
)
async def test_a_range_begins_and_ends_with_a_balance(at: Harness, span: Any, opening: str, closing: str) -> None:
    owed(at)
    days = span and dict(zip(("since", "until"), span, strict=True))
    history = (await account(at, ENDS, range=days))["financialHistory"]
    assert (history["openingBalance"], history["closingBalance"]) == ({"amount": opening}, {"amount": closing})
    assert history["openingBalanceState"] == history["closingBalanceState"] == "KNOWN"


async def test_a_balance_that_bills_do_not_lead_to_is_unknown(at: Harness) -> None:
    owed(at)
    at.held["Payment"][0]["amount"] = "71.00"  # does not lead to the next bill
    span = {"since": "2026-10-12", "until": "2026-11-06"}
    history = (await account(at, ENDS, range=span))["financialHistory"]
    assert (history["openingBalance"], history["openingBalanceState"]) == (None, "UNKNOWN")
    assert history["closingBalance"] == {"amount": "15.00"}


async def test_an_entry_says_why_it_was_canceled(at: Harness) -> None:
    owed(at)
    at.held["Payment"][1]["cancel_reason"] = "NSF"
    nodes = (await account(at, ENDS))["financialHistory"]["nodes"]
    assert [each["cancelReason"] for each in nodes if each["cancelReason"]] == [{"code": "NSF"}]


async def test_balances_are_an_error_where_bills_failed(at: Harness) -> None:
    at.gate.down = {"Bill by account_id": SourceDown}
    at.held["Payment"][0]["status"] = "FROZEN"
    result = await at.answer(HISTORY, account=ACCOUNT, kinds=["PAYMENT"])
    [node] = (result.data or {})["billingAccount"]["financialHistory"]["nodes"]
    assert (node["amount"], node["balanceAfter"]) == ({"amount": "-65.00"}, None)
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_DOWN"]


async def test_a_history_without_balances_loads_no_more_than_its_page(at: Harness) -> None:
    query = HISTORY.replace("balanceAfter { amount }", "")
    await account(at, query, kinds=["PAYMENT"])
    assert {each.lookup.record for each in at.gate.batches} == {"BillingAccount", "Payment"}

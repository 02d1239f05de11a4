"""The financial summary: each field depends on its own system, and is null if unknown."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.bill_queries import summary, summed
from support.resolvers.bill_rows import BEFORE, bill, bills, newest, order, other
from support.resolvers.cases_payment import back, paid
from support.resolvers.insight_cases import account_row
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown
from gateway.ids import global_id

FIELDS = {
    "currentBalance { amount }": "AccountBalance",
    "payoffBalance { amount }": "AccountBalance",
    "deposit { amount }": "AccountBalance",
    "nextBillOn": "AccountBalance",
    "lastBill { id }": "Bill",
    "previousBill { id }": "Bill",
    "billedLast12Months { amount currency }": "Bill",
    "lastPayment { id }": "Payment",
    "autopay { since }": "AutopayInstruction",
    "creditRating": "CreditProfile",
}
ON_TIME = "onTimePaymentPercent12Months"
BILLED = "billedLast12Months"
WHOLE = [*FIELDS, ON_TIME]


async def test_the_summary_joins_balance_bills_payments_and_credit(at: Harness) -> None:
    stands = {"current": "65.00", "payoff": "70.00", "deposit": "150.00", "next_bill_on": "2026-12-02"}
    payments = [back("2026-11-10"), paid("2026-11-05", "20.00", 2), paid("2026-10-10", "5.00", 3)]
    tables = {
        **bills(newest("90.00", due_on="2026-11-10"), other(BEFORE, "75.00")),
        "Payment": payments,
        "AccountBalance": [account_row("AccountBalance", **stands)],
        "AutopayInstruction": [order(until="2026-11-14"), order(since="2026-11-15") | {"id": "2"}],
        "CreditProfile": [account_row("CreditProfile", credit_rating=640)],
    }
    assert await summary(at, tables, WHOLE) == {
        "currentBalance": {"amount": "65.00"},
        "payoffBalance": {"amount": "70.00"},
        "deposit": {"amount": "150.00"},
        "nextBillOn": "2026-12-02",
        "lastBill": {"id": global_id("Bill", "Bill1")},
        "previousBill": {"id": global_id("Bill", "Bill2")},
        "lastPayment": {"id": global_id("Payment", "Payment2")},
        "autopay": {"since": "2026-11-15"},
        "creditRating": 640,
        "billedLast12Months": {"amount": "165.00", "currency": "USD"},
        "onTimePaymentPercent12Months": 0.0,
    }


@pytest.mark.parametrize(("day", "next_day"), [("2026-11-14", None), ("2026-11-15", "2026-11-15"), (None, None)])
async def test_a_day_in_the_past_is_not_the_next(at: Harness, day: str | None, next_day: str | None) -> None:
    tables = {
        "AccountBalance": [account_row("AccountBalance", current="1.00", next_bill_on=day)],
        "AutopayInstruction": [order(next_draw_on=day)],
    }
    fields = await summary(at, tables, ["nextBillOn", "autopay { nextDrawOn }"])
    assert fields == {"nextBillOn": next_day, "autopay": {"nextDrawOn": next_day}}


@pytest.mark.parametrize(("field", "record"), FIELDS.items())
async def test_each_field_loads_only_its_own_record(at: Harness, field: str, record: str) -> None:
    await summary(at, {}, [field])
    assert at.gate.batch_names() == sorted(["BillingAccount by id x 1", f"{record} by account_id x 1"])


async def test_the_whole_summary_is_one_round_of_single_loads(at: Harness) -> None:
    await summary(at, {}, WHOLE)
    loads = [f"{record} by account_id x 1" for record in {*FIELDS.values()}]
    assert at.gate.batch_names() == sorted(["BillingAccount by id x 1", *loads])
    assert len(at.gate.rounds) == 2


@pytest.mark.parametrize(
    ("down", "lost"),
    [
        ("BILLING", {*(each for each in FIELDS if FIELDS[each] in ("AccountBalance", "Bill")), ON_TIME}),
        ("PAYMENTS", {"lastPayment { id }", "autopay { since }", ON_TIME}),
        ("COLLECTIONS", {"creditRating"}),
    ],
)
async def test_a_failing_system_affects_only_its_own_fields(at: Harness, down: str, lost: set[str]) -> None:
    at.fill(utility(1))
    at.gate.down = {down: SourceDown}
    result = await at.answer(summed(WHOLE), account=ACCOUNT)
    assert {each["path"][-1] for each in result.errors} == {each.split()[0] for each in lost}
    assert {each["extensions"]["code"] for each in result.errors} == {"SOURCE_DOWN"}
    data: Any = result.data
    assert data["billingAccount"]["financialSummary"] is not None


async def test_no_bills_are_zero_billed_and_an_unknown_percentage(at: Harness) -> None:
    held = utility(1)
    account = [held["BillingAccount"][0] | {"currency": "USD"}]
    fields = await summary(at, {"Bill": [], "BillingAccount": account}, WHOLE)
    assert (fields[BILLED], fields[ON_TIME]) == ({"amount": "0.00", "currency": "USD"}, None)
    assert (fields["lastBill"], fields["previousBill"], fields["lastPayment"]) == (None, None, None)
    fields = await summary(at, {"Bill": [], "BillingAccount": [account[0] | {"currency": None}]}, WHOLE)
    assert fields[BILLED] is None


@pytest.mark.parametrize(
    ("wrong", "amount"),
    [
        ({"current_charges": None}, None),
        ({"status": None}, None),
        ({"status": "CANCELED"}, "10.00"),
        ({"status": "PENDING"}, "10.00"),
        ({"status": "WRITTEN_OFF"}, "20.00"),
        ({"issued_on": "2026-11-16"}, "10.00"),
        ({"issued_on": "2025-11-15"}, "10.00"),
        ({"issued_on": "2025-11-16"}, "20.00"),
        ({"issued_on": "2026-11-15"}, "20.00"),
    ],
)
async def test_billed_amount_counts_issued_bills_of_the_last_year(at: Harness, wrong: Any, amount: str | None) -> None:
    fields = await summary(
        at, {"Bill": [bill(1, "2026-10-01", "10.00"), bill(2, "2026-10-01", "10.00") | wrong]}, WHOLE
    )
    assert (fields[BILLED] and fields[BILLED]["amount"]) == amount


async def test_a_newer_payment_without_status_hides_the_last_payment(at: Harness) -> None:
    older = paid("2026-10-01", number=2)
    fields = await summary(at, {"Payment": [paid("2026-11-01", status=None), older]}, ["lastPayment { id }"])
    assert fields == {"lastPayment": None}
    fields = await summary(at, {"Payment": [paid("2026-09-01", status=None), older]}, ["lastPayment { id }"])
    assert fields == {"lastPayment": {"id": global_id("Payment", "Payment2")}}


@pytest.mark.parametrize(("payoff", "differs"), [("65.00", False), ("70.00", True), (None, None)])
async def test_a_payoff_says_whether_it_differs(at: Harness, payoff: str | None, *, differs: bool | None) -> None:
    tables = {"AccountBalance": [account_row("AccountBalance", current="65.0", payoff=payoff)]}
    at.fill({**utility(1), **tables})
    query = """query($account: ID!) { billingAccount(id: $account) { balance { payoffDiffers }
      financialSummary { payoffDiffers payoffBalance { amount } } } }"""
    account = (await at.ask(query, account=ACCOUNT))["billingAccount"]
    assert account["balance"] == {"payoffDiffers": differs}
    amount = payoff and {"amount": payoff}
    assert account["financialSummary"] == {"payoffDiffers": differs, "payoffBalance": amount}

"""When the next bill comes, as a status, a day and a sentence."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.bill_queries import summary, summed
from support.resolvers.bill_rows import bill
from support.resolvers.insight_cases import account_row
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown

FIELDS = ["nextBill { status expectedOn expectedOnState preparedOn text }", "nextBillOn"]
PAST = "2026-11-03"


def balance(**fields: Any) -> dict[str, Any]:
    """The balance of account A1. Today is 2026-11-15."""
    return {"AccountBalance": [account_row("AccountBalance", current="1.00", **fields)]}


@pytest.mark.parametrize(
    ("fields", "status", "day", "text"),
    [
        ({"next_bill_on": "2026-11-15"}, "PLANNED", "2026-11-15", "The next bill comes on Nov 15, 2026."),
        ({"next_bill_on": PAST}, "LATE", PAST, "The bill of Nov 3, 2026 has not been issued: it is 12 days late."),
        ({"next_bill_on": "2026-11-14"}, "LATE", "2026-11-14", "issued: it is 1 day late."),
        ({"pending_bill_on": "2026-11-13", "next_bill_on": PAST}, "PREPARED", PAST, "A bill was made on Nov 13, 2026"),
        ({}, "NOT_PLANNED", None, "No bill is planned."),
    ],
)
async def test_the_next_bill_has_a_status_and_a_sentence(
    at: Harness, fields: Any, status: str, day: str | None, text: str
) -> None:
    answer = (await summary(at, {"Bill": [bill(1, "2026-10-02", "9.00")], **balance(**fields)}, FIELDS))["nextBill"]
    assert (answer["status"], answer["expectedOn"]) == (status, day)
    assert text in answer["text"]
    assert answer["expectedOnState"] == ("KNOWN" if day else "NONE")
    assert answer["preparedOn"] == fields.get("pending_bill_on")


@pytest.mark.parametrize(
    ("status", "next_status"),
    [("COMPLETE", "UNKNOWN"), ("WRITTEN_OFF", "UNKNOWN"), (None, "UNKNOWN"), ("CANCELED", "LATE"), ("PENDING", "LATE")],
)
async def test_a_bill_is_late_only_if_none_was_issued(at: Harness, status: str | None, next_status: str) -> None:
    rows = {"Bill": [bill(1, PAST, "9.00", status=status)], **balance(next_bill_on=PAST)}
    assert (await summary(at, rows, FIELDS))["nextBill"]["status"] == next_status


async def test_a_closed_account_after_its_final_bill_gets_none(at: Harness) -> None:
    [account] = utility(1)["BillingAccount"]
    rows = {"BillingAccount": [account | {"status": "FINALED"}], "Bill": [bill(1, "2026-10-02", "9.00", is_final=True)]}
    answer = await summary(at, {**rows, **balance(next_bill_on=PAST)}, FIELDS)
    assert answer["nextBill"]["status"] == "NOT_PLANNED"


async def test_without_billing_the_next_bill_is_unknown(at: Harness) -> None:
    at.fill({**utility(1), **balance(next_bill_on=PAST)})
    at.gate.down = {"BILLING": SourceDown}
    answer = (await at.ask(summed(FIELDS[:1]), account=ACCOUNT))["billingAccount"]["financialSummary"]["nextBill"]
    assert (answer["status"], answer["expectedOnState"]) == ("UNKNOWN", "UNKNOWN")
    assert answer["text"] == "It is not known when the next bill comes."


async def test_bills_are_loaded_only_for_a_day_that_passed(at: Harness) -> None:
    needed = ["AccountBalance by account_id x 1", "BillingAccount by id x 1"]
    await summary(at, balance(next_bill_on="2026-11-15"), FIELDS)
    assert at.gate.batch_names() == needed
    at.gate.batches.clear()
    await summary(at, balance(next_bill_on=PAST), FIELDS)
    assert at.gate.batch_names() == [*needed[:1], "Bill by account_id x 1", *needed[1:]]

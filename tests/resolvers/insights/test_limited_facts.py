"""Only the newest records of long lists are loaded: what may lie beyond is unknown, never "none"."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.cases_collections import others
from support.resolvers.cases_payment import back, paid, payments
from support.resolvers.insight_cases import (
    Rows,
    account_row,
    fill,
    insights,
    quiet_account,
    raised_as,
    raised_codes,
    unknown_codes,
)
from support.resolvers.relative_times import ago, day
from support.rows import row

MANY = 100
MANY_OF = {"Interaction": 500}
Newer = Callable[[int], Mapping[str, Any]]
ELSEWHERE: Rows = {
    "BillingAccount": [*quiet_account()["BillingAccount"], row("BillingAccount", id="A2", customer_id="C")],
    "AccountReference": [{**quiet_account()["AccountReference"][0], "customer_accounts": 2}],
}


def closed(days: int) -> Newer:
    """Closed requests of distinct categories, opened this number of days ago."""

    def newer(number: int) -> Mapping[str, Any]:
        at = ago(days, minutes=number)
        return account_row(
            "ServiceRequest", number, state="CLOSED", severity="LOW", opened_at=at, request_category=f"K{number}"
        )

    return newer


def order(record: str, number: int, state: str, since: int) -> dict[str, Any]:
    """An order of the account's service point, created this number of days ago."""
    at = ago(since, minutes=number)
    fields = {"state": state, "created_at": at, "service_point_id": "S1"}
    return row(record, id=f"O{number}", **fields)


def done(record: str) -> Newer:
    """Completed orders."""
    return lambda number: order(record, number, "COMPLETED", 1)


def talk(record: str, number: int, account: str, since: int, **fields: Any) -> dict[str, Any]:
    """A conversation about this account, begun this number of days ago."""
    evaluate = {"customer_id": "C", "account_id": account, "started_at": ago(since, minutes=number), **fields}
    return row(record, id=f"T{number}", **evaluate)


def of_another(record: str) -> Newer:
    """Conversations about the customer's other account."""
    over = {"status": "CLOSED"} if record == "Interaction" else {"ended_at": ago()}
    return lambda number: talk(record, number, "A2", 1, **over)


def mail(number: int, direction: str, since: int, delivery: str | None = None) -> dict[str, Any]:
    """An email of the customer."""
    fields = {"direction": direction, "delivery": delivery, "sent_at": ago(since, minutes=number)}
    return row("EmailMessage", id=f"M{number}", customer_id="C", **fields)


OPEN = account_row("ServiceRequest", 999, state="OPEN", severity="CRITICAL", opened_at=ago(200))
FAILED = {"requested_for": ago(150)}
CALLED_BACK = {"callback_due_at": ago(0, hours=1), "callback_done": False}
UNRESOLVED = {"ended_at": ago(2), "resolution": None}
# What lies beyond, what is newer, and the codes that it makes unknown.
BEYOND: Sequence[tuple[dict[str, Any], str, Newer, set[str]]] = [
    (OPEN, "ServiceRequest", closed(100), {"SR_OPEN_HIGH", "SR_AGED"}),
    (OPEN, "ServiceRequest", closed(1), {"SR_OPEN_HIGH", "SR_AGED", "SR_REPEAT"}),
    (
        {**order("ServiceOrder", 999, "WAITING", 200), **FAILED},
        "ServiceOrder",
        done("ServiceOrder"),
        {"ORDER_STUCK", "SERVICE_PENDING"},
    ),
    (
        order("FieldOrder", 999, "SCHEDULED", 200) | {"scheduled_from": ago(1)},
        "FieldOrder",
        done("FieldOrder"),
        {"FIELD_VISIT"},
    ),
    (
        talk("Interaction", 999, "A1", 20, status="OPEN", **CALLED_BACK),
        "Interaction",
        of_another("Interaction"),
        {"INTERACTION_OPEN", "CALLBACK_DUE", "REPEAT_CONTACT"},
    ),
    (talk("Call", 999, "A1", 3, **UNRESOLVED), "Call", of_another("Call"), {"LAST_CALL_UNRESOLVED", "REPEAT_CONTACT"}),
    (
        mail(999, "OUTBOUND", 9, "BOUNCED"),
        "EmailMessage",
        lambda number: mail(number, "INBOUND", 1),
        {"CONTACT_DATA_STALE"},
    ),
    (back(str(day(80)), number=999), "Payment", lambda number: paid(str(day(1)), number=number), {"PAYMENT_RETURNED"}),
    (
        paid(str(day(80)), number=999),
        "Payment",
        lambda number: paid(str(day(1)), number=number, status="FREEZABLE"),
        {"LAST_PAYMENT", "PAYMENT_RETURNED"},
    ),
]
BY_CUSTOMER = catalog_text(lookups=lambda record, by: (record in ("Call", "Interaction")) <= (by != "account_id"))
AREAS = ["SERVICE", "FIELD", "INTERACTION", "CUSTOMER", "PAYMENT"]


async def evaluate(old: Mapping[str, Any], record: str, newer: Newer, count: int) -> Any:
    """The insights of an account with this record and a number of newer ones."""
    async with harness({}, text=BY_CUSTOMER) as at:
        fill(at, {**ELSEWHERE, record: [old, *(newer(number) for number in range(count))]})
        return await insights(at, AREAS)


@pytest.mark.parametrize(("old", "record", "newer", "codes"), BEYOND)
async def test_a_record_beyond_the_limit_makes_the_rule_unknown(
    old: Mapping[str, Any], record: str, newer: Newer, codes: set[str]
) -> None:
    result = await evaluate(old, record, newer, MANY_OF.get(record, MANY))
    assert unknown_codes(result) == codes
    assert raised_codes(result) & codes == set()
    assert all(": Only the first " in insight["message"] for insight in result["unknown"])
    assert {source["state"] for source in result["sources"]} == {"OK"}
    assert "DATA_INCOMPLETE" not in raised_codes(result)


SEVERAL = {"SR_REPEAT", "REPEAT_CONTACT"}  # one record does not raise them


@pytest.mark.parametrize("fewer", [1, 2])
@pytest.mark.parametrize(("old", "record", "newer", "codes"), BEYOND)
async def test_a_record_at_the_limit_raises_the_rule(
    old: Mapping[str, Any], record: str, newer: Newer, codes: set[str], fewer: int
) -> None:
    result = await evaluate(old, record, newer, MANY_OF.get(record, MANY) - fewer)
    returned = old.get("status") == "RETURNED"
    assert raised_codes(result) & codes == codes - SEVERAL - (set() if returned else {"PAYMENT_RETURNED"})
    full = fewer == 1
    assert unknown_codes(result) == set() or (full and unknown_codes(result) < codes)


async def test_newest_records_raise_a_rule_whatever_lies_beyond(shared: Harness) -> None:
    bad = account_row("ServiceRequest", 999, state="OPEN", severity="HIGH", opened_at=ago())
    fill(shared, {"ServiceRequest": [bad, *(closed(100)(number) for number in range(MANY))]})
    result = await insights(shared, ["SERVICE"])
    assert (raised_codes(result), unknown_codes(result)) == ({"SR_OPEN_HIGH"}, {"SR_AGED"})


@pytest.mark.parametrize("sent", [True, False])
async def test_a_sent_email_makes_older_ones_irrelevant(shared: Harness, *, sent: bool) -> None:
    received = [mail(number, "INBOUND", 1) for number in range(MANY - 1)]
    newest = mail(999, "OUTBOUND" if sent else "INBOUND", 0, "DELIVERED" if sent else None)
    fill(shared, {"EmailMessage": [newest, *received]})
    assert ("CONTACT_DATA_STALE" in unknown_codes(await insights(shared, ["CUSTOMER"]))) != sent


@pytest.mark.parametrize(("oldest", "codes"), [(364, {"PAYMENT_RETURNED"}), (365, set())])
async def test_payments_of_a_year_are_checked(shared: Harness, oldest: int, codes: set[str]) -> None:
    days = [1] * (MANY - 1) + [oldest]
    fill(shared, payments(*(paid(str(day(ago_)), number=n) for n, ago_ in enumerate(days))))
    result = await insights(shared, ["PAYMENT"])
    assert unknown_codes(result) == codes
    assert "LAST_PAYMENT" in raised_codes(result)


async def test_debts_of_other_accounts_show_the_largest_three(shared: Harness) -> None:
    process = row("CollectionProcess", id="K", account_id="A2", process_status="ACTIVE", amount="30.00")
    fill(shared, others("10.00", "20.00", "40.00", "50.00", CollectionProcess=[process]))
    [result] = raised_as("OTHER_ACCOUNT_DEBT", await insights(shared, ["COLLECTIONS"]))
    assert [record["recordId"] for record in result["evidence"]] == ["A5", "A4", "A2", "B5", "B4", "K"]
    assert result["amount"]["amount"] == "120.00"


@pytest.mark.parametrize(("count", "state"), [(MANY, set()), (MANY + 1, {"OTHER_ACCOUNT_DEBT"})])
async def test_a_hundred_other_accounts_are_loaded(shared: Harness, count: int, state: set[str]) -> None:
    fill(shared, others(*["0.00"] * count))
    result = await insights(shared, ["COLLECTIONS"])
    assert unknown_codes(result) == state
    of_others = [batch for batch in shared.gate.batches if batch.lookup.name == "AccountBalance by account_id"]
    assert [len(other.keys) for other in of_others] == [MANY + 1]
    assert {source["state"] for source in result["sources"]} == {"OK"}


async def test_with_over_a_hundred_accounts_debts_are_minimums(shared: Harness) -> None:
    fill(shared, others("5.00", "6.00", *["0.00"] * MANY))
    result = await insights(shared, ["COLLECTIONS"])
    [debt] = raised_as("OTHER_ACCOUNT_DEBT", result)
    assert debt["message"] == (
        "At least 2 other accounts of this customer owe at least $11.00 that is past due."
        " Account A3 owes $6.00. Account A2 owes $5.00."
    )
    assert debt["amount"] is None
    assert unknown_codes(result) == set()

"""Opening and closing balances that follow from the day of opening, or from the current balance."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.answers import account
from support.resolvers.insight_cases import account_row
from support.utility import utility

from gateway.errors import SourceDown
from gateway.ids import global_id

ENDS = """query($account: ID!, $filter: FinancialHistoryFilter) { billingAccount(id: $account) {
  financialHistory(filter: $filter) {
  openingBalance { amount } closingBalance { amount } openingBalanceState closingBalanceState
  nodes { balanceAfter { amount } } } } }"""
LEDGER = [f"{record} by account_id x 1" for record in ("Adjustment", "Bill", "Payment")]
ACCOUNT = "BillingAccount by id x 1"


def young(at: Harness, opened: str | None = "2026-11-12", **tables: Any) -> None:
    """An account that was opened three days ago, without entries unless given."""
    rows = {"Bill": [], "Payment": [], "Adjustment": [], "AccountBalance": [], **tables}
    at.fill({**utility(1), **rows})
    at.held["BillingAccount"][0] |= {"opened_on": opened, "currency": "USD"}


def charge(day: str = "2026-11-13", amount: str = "25.00") -> list[dict[str, Any]]:
    return [account_row("Adjustment", created_on=day, amount=amount)]


def owed(amount: str, as_of: str | None = None) -> list[dict[str, Any]]:
    return [account_row("AccountBalance", current=amount, as_of=as_of)]


async def ends(at: Harness, since: str | None = None, until: str | None = None) -> tuple[str | None, str | None]:
    """The balances at both ends of a range; each state says whether it is known."""
    history = (await account(at, ENDS, filter={"since": since, "until": until}))["financialHistory"]
    opening, closing = ((history[f"{end}Balance"] or {}).get("amount") for end in ("opening", "closing"))
    states = [history[f"{end}BalanceState"] for end in ("opening", "closing")]
    assert states == ["KNOWN" if amount else "UNKNOWN" for amount in (opening, closing)]
    return opening, closing


async def test_an_account_without_entries_since_its_opening_owes_nothing(at: Harness) -> None:
    young(at)
    assert await ends(at) == await ends(at, "2026-11-01", "2026-11-15") == ("0", "0")
    assert at.gate.batch_names() == sorted([ACCOUNT, *LEDGER])


async def test_entries_since_the_opening_lead_to_balances(at: Harness) -> None:
    young(at, Adjustment=charge())
    assert await ends(at, "2026-11-01", "2026-11-12") == ("0", "0")
    assert await ends(at, "2026-11-01", "2026-11-15") == ("0", "25.00")
    [entry] = (await account(at, ENDS))["financialHistory"]["nodes"]
    assert entry == {"balanceAfter": {"amount": "25.00"}}


@pytest.mark.parametrize("day", [None, "2026-11-14"])
async def test_an_opening_that_is_unknown_or_after_entries_tells_nothing(at: Harness, day: str | None) -> None:
    young(at, opened=day, Adjustment=charge())
    assert await ends(at) == (None, None)


async def test_a_bill_that_tells_its_opening_goes_first(at: Harness) -> None:
    bill = account_row("Bill", issued_on="2026-11-13", status="COMPLETE", current_charges="10.00")
    young(at, Bill=[bill | {"ending_balance": "30.00"}])
    assert await ends(at) == ("20.00", "30.00")
    young(at, Bill=[bill | {"ending_balance": "30.00", "current_charges": None}])
    assert await ends(at) == ("0", "30.00")


@pytest.mark.parametrize(
    ("until", "as_of", "closing"),
    [
        (None, None, "40.00"),
        ("2026-11-15", None, "40.00"),
        ("2026-11-14", None, None),
        (None, "2026-11-13T20:00:00+00:00", "40.00"),
        (None, "2026-11-12T20:00:00+00:00", None),
    ],
)
async def test_a_list_to_today_ends_with_the_current_balance(
    at: Harness, until: str | None, as_of: str | None, closing: str | None
) -> None:
    young(at, opened=None, Adjustment=charge(), AccountBalance=owed("40.00", as_of))
    assert await ends(at, None, until) == (None, closing)


async def test_the_current_balance_does_not_tell_what_lies_ahead(at: Harness) -> None:
    young(at, opened=None, Adjustment=charge("2026-11-16"), AccountBalance=owed("40.00"))
    assert await ends(at) == (None, None)


async def test_the_balance_is_only_asked_for_where_entries_lack(at: Harness) -> None:
    young(at, opened=None, Adjustment=charge(), AccountBalance=owed("40.00"))
    await ends(at)
    assert at.gate.batch_names() == sorted([ACCOUNT, "AccountBalance by account_id x 1", *LEDGER])
    assert len(at.gate.rounds) == 3


async def test_a_balance_that_does_not_come_is_an_error(at: Harness) -> None:
    young(at, opened=None, Adjustment=charge())
    at.gate.down = {"AccountBalance by account_id": SourceDown}
    result = await at.answer(ENDS, account=global_id("BillingAccount", "A1"))
    assert {each["path"][-1] for each in result.errors} == {"closingBalance"}

"""Cases of the insights about balances and the year's bills. Today is 2026-11-15."""

from typing import Any

from support.resolvers.bill_rows import bill
from support.resolvers.insight_cases import Case, Rows, account_row
from support.rows import row

BALANCE, BILLS = "AccountBalance by account_id", "Bill by account_id"


def balance(**fields: Any) -> Rows:
    """The balance of account A1."""
    plain = {"current": "0.00", "past_due": "0.00", "deposit": "0.00"}
    return {"AccountBalance": [account_row("AccountBalance", **{**plain, **fields})]}


def account(status: str, **fields: Any) -> Rows:
    """The balance of account A1, and the account with this status."""
    base = row("BillingAccount", id="A1", customer_id="C", status=status, currency="USD")
    return {**balance(**fields), "BillingAccount": [base]}


def aged(*days: int, amount: str = "1.00") -> list[dict[str, Any]]:
    """A balance with arrears of these minimum ages in days."""
    return [{"label": f"from {day} days", "min_days": day, "amount": amount} for day in days]


def charged(*charges: str | None, current: str) -> Rows:
    """A balance, and complete bills of these charges, newest first."""
    issued = [f"{2026 - n // 10}-{10 - n % 10:02d}-01" for n in range(len(charges))]
    rows = [
        bill(n, day, charge or "0.00", current_charges=charge)
        for n, (day, charge) in enumerate(zip(issued, charges, strict=True))
    ]
    return {**balance(current=current), "Bill": rows}


def issued(*days: str, charges: str = "10.01", **fields: Any) -> Rows:
    """Complete bills issued on these days."""
    return {"Bill": [bill(n, day, charges, **fields) for n, day in enumerate(days)]}


OWED = (
    Case("PAST_DUE", balance(past_due="0.01"), balance(past_due="0.00"), (BALANCE,),
          "$0.01 is past due.", "WARNING", "0.01"),
    Case("PAST_DUE", balance(past_due="70.00", arrears=aged(1, 61)), balance(), (BALANCE,),
          "oldest part: from 61 days.", "CRITICAL", "70.00"),
    Case("PAST_DUE", balance(past_due="70.00", arrears=[*aged(31, 60), *aged(61, amount="0.00")]),
          balance(past_due="-0.01"), (BALANCE,), "oldest part: from 60 days.", "WARNING"),
    Case("DEPOSIT_HELD", balance(deposit="0.01"), balance(), ("BILLING",), "of $0.01 is held."),
    Case("CREDIT_BALANCE", balance(current="-0.01"), balance(), (BALANCE,),
          "a credit of $0.01.", "INFORMATION", "0.01"),
    Case("HIGH_BALANCE", charged("10.00", "20.00", current="45.00"),
          charged("10.00", "20.00", current="44.99"), (BALANCE, BILLS, "BILLING"),
          "$45.00 is owed, at least 3 times the", "WARNING", "45.00"),
    # A thirteenth bill does not count.
    Case("HIGH_BALANCE", charged(*["10.00"] * 12, "900.00", current="30.00"),
          charged(*["10.00"] * 11, "10.01", current="30.00"), (BILLS,)),
    Case("HIGH_BALANCE", charged("0.01", current="5.00"), charged("0.00", current="5.00"), (BALANCE,)),
    Case("HIGH_BALANCE", charged("1.00", current="5.00"), charged("-1.00", current="5.00"), (BALANCE,)),
    Case("HIGH_BALANCE", charged("1.00", current="5.00"), charged(current="5.00"), (BILLS,))
)  # fmt: skip

NEXT, HELD = "NEXT_BILL", "BILL_PENDING_OR_HELD"
BILLED = (
    Case(NEXT, account("ACTIVE", next_bill_on="2026-11-15"), account("ACTIVE", next_bill_on="2026-11-14"),
          (BALANCE,), "The next bill comes on Nov 15, 2026.", "INFORMATION"),
    Case(NEXT, account("PENDING", next_bill_on="2026-12-01"), account("FINALED", next_bill_on="2026-12-01"),
          (BALANCE,)),
    Case(NEXT, account("ACTIVE", next_bill_on="2026-12-01"), account("INACTIVE", next_bill_on="2026-12-01"),
          (BALANCE,)),
    Case(NEXT, account("ACTIVE", next_bill_on="2026-12-01"), account("ACTIVE"), (BALANCE,)),
    Case(HELD, balance(pending_bill_on="2026-11-13"), balance(), (BALANCE, BILLS),
          "Nov 13, 2026 and is not complete yet.", "INFORMATION"),
    Case(HELD, balance(next_bill_on="2026-11-11"), balance(next_bill_on="2026-11-12"), (BALANCE, BILLS),
          "The bill of Nov 11, 2026 has not been issued: it is 4 days late."),
    Case(HELD, {**balance(next_bill_on="2026-11-01"), **issued("2026-10-31")},
          {**balance(next_bill_on="2026-11-01"), **issued("2026-11-01")}, (BALANCE, BILLS)),
    # No bill is to come after the final one: of an account that was opened again it was not the final one.
    Case(HELD, {**account("INACTIVE", next_bill_on="2026-11-01"), **issued("2026-10-31", is_final=False)},
          {**account("INACTIVE", next_bill_on="2026-11-01"), **issued("2026-10-31", is_final=True)},
          (BALANCE, BILLS)),
    Case(HELD, {**account("ACTIVE", next_bill_on="2026-11-01"), **issued("2026-10-31", is_final=True)},
          {**account("FINALED", next_bill_on="2026-11-01"), **issued("2026-10-31", is_final=True)},
          (BALANCE, BILLS)),
    Case(HELD, {**balance(next_bill_on="2026-11-01"), **issued("2026-11-02", status="PENDING")},
          {**balance(next_bill_on="2026-11-01"), **issued("2026-11-02")}, (BALANCE, BILLS)),
    Case("BILLED_12M", issued("2026-11-15", "2025-11-16"), issued("2025-11-15", "2026-11-16"), (BILLS,),
          "$20.02 was billed in", "INFORMATION", "20.02"),
    Case("BILLED_12M", issued("2025-11-16"), issued("2025-11-16", status="CANCELED"), (BILLS,),
          "", None, "10.01"),
    Case("BILLED_12M", issued("2025-11-16", charges="0.00"), {}, (BILLS,), "", None, "0.00")
)  # fmt: skip

CASES = (*OWED, *BILLED)

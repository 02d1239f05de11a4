"""Rows of account A1's bills, segments, autopay and scheduled payments. Today is 2026-11-15."""

from collections.abc import Iterable
from typing import Any

from support.resolvers.insight_cases import Rows, account_row
from support.rows import row

SERVED = {"service_type": "ELECTRIC", "status": "FROZEN", "is_estimated": False}


def bill(number: int, issued: str, charges: str, *days: str, **fields: Any) -> dict[str, Any]:
    """A complete bill of account A1; `days` are the first and last day of its period."""
    period = {"start": days[0], "end": days[1]} if days else None
    plain = {"status": "COMPLETE", "is_final": False, "is_estimated": False, "unpaid_amount": "0.00"}
    amounts = {"amount_due": charges, "current_charges": charges, "due_on": None}
    keys = {"id": f"Bill{number}", "account_id": "A1", "issued_on": issued, "period": period}
    return row("Bill", **{**plain, **amounts, **keys, **fields})


def segment(of: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The only segment of a bill, with all of its charges."""
    defaults = {
        "id": f"S-{of['id']}",
        "bill_id": of["id"],
        "amount": of["current_charges"],
        "period": of["period"],
        **SERVED,
    }
    return row("BillSegment", **{**defaults, **fields})


def bills(*rows: dict[str, Any], without: Iterable[str] = ()) -> Rows:
    """Tables of bills and their segments, `without` those of these bills."""
    return {"Bill": rows, "BillSegment": [segment(row) for row in rows if row["id"] not in set(without)]}


NOW, BEFORE, LAST_YEAR = (
    ("2026-11-02", "2026-10-01", "2026-10-30"),
    ("2026-10-02", "2026-09-01", "2026-09-30"),
    ("2025-11-02", "2025-10-01", "2025-10-30"),
)


def newest(charges: str = "90.00", **fields: Any) -> dict[str, Any]:
    """The newest bill, of thirty days."""
    return bill(1, NOW[0], charges, *NOW[1:], **fields)


def other(place: tuple[str, str, str], charges: str, **fields: Any) -> dict[str, Any]:
    """A bill before it, of thirty days."""
    return bill(2, place[0], charges, *place[1:], **fields)


def order(**fields: Any) -> dict[str, Any]:
    """An autopay instruction of account A1."""
    return account_row("AutopayInstruction", **{"since": "2026-01-01", **fields})


def coming(due_on: str, amount: str, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A scheduled payment of account A1."""
    plain = {"due_on": due_on, "amount": amount, "received": "0.00", "origin": "ONE_TIME"}
    return account_row("ScheduledPayment", number, **{**plain, **fields})

"""Cases of the insights about payments, autopay and programs. Today is 2026-11-15."""

from typing import Any

from support.resolvers.bill_rows import bill, coming, order
from support.resolvers.cases_debt import account, balance
from support.resolvers.insight_cases import Case, Rows, account_row
from support.rows import row

BILLS, PAYMENTS = "Bill by account_id", "Payment by account_id"
TENDERS, SCHEDULED = "PaymentTender by payment_id", "ScheduledPayment by account_id"
AUTOPAY, PROFILE = "AutopayInstruction by account_id", "CreditProfile by account_id"
PROGRAMS = "ProgramEnrollment by account_id"


def paid(day: str, amount: str = "10.00", number: int = 1, **fields: Any) -> dict[str, Any]:
    """A frozen payment of account A1."""
    return account_row("Payment", number, **{"paid_on": day, "amount": amount, "status": "FROZEN", **fields})


def due(*days: str, late: int = 0, **fields: Any) -> Rows:
    """Bills due on these days, each paid in full on its due day; the last ones unpaid."""
    rows = [bill(n, day[:8] + "01", "10.00", due_on=day, **fields) for n, day in enumerate(days)]
    on_time = days[: len(days) - late]
    return {"Bill": rows, "Payment": [paid(day, number=n) for n, day in enumerate(on_time)]}


def back(day: str, reason: str | None = None, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A returned payment."""
    reversal = {"status": "RETURNED", "cancel_reason": reason}
    return paid(day, "40.00", number, **{**reversal, **fields})


def tender(reason: str | None, number: int = 1) -> dict[str, Any]:
    """The tender of a payment, with its cancel reason."""
    reversal = {"cancel_reason": reason}
    return row("PaymentTender", id=f"T{number}", payment_id=f"Payment{number}", **reversal)


def payments(*rows: dict[str, Any], tenders: tuple[dict[str, Any], ...] = ()) -> Rows:
    """Tables of payments and tenders."""
    return {"Payment": rows, "PaymentTender": tenders}


ON_TIME, RETURNED = "ON_TIME_PCT_12M", "PAYMENT_RETURNED"
FOUR = ("2026-08-20", "2026-07-20", "2026-06-20", "2026-05-20")
DOWN = (BILLS, PAYMENTS, "BILLING", "PAYMENTS")
LOST = (PAYMENTS, TENDERS, "PAYMENTS")
NSF, FOREIGN = back("2026-08-18", "NSF"), back("2026-11-01", "WRONG_ACCOUNT")
PAID = (
    Case(ON_TIME, due(*FOUR), due("2025-11-14"), DOWN, "4 of 4 bills", "INFORMATION"),
    Case(ON_TIME, due(*FOUR, late=1), due("2026-11-15"), DOWN, "paid on time: 75%.", "INFORMATION"),
    Case(ON_TIME, due(*FOUR[:3], late=1), due(*FOUR, status="CANCELED"), DOWN, "2 of 3 bills", "WARNING"),
    Case(ON_TIME, due("2025-11-15", late=1), due("2025-11-14", late=1), DOWN, "was paid on time: 0%.", "WARNING"),
    Case(ON_TIME, due("2026-11-14", status="WRITTEN_OFF", late=1), {}, DOWN, "was paid on time: 0%.", "WARNING"),
    Case("LAST_PAYMENT", payments(paid("2026-11-10", "0.01")), payments(back("2026-11-10")),
          (PAYMENTS, "PAYMENTS"), "The last payment was $0.01 on Nov 10, 2026.", "INFORMATION", "0.01"),
    Case("LAST_PAYMENT", payments(paid("2026-11-01", "2.00", 2), back("2026-11-10")), {}, (PAYMENTS,),
          "on Nov 1, 2026.", None, "2.00"),
    Case(RETURNED, payments(NSF), payments(back("2026-08-17", "NSF")), (PAYMENTS,),
          "The payment of Aug 18, 2026 came back: $40.00.", "WARNING", "40.00"),
    Case(RETURNED, payments(back("2026-11-01", "NSF", status="CANCELED")),
          payments(back("2026-11-01", status="CANCELED")), LOST, "", "WARNING"),
    Case(RETURNED, payments(back("2026-11-01")), payments(FOREIGN), LOST, "", "WARNING"),
    Case(RETURNED, payments(back("2026-11-01"), tenders=(tender("OTHER"), tender("NSF"))),
          payments(back("2026-11-01"), tenders=(tender("OTHER"),)), LOST),
    Case(RETURNED, payments(back("2026-11-01", status="CANCELED"), tenders=(tender("NSF"),)),
          payments(back("2026-11-01", status="CANCELED"), tenders=(tender("NSF", 2),)), LOST),
    Case(RETURNED, payments(NSF, back("2025-11-16", "NSF", 2)),
          payments(back("2025-11-16", "NSF", 2)), (PAYMENTS,), "came back: $40.00.", "CRITICAL", "40.00"),
    Case(RETURNED, payments(NSF, back("2025-11-15", "NSF", 2)), payments(paid("2026-11-01")), (PAYMENTS,),
          "came back: $40.00.", "WARNING", "40.00"),
    Case(RETURNED, payments(NSF, back("2026-11-02", "NSF", 2)), {}, (PAYMENTS,),
          "2 payments came back, $80.00 in all, the newest of Nov 2, 2026.", "CRITICAL", "80.00")
)  # fmt: skip


def scheduled(*rows: dict[str, Any]) -> Rows:
    """A table of scheduled payments."""
    return {"ScheduledPayment": rows}


def orders(status: str = "ACTIVE", cash: str | None = None, **fields: Any) -> Rows:
    """An autopay instruction, the account's status and its cash-only score. The threshold is 100."""
    score = {"cash_only_score": cash and int(cash), "cash_only_threshold": 100}
    profile = {"CreditProfile": [account_row("CreditProfile", **score)]} if cash else {}
    return {**account(status), **profile, "AutopayInstruction": [order(**fields)]}


PENDING, BLOCKED = "PAYMENT_PENDING", "AUTOPAY_BLOCKED"
ORDER = orders(instrument="****1234", next_draw_on="2026-11-17")
OVER, TO_BEGIN = orders(until="2026-11-14"), orders(since="2026-11-16")
TO_COME = (
    Case(PENDING, scheduled(coming("2026-11-15", "40.00")), scheduled(coming("2026-11-14", "40.00")),
          (SCHEDULED, "PAYMENTS"), "A payment of $40.00 is still to come, on Nov 15, 2026.",
          "INFORMATION", "40.00"),
    Case(PENDING, scheduled(coming("2026-11-20", "40.00", received="39.99")),
          scheduled(coming("2026-11-20", "40.00", received="40.00")), (SCHEDULED,), "", None, "0.01"),
    Case(PENDING, scheduled(coming("2026-11-20", "1.00", received="2.00"), coming("2026-11-21", "5.00", 2)),
          scheduled(coming("2026-11-20", "1.00", received="2.00")), (SCHEDULED,),
          "A payment of $5.00 is still to come, on Nov 21, 2026.", None, "5.00"),
    Case("AUTOPAY_ON", ORDER, OVER, (AUTOPAY, "PAYMENTS"),
          "****1234. The next draw is on Nov 17, 2026.", "INFORMATION"),
    Case("AUTOPAY_ON", orders(since="2026-11-15"), TO_BEGIN, (AUTOPAY,), "Bills are paid automatically."),
    # A day that has passed is no next time.
    Case("AUTOPAY_ON", orders(next_draw_on="2026-11-14"), OVER, (AUTOPAY,), "Bills are paid automatically."),
    Case("AUTOPAY_ON", orders(next_draw_on="2026-11-15"), OVER, (AUTOPAY,), "Bills are paid automatically."),
    Case("AUTOPAY_ON", orders(until="2026-11-15"), {}, (AUTOPAY,)),
    Case("AUTOPAY_OFF", OVER, orders(until="2026-11-15"), (AUTOPAY, "PAYMENTS"), "", "INFORMATION"),
    Case("AUTOPAY_OFF", TO_BEGIN, orders(since="2026-11-15"), (AUTOPAY,)),
    Case("AUTOPAY_OFF", account("PENDING"), account("FINALED"), (AUTOPAY,)),
    Case("AUTOPAY_OFF", {}, account("INACTIVE"), (AUTOPAY,)),
    Case(BLOCKED, orders(cash="101"), orders(cash="100"), (AUTOPAY, PROFILE, "PAYMENTS", "COLLECTIONS"),
          "or a money order is accepted.", "WARNING"),
    Case(BLOCKED, orders(until="2026-11-17", next_draw_on="2026-11-18"),
          orders(until="2026-11-18", next_draw_on="2026-11-18"), (AUTOPAY, PROFILE),
          "ends on Nov 17, 2026, before its next draw on Nov 18, 2026."),
    Case(BLOCKED, orders(cash="101"), orders(cash="101", until="2026-11-14"), (AUTOPAY,))
)  # fmt: skip


def enrolled(kind: str, **fields: Any) -> dict[str, Any]:
    """The enrollment of account A1 in a program."""
    return account_row("ProgramEnrollment", kind=kind, **{"since": "2026-02-03", **fields})


def part(kind: str, more: Rows | None = None, status: str = "ACTIVE", **fields: Any) -> Rows:
    """A table with one enrollment, and further tables."""
    return {**account(status), **(more or {}), "ProgramEnrollment": [enrolled(kind, **fields)]}


def put_off(amount: str, **tables: Any) -> Rows:
    """Budget billing where a year billed 100 dollars; `payoff` differs from the current balance."""
    year = [bill(1, "2026-11-02", "60.00"), bill(2, "2026-10-02", "40.00")]
    return part("BUDGET_BILLING", {**balance(current="5.00", payoff=amount), "Bill": year, **tables})


ARRANGED = {"PaymentArrangement": [account_row("PaymentArrangement", status="ACTIVE")]}
BUDGET = "BUDGET_BILLING"
IN_PROGRAMS = (
    Case(BUDGET, part(BUDGET), part(BUDGET, until="2026-11-14"), (PROGRAMS,),
          "The account has been on budget", "INFORMATION"),
    Case(BUDGET, put_off("30.00"), part(BUDGET, since="2026-11-16"), (PROGRAMS,),
          "since Feb 3, 2026.", "INFORMATION"),
    Case(BUDGET, put_off("30.01"), part("OTHER"), (PROGRAMS,), "what a year billed is deferred.", "WARNING"),
    Case(BUDGET, put_off("-20.01"), {}, (PROGRAMS,), "", "WARNING"),
    Case(BUDGET, put_off("30.01", **ARRANGED), {}, (PROGRAMS,), "", "INFORMATION"),
    Case(BUDGET, put_off("30.01", Bill=[]), {}, (PROGRAMS,), "", "INFORMATION"),
    Case("EBILL", {}, account("FINALED"), (PROGRAMS,), "this may be offered", "INFORMATION"),
    Case("EBILL", part("EBILL", status="FINALED"), part("EBILL", status="FINALED", until="2026-11-14"),
          (PROGRAMS,), "have come by e-mail since Feb 3, 2026."),
    Case("WEB_ACCOUNT", part("WEB_ACCOUNT", until="2026-11-15"), part("WEB_ACCOUNT", until="2026-11-14"),
          (PROGRAMS,), "The account has been used on the", "INFORMATION"),
    Case("LOW_INCOME", part("LOW_INCOME", since="2026-11-15"), part("LOW_INCOME", since="2026-11-16"),
          (PROGRAMS,), "The account has been in a low-income", "WARNING"),
    Case("LOW_INCOME", part("LOW_INCOME", since=None), part("EBILL"), (PROGRAMS,), "a low-income program.")
)  # fmt: skip

CASES = (*PAID, *TO_COME, *IN_PROGRAMS)

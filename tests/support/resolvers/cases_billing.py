"""Cases of the insights about bills. Today is 2026-11-15."""

from typing import Any

from support.resolvers import cases_debt
from support.resolvers.bill_rows import BEFORE, LAST_YEAR, bill, bills, coming, newest, order, other, segment
from support.resolvers.insight_cases import Case, Rows

BILLS, SEGMENTS = "Bill by account_id", "BillSegment by bill_id"


def higher(code: str, place: tuple[str, str, str]) -> tuple[Case, ...]:
    """Cases of a bill that is 20 % higher per day, and 15 dollars in all, than the one of `place`."""
    longer = newest("120.00", period={"start": "2026-10-01", "end": "2026-10-31"})
    fires, down = bills(newest("90.00"), other(place, "75.00")), (BILLS, SEGMENTS, "BILLING")
    return (
        Case(code, fires, bills(newest("89.99"), other(place, "75.00")),
              down, "The newest bill is $15.00 higher than that of ", "WARNING", "15.00"),
        Case(code, bills(newest("120.00"), other(place, "100.00")),
              bills(newest("119.99"), other(place, "100.00")), down, "20% in all, 20% per day."),
        # A day more: as many dollars more, but not as many a day.
        Case(code, bills(newest("120.00"), other(place, "100.00")),
              bills(longer, other(place, "100.00")), down, "", "WARNING", "20.00"),
        Case(code, bills(newest("40.00"), other(place, "-60.00")),
              bills(newest("40.00"), other(place, "60.00")), down, "", "WARNING", "100.00"),
        Case(code, fires, bills(newest("90.00"), other(place, "75.00", is_final=True)), down),
        Case(code, fires, bills(newest("90.00"), other(place, "75.00", status="CANCELED")), (BILLS,)),
        Case(code, fires, bills(newest("90.00")), (BILLS,)),
        Case(code, fires, bills(newest("90.00"), other(place, "0.00")), (BILLS,))
    )  # fmt: skip


def due(day: str | None, unpaid: str | None = "40.00", **tables: Any) -> Rows:
    """The newest bill with a due day and an unpaid amount, and further tables."""
    return {**bills(newest(due_on=day, unpaid_amount=unpaid)), **tables}


DUE_DOWN = (BILLS, "AutopayInstruction by account_id", "ScheduledPayment by account_id", "PAYMENTS")
DUE, HALF = due("2026-11-15"), coming("2026-11-18", "20.00")
DUE_SOON = (
    Case("BILL_DUE_SOON", DUE, due("2026-11-14"), DUE_DOWN,
          "$40.00 is due on Nov 15, 2026,", "INFORMATION", "40.00"),
    Case("BILL_DUE_SOON", due("2026-11-20"), due("2026-11-21"), DUE_DOWN),
    Case("BILL_DUE_SOON", due("2026-11-20", "0.01"), due("2026-11-20", "0.00"), DUE_DOWN, "", None, "0.01"),
    Case("BILL_DUE_SOON", DUE,
          bills(newest(due_on="2026-11-15", unpaid_amount="40.00", status="WRITTEN_OFF")), (BILLS,)),
    # An order draws on the day it says, or else when the bill is due: it must still be in force then.
    Case("BILL_DUE_SOON", due("2026-11-20", AutopayInstruction=[order(until="2026-11-19")]),
          due("2026-11-20", AutopayInstruction=[order(until="2026-11-20")]), (BILLS,)),
    Case("BILL_DUE_SOON",
          due("2026-11-20", AutopayInstruction=[order(until="2026-11-16", next_draw_on="2026-11-17")]),
          due("2026-11-20", AutopayInstruction=[order(until="2026-11-17", next_draw_on="2026-11-17")]),
          (BILLS,)),
    Case("BILL_DUE_SOON", due("2026-11-20", AutopayInstruction=[order(since="2026-11-16")]),
          due("2026-11-20", AutopayInstruction=[order(since="2026-11-15")]), (BILLS,)),
    Case("BILL_DUE_SOON", due("2026-11-20", AutopayInstruction=[order(max_withdrawal="39.99")]),
          due("2026-11-20", AutopayInstruction=[order(max_withdrawal="40.00")]), (BILLS,)),
    Case("BILL_DUE_SOON", due("2026-11-20", ScheduledPayment=[coming("2026-11-21", "40.00")]),
          due("2026-11-20", ScheduledPayment=[coming("2026-11-20", "40.00")]), (BILLS,)),
    Case("BILL_DUE_SOON", due("2026-11-20", ScheduledPayment=[coming("2026-11-14", "40.00")]),
          due("2026-11-20", ScheduledPayment=[coming("2026-11-15", "40.00")]), (BILLS,)),
    Case("BILL_DUE_SOON",
          due("2026-11-20", ScheduledPayment=[coming("2026-11-18", "50.00", received="10.01")]),
          due("2026-11-20", ScheduledPayment=[coming("2026-11-18", "50.00", received="10.00")]), (BILLS,)),
    Case("BILL_DUE_SOON",
          due("2026-11-20", ScheduledPayment=[HALF, coming("2026-11-19", "19.99", 2)]),
          due("2026-11-20", ScheduledPayment=[HALF, coming("2026-11-19", "20.00", 2)]),
          (BILLS,))
)  # fmt: skip


def long(days: int) -> Rows:
    """The newest bill covers this number of days, the one before thirty."""
    period = {"start": "2026-10-01", "end": f"2026-11-{days - 31:02d}"}
    return bills(newest(period=period, issued_on="2026-11-10"), other(BEFORE, "90.00"))


def with_segments(*rows: dict[str, Any], **fields: Any) -> Rows:
    """The newest bill with segments of these fields."""
    one = newest(**fields)
    return {"Bill": [one], "BillSegment": [segment(one, id=f"S{n}", **row) for n, row in enumerate(rows)]}


ESTIMATED, FROZEN = {"is_estimated": True}, {"is_estimated": False}
NEWEST = (
    Case("BILL_DRIVER", bills(newest("90.00"), other(BEFORE, "75.00")),
          bills(newest("89.99"), other(BEFORE, "75.00")), (BILLS, SEGMENTS),
          "The largest part of the increase since the bill of Oct 2, 2026 is", "INFORMATION", "15.00"),
    Case("BILL_DRIVER", bills(newest("90.00"), other(LAST_YEAR, "75.00")),
          bills(newest("89.99"), other(LAST_YEAR, "75.00")), (BILLS, SEGMENTS), "the bill of Nov 2, 2025"),
    Case("BILL_ESTIMATED", bills(newest(is_estimated=True), without=["Bill1"]), bills(newest()),
          (BILLS, SEGMENTS), "Nov 2, 2026, is estimated.", "INFORMATION"),
    Case("BILL_ESTIMATED", with_segments(FROZEN, ESTIMATED),
          with_segments(FROZEN, {**ESTIMATED, "status": "CANCELED"}), (BILLS, SEGMENTS)),
    Case("BILL_ESTIMATED", with_segments({**ESTIMATED, "status": None}), with_segments(), (BILLS, SEGMENTS)),
    Case("BILL_ESTIMATED", with_segments(ESTIMATED, is_estimated=None), with_segments(FROZEN, is_estimated=None),
          (BILLS, SEGMENTS)),
    Case("BILL_LONG_PERIOD", long(34), long(33), (BILLS, "BILLING"), "than the bill before.", "INFORMATION"),
    Case("BILL_FINAL", bills(newest(is_final=True)), bills(newest()), (BILLS, "BILLING"),
          "The bill of Nov 2, 2026 is the final one.", "INFORMATION"),
    Case("BILL_FINAL", bills(newest(is_final=True)),
          bills(bill(2, "2026-11-03", "1.00", is_final=False), newest(is_final=True)), (BILLS,))
)  # fmt: skip

CASES = (
    *higher("BILL_HIGHER_PREV", BEFORE),
    *higher("BILL_HIGHER_YOY", LAST_YEAR),
    *NEWEST,
    *DUE_SOON,
    *cases_debt.CASES,
)

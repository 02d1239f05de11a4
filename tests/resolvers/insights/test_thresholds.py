"""Each threshold decides its insight: the same rows raise it, or do not, by that number alone."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.bill_rows import BEFORE, bills, newest, other
from support.resolvers.cases_billing import due as due_on
from support.resolvers.cases_billing import long
from support.resolvers.cases_collections import one, ratings
from support.resolvers.cases_debt import aged, balance, charged
from support.resolvers.cases_field import ordered, over, planned, visits
from support.resolvers.cases_interaction import began, calls
from support.resolvers.cases_payment import FOREIGN, FOUR, NSF, back, due, payments, put_off
from support.resolvers.cases_service import about, service_requests
from support.resolvers.cases_usage import NOW, YEAR_AGO, guess, leak
from support.resolvers.insight_cases import Rows, insights, quiet_account, raised_as, unknown_codes
from support.resolvers.relative_times import ago, ahead, day
from support.resolvers.usage_rows import billed, daily, premise, same

from gateway.catalog.thresholds import Thresholds
from gateway.resolvers.insights.rules.table import RULES

AREA = {rule.code: rule.area.value for rule in RULES}


@dataclass(frozen=True, slots=True)
class Turn:
    """Rows with which a threshold alone decides whether `code` is raised, with `severity` where one is given.

    `silent` and `fires` are values, as a catalog writes them. Where the threshold also bounds what is loaded,
    both lie beyond what is loaded without it. `says` is in the message, which then gives the number.
    """

    threshold: str
    code: str
    rows: Rows
    silent: str
    fires: str
    severity: str | None = None
    says: str = ""


HIGHER = bills(newest("130.00"), other(BEFORE, "100.00"))
OPEN = "2026-11-02", "2026-11-03"
BROKEN = one("PaymentArrangement", status="BROKEN", since="2024-01-01", until="2025-01-15")
WEEK = {"DailyUsage": [*same("4", range(1, 8), quality="ESTIMATED"), *same("4", range(8, 61))]}
MONEY = (
    Turn("bill_higher_percent", "BILL_HIGHER_PREV", HIGHER, "31", "30"),
    Turn("bill_higher_amount", "BILL_HIGHER_PREV", HIGHER, "31", "30"),
    Turn("long_period_days", "BILL_LONG_PERIOD", long(36), "7", "6"),
    Turn("due_soon_days", "BILL_DUE_SOON", due_on("2026-11-24"), "8", "9"),
    Turn("bill_held_days", "BILL_PENDING_OR_HELD", balance(next_bill_on="2026-11-05"), "10", "9"),
    Turn("past_due_critical_days", "PAST_DUE", balance(past_due="70.00", arrears=aged(31)),
         "31", "30", "CRITICAL"),
    Turn("high_balance_factor", "HIGH_BALANCE", charged("10.00", "20.00", current="60.00"), "5", "4",
         says="at least 4 times"),
    Turn("on_time_percent", "ON_TIME_PCT_12M", due(*FOUR, late=2), "50", "51", "WARNING"),
    Turn("returned_days", "PAYMENT_RETURNED", payments(back(day(400).isoformat(), "NSF")), "400", "401"),
    Turn("returned_critical", "PAYMENT_RETURNED",
         payments(NSF, *(back(fields, "NSF", n) for n, fields in enumerate(OPEN, start=2))),
         "4", "3", "CRITICAL"),
    Turn("returned_reasons", "PAYMENT_RETURNED", payments(FOREIGN), '["FRAUD"]', '["WRONG_ACCOUNT"]'),
    Turn("budget_percent", "BUDGET_BILLING", put_off("45.01"), "41", "40", "WARNING"),
    Turn("arrangement_broken_months", "PA_BROKEN", BROKEN, "21", "22"),
    Turn("rating_drop", "CREDIT_RATING_DROP", ratings(("2026-11-15", -30)), "31", "30"),
    Turn("rating_drop_days", "CREDIT_RATING_DROP", ratings((day(100).isoformat(), -60)), "100", "101",
         says="within 101 days")
)  # fmt: skip
WORK = (
    Turn("request_aged_days", "SR_AGED", service_requests({"opened_at": ago(30)}), "31", "30"),
    Turn("request_repeat", "SR_REPEAT",
         service_requests(*[{"request_category": "QUAL"}] * 5, {"request_category": None}), "7", "5"),
    Turn("request_repeat_days", "SR_REPEAT",
         about(("QUAL", ago(1)), ("QUAL", ago(2)), ("QUAL", ago(119, hours=23))), "119", "120",
         says="within 120 days"),
    Turn("visit_hours", "FIELD_VISIT", visits({"scheduled_from": ahead(3), "scheduled_to": ahead(4)}),
         "71", "72"),
    Turn("order_waiting_days", "ORDER_STUCK", ordered({"state": "WAITING", "requested_for": ago(10)}),
         "11", "10"),
    Turn("outage_planned_days", "OUTAGE_PLANNED", planned(started_at=ahead(10)), "9", "10"),
    Turn("outage_repeat", "OUTAGE_REPEAT", over(1, 2, 3, 4), "5", "4"),
    Turn("outage_repeat_months", "OUTAGE_REPEAT", over(1, 2, 500), "16", "17", says="within 17 months")
)  # fmt: skip
USED = (
    Turn("usage_up_percent", "USAGE_UP", {"BilledUsage": billed((*NOW, "450"), (*YEAR_AGO, "300"))},
         "51", "50"),
    Turn("usage_zero_days", "USAGE_ZERO", {"DailyUsage": [*same("0", range(1, 46)), *daily({46: "5"})]},
         "46", "45"),
    Turn("usage_vacant_days", "USAGE_VACANT", {**premise(vacant=True), "DailyUsage": daily({45: "5"})},
         "44", "45", says="within 45 days"),
    Turn("estimated_periods", "READS_ESTIMATED", {"BilledUsage": guess(*["ESTIMATED"] * 3)}, "4", "3",
         says="The last 3 bill periods"),
    Turn("estimated_percent", "READS_ESTIMATED", {"DailyUsage": same("4", range(13, 31))}, "40", "39"),
    Turn("estimated_days", "READS_ESTIMATED", WEEK, "60", "31"),
    Turn("leak_hours", "WATER_LEAK", leak(*["1"] * 120), "121", "120", says="for 120 hours")
)  # fmt: skip
TALKS = (
    Turn("contact_repeat", "REPEAT_CONTACT", calls(*began(*map(ago, range(1, 5)))), "5", "4"),
    Turn("contact_repeat_days", "REPEAT_CONTACT", calls(*began(ago(1), ago(2), ago(59, hours=23))),
         "59", "60", says="within 60 days"),
    Turn("unresolved_days", "LAST_CALL_UNRESOLVED",
         calls(*began(ago(59, hours=23), resolution="UNRESOLVED")), "59", "60"),
    Turn("unresolved_codes", "LAST_CALL_UNRESOLVED", calls(*began(ago(1), resolution="ESCALATED")),
         '["LOST"]', '["ESCALATED"]')
)  # fmt: skip
TURNS = (*MONEY, *WORK, *USED, *TALKS)
OF_COMPARISONS = {"unchanged_percent"}  # no insight's: tests/test_thresholds.py


def utility(turn: Turn, value: str) -> AbstractAsyncContextManager[Harness]:
    """A quiet account with the rows of a turn, and a catalog with its threshold."""
    text = f"{catalog_text()}\n[insights]\n{turn.threshold} = {value}\n"
    return harness({**quiet_account(), **turn.rows}, text=text)


async def messages(turn: Turn, value: str) -> list[str]:
    """The messages of the insights that a turn raises."""
    async with utility(turn, value) as at:
        result = await insights(at, [AREA[turn.code]])
    assert turn.code not in unknown_codes(result)
    return [
        insight["message"] for insight in raised_as(turn.code, result) if turn.severity in (None, insight["severity"])
    ]


def test_every_threshold_has_a_case() -> None:
    assert {turn.threshold for turn in TURNS} == set(Thresholds.__struct_fields__) - OF_COMPARISONS


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.threshold)
async def test_a_threshold_alone_decides_whether_an_insight_is_raised(turn: Turn) -> None:
    assert await messages(turn, turn.silent) == []
    [message] = await messages(turn, turn.fires)
    assert turn.says in message


async def test_a_configured_reason_loads_no_tenders() -> None:
    [turn] = [turn for turn in TURNS if turn.threshold == "returned_reasons"]
    for value, tenders in ((turn.silent, 1), (turn.fires, 0)):
        async with utility(turn, value) as at:
            await insights(at, ["PAYMENT"])
            assert sum(lookup.startswith("PaymentTender") for lookup in at.gate.batch_names()) == tenders

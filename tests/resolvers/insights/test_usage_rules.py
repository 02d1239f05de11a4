"""Insights about usage: what cases do not cover."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import Harness
from support.resolvers.insight_cases import fill, insights, quiet_account, raised_as, unknown_codes
from support.resolvers.single_rules import context, decide
from support.resolvers.usage_rows import GAS, agreement, billed, daily, point, premise, same, second
from support.rows import row
from support.utility import ACCOUNT

from gateway.resolvers.service.premises import ServiceType

NOW, YEAR_AGO, BEFORE = (("2026-10-01", "2026-10-30"), ("2025-10-01", "2025-10-30"), ("2026-09-01", "2026-09-30"))
DAYS = range(1, 31)


def test_each_service_raises_its_largest_rise() -> None:
    rows = [
        *billed((*NOW, "4"), (*BEFORE, "3")),
        *billed((*NOW, "8"), (*BEFORE, "4"), service_point_id="S3"),
        *billed((*NOW, "6"), (*BEFORE, "4"), service_point_id="S4"),
        *billed((*NOW, "9"), (*BEFORE, "3"), **GAS),
    ]
    findings = decide("USAGE_UP", context(), ("BilledUsage", rows))
    assert {(finding.values["service"], str(finding.values["percent"])) for finding in findings} == {
        (ServiceType.ELECTRIC, "100.0"),
        (ServiceType.GAS, "200.0"),
    }


def test_received_energy_is_not_usage() -> None:
    delivered = billed((*NOW, "9"), (*YEAR_AGO, "3"))
    back = billed((*NOW, "90"), (*YEAR_AGO, "300"), flow="RECEIVED")
    net = billed((*NOW, "-81"), (*YEAR_AGO, "-297"), flow="NET")
    assert len(decide("USAGE_UP", context(), ("BilledUsage", [*delivered, *back, *net]))) == 1
    assert not decide("USAGE_UP", context(), ("BilledUsage", [*back, *net]))


def test_power_is_no_usage() -> None:
    assert not decide("USAGE_UP", context(), ("BilledUsage", billed((*NOW, "9"), (*YEAR_AGO, "3"), unit="kW")))


@settings(deadline=None)
@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(27, 33), st.integers(27, 33))
def test_usage_is_up_exactly_from_the_threshold_on(used: int, base: int, days: int, base_days: int) -> None:
    def period(end: str, length: int, value: int) -> tuple[str, str, str]:
        until = datetime.fromisoformat(end).date()
        return (until - timedelta(days=length - 1)).isoformat(), end, str(value)

    rows = billed(period("2026-10-30", days, used), period("2025-10-30", base_days, base))
    up = decide("USAGE_UP", context(), ("BilledUsage", rows))
    assert bool(up) == (used * base_days * 100 >= base * days * 125)


async def test_a_closed_account_is_compared_with_its_last_year(shared: Harness) -> None:
    [account] = quiet_account()["BillingAccount"]
    closed = {"BillingAccount": [{**account, "status": "FINALED", "closed_on": "2025-12-31"}]}
    last, earlier = ("2025-11-15", "2025-12-14"), ("2025-10-15", "2025-11-13")
    year_before = ("2024-11-15", "2024-12-14")
    rows = billed((*last, "300"), (*earlier, "150"), (*year_before, "290"))
    fill(shared, {**closed, "BilledUsage": rows})
    assert raised_as("USAGE_UP", await insights(shared, ["USAGE"])) == []


def test_each_service_point_without_usage_is_an_insight() -> None:
    tables = {**second("GAS"), **agreement(service_point_ids=["S1", "S2"])}
    rows = [*same("0", DAYS), *same("0", DAYS, **GAS)]
    tables = (("DailyUsage", rows), *((name, tables[name]) for name in ("ServiceAgreement", "ServicePoint")))
    findings = decide("USAGE_ZERO", context(), *tables)
    assert [[record.id for record in one.evidence] for one in findings] == [["S1", "G1"], ["S2", "G1"]]


def test_days_without_usage_follow_the_account_s_zone() -> None:
    tables = {**quiet_account(), "DailyUsage": same("0", DAYS)}
    tables = tuple((name, tables[name]) for name in ("DailyUsage", "ServiceAgreement", "ServicePoint"))
    after_midnight = datetime.fromisoformat("2026-11-15T00:30:00-05:00")
    assert decide("USAGE_ZERO", context(after_midnight), *tables)
    # In Chicago it is still the fourteenth: the day before the last whole one has no reading.
    assert not decide("USAGE_ZERO", context(after_midnight, ZoneInfo("America/Chicago")), *tables)


def vacant(*tables: dict[str, Any], **rows: Any) -> dict[str, Any]:
    """An account whose service at S1 has ended, with these rows."""
    rows_of = {**quiet_account(), **agreement("STOPPED", until="2026-10-31"), **premise(vacant=None)}
    for table in tables:
        rows_of |= table
    return {**rows_of, "DailyUsage": daily({3: "5"}, **rows)}


UNCERTAIN = {
    "unknown whether others are served there now": vacant(),
    "unknown when service stopped": vacant(agreement("STOPPED", until=None), account_id="A1"),
    "unknown when service stopped, and whose usage it is": vacant(
        agreement("STOPPED", until=None), point("DISCONNECTED_AT_DEVICE")
    ),
}


@pytest.mark.parametrize("rows", UNCERTAIN.values(), ids=UNCERTAIN)
async def test_usage_of_an_unknown_account_is_unknown(shared: Harness, rows: Any) -> None:
    fill(shared, rows)
    result = await insights(shared, ["USAGE"])
    assert raised_as("USAGE_VACANT", result) == []
    assert unknown_codes(result) == {"USAGE_VACANT"}


SURE = {
    "the premise is vacant": vacant(premise(vacant=True)),
    "service is off": vacant(point("DISCONNECTED_AT_SOURCE")),
    "the reading is the account's own": vacant(account_id="A1"),
    "the account has gas there": vacant(
        {
            "ServiceAgreement": [
                *agreement("CLOSED", until="2026-10-31")["ServiceAgreement"],
                row("ServiceAgreement", id="G2", account_id="A1", status="ACTIVE", premise_id="P1")
                | {"service_point_ids": ["S2"]},
            ]
        }
    ),
}


@pytest.mark.parametrize("rows", SURE.values(), ids=SURE)
async def test_usage_that_is_certainly_unserved_is_raised(shared: Harness, rows: Any) -> None:
    fill(shared, {**rows, "ServicePoint": [{**row, "premise_id": "P1"} for row in rows["ServicePoint"]]})
    assert len(raised_as("USAGE_VACANT", await insights(shared, ["USAGE"]))) == 1


async def test_usage_belongs_to_the_account_served_now(shared: Harness) -> None:
    fill(shared, vacant(premise(vacant=False)))
    result = await insights(shared, ["USAGE"])
    assert raised_as("USAGE_VACANT", result) == []
    assert unknown_codes(result) == set()


async def test_usage_of_another_service_point_is_not_raised(shared: Harness) -> None:
    elsewhere = daily({3: "5"}, account_id="A1", service_point_id="S2")
    fill(shared, {**vacant(point("DISCONNECTED_AT_SOURCE")), "DailyUsage": elsewhere, **second("GAS")})
    result = await insights(shared, ["USAGE"])
    assert raised_as("USAGE_VACANT", result) == []
    assert unknown_codes(result) == set()


def test_a_canceled_agreement_does_not_keep_service_going() -> None:
    tables = vacant(premise(vacant=True))
    ended, *_ = tables["ServiceAgreement"]
    canceled = {**ended, "id": "G9", "status": "CANCELED", "until": None}
    names = ("DailyUsage", "ServiceAgreement", "Premise", "ServicePoint")
    rows = {**tables, "ServiceAgreement": [ended, canceled]}
    assert decide("USAGE_VACANT", context(), *((name, rows[name]) for name in names))


@settings(deadline=None)
@given(st.permutations(range(1, 31)), st.integers(0, 30))
def test_a_fifth_of_days_unread_is_raised_in_any_order(days: list[int], bad: int) -> None:
    rows = [*same("4", days[bad:]), *same(None, days[: bad // 2], quality="MISSING")]
    findings = decide("READS_ESTIMATED", context(), ("BilledUsage", []), ("DailyUsage", rows))
    assert bool(findings) == (bool(rows) and bad * 5 > 30)


def test_days_outside_the_account_s_life_are_not_unread() -> None:
    lived = context(account={"opened_on": "2026-11-01", "closed_on": "2026-11-10"})
    rows = same("4", range(5, 15))
    assert not decide("READS_ESTIMATED", lived, ("BilledUsage", []), ("DailyUsage", rows))
    assert decide("READS_ESTIMATED", context(), ("BilledUsage", []), ("DailyUsage", rows))


def test_the_account_s_first_and_last_day_count() -> None:
    lived = context(account={"opened_on": "2026-11-07", "closed_on": "2026-11-10"})
    for unread in (8, 5):
        rows = same("4", set(range(5, 9)) - {unread})
        assert decide("READS_ESTIMATED", lived, ("BilledUsage", []), ("DailyUsage", rows))


def test_a_duplicate_period_is_one_and_actual_if_either_is() -> None:
    guessed = {"quality": "ESTIMATED"}
    twice = billed((*NOW, "4"), (*NOW, "4"), **guessed)
    before = billed((*BEFORE, "4"), **guessed)
    corrected = billed((*BEFORE, "5"))
    for rows, is_raised in ((twice, False), ([*twice, *before], True), ([*twice, *before, *corrected], False)):
        assert bool(decide("READS_ESTIMATED", context(), ("BilledUsage", rows), ("DailyUsage", []))) == is_raised


def test_estimated_periods_and_unread_days_are_one_insight() -> None:
    rows = [
        billed_row
        for fields in ({}, GAS)
        for billed_row in billed((*NOW, "4"), (*BEFORE, "4"), quality="ESTIMATED", **fields)
    ]
    [finding] = decide("READS_ESTIMATED", context(), ("BilledUsage", rows), ("DailyUsage", same("4", [9])))
    assert [item["service"] for item in finding.items] == [ServiceType.ELECTRIC, ServiceType.GAS, ServiceType.ELECTRIC]


async def test_usage_and_insights_share_their_loads(shared: Harness) -> None:
    query = """query($account: ID!) { billingAccount(id: $account) {
      usage(granularity: BILL_PERIOD) { total } days: usage(granularity: DAY) { total }
      hours: usage(granularity: HOUR) { total } insights(areas: [USAGE]) { total } } }"""
    fill(shared, second("WATER"))
    await shared.ask(query, account=ACCOUNT)
    records = [batch.lookup.record for batch in shared.gate.batches if batch.lookup.record.endswith("Usage")]
    # Meters without days in the month are asked for its intervals once more, after the days.
    assert sorted(records) == ["BilledUsage", "DailyUsage", "IntervalUsage", "IntervalUsage"]

"""Usage that is up, nothing, nobody's or guessed: what the looks of these insights cannot show."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.resolvers.insight_cases import filled, insights, of, quiet, unknown
from support.resolvers.single_rules import found, on
from support.resolvers.usage_rows import (
    GAS,
    agreement,
    billed,
    daily,
    point,
    premise,
    same,
    second,
)
from support.rows import row
from support.utility import ACCOUNT
from support.world import World

NOW, YEAR_AGO, BEFORE = (
    ("2026-10-01", "2026-10-30"),
    ("2025-10-01", "2025-10-30"),
    ("2026-09-01", "2026-09-30"),
)
DAYS = range(1, 31)


def test_of_one_service_the_largest_rise_is_told_and_each_service_has_its_own() -> None:
    rows = [
        *billed((*NOW, "4"), (*BEFORE, "3")),
        *billed((*NOW, "8"), (*BEFORE, "4"), service_point_id="S3"),
        *billed((*NOW, "6"), (*BEFORE, "4"), service_point_id="S4"),
        *billed((*NOW, "9"), (*BEFORE, "3"), **GAS),
    ]
    told = found("USAGE_UP", on(), ("BilledUsage", rows))
    assert {(each.values["service"], str(each.values["percent"])) for each in told} == {
        ("electric", "100.0"),
        ("gas", "200.0"),
    }


def test_what_was_fed_back_neither_lessens_nor_is_usage() -> None:
    delivered = billed((*NOW, "9"), (*YEAR_AGO, "3"))
    back = billed((*NOW, "90"), (*YEAR_AGO, "300"), flow="RECEIVED")
    net = billed((*NOW, "-81"), (*YEAR_AGO, "-297"), flow="NET")
    assert len(found("USAGE_UP", on(), ("BilledUsage", [*delivered, *back, *net]))) == 1
    assert not found("USAGE_UP", on(), ("BilledUsage", [*back, *net]))


def test_power_is_no_usage() -> None:
    assert not found("USAGE_UP", on(), ("BilledUsage", billed((*NOW, "9"), (*YEAR_AGO, "3"), unit="kW")))


@settings(deadline=None)
@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(27, 33), st.integers(27, 33))
def test_usage_is_up_exactly_from_the_threshold_on(used: int, base: int, days: int, base_days: int) -> None:
    def period(end: str, length: int, value: int) -> tuple[str, str, str]:
        until = datetime.fromisoformat(end).date()
        return (until - timedelta(days=length - 1)).isoformat(), end, str(value)

    rows = billed(period("2026-10-30", days, used), period("2025-10-30", base_days, base))
    up = found("USAGE_UP", on(), ("BilledUsage", rows))
    assert bool(up) == (used * base_days * 100 >= base * days * 125)


async def test_the_year_before_a_closed_account_ended_is_still_seen(shared: World) -> None:
    [account] = quiet()["BillingAccount"]
    closed = {"BillingAccount": [{**account, "status": "FINALED", "closed_on": "2025-12-31"}]}
    last, earlier = ("2025-11-15", "2025-12-14"), ("2025-10-15", "2025-11-13")
    year_before = ("2024-11-15", "2024-12-14")
    rows = billed((*last, "300"), (*earlier, "150"), (*year_before, "290"))
    filled(shared, {**closed, "BilledUsage": rows})
    assert of("USAGE_UP", await insights(shared, ["USAGE"])) == []


def test_each_service_point_without_usage_is_an_insight() -> None:
    held = {**second("GAS"), **agreement(service_point_ids=["S1", "S2"])}
    rows = [*same("0", DAYS), *same("0", DAYS, **GAS)]
    tables = (("DailyUsage", rows), *((name, held[name]) for name in ("ServiceAgreement", "ServicePoint")))
    told = found("USAGE_ZERO", on(), *tables)
    assert [[each.id for each in one.evidence] for one in told] == [["S1", "G1"], ["S2", "G1"]]


def test_days_without_usage_are_those_of_the_account_s_zone() -> None:
    held = {**quiet(), "DailyUsage": same("0", DAYS)}
    tables = tuple((name, held[name]) for name in ("DailyUsage", "ServiceAgreement", "ServicePoint"))
    after_midnight = datetime.fromisoformat("2026-11-15T00:30:00-05:00")
    assert found("USAGE_ZERO", on(after_midnight), *tables)
    # In Chicago it is still the fourteenth: the day before the last whole one has no reading.
    assert not found("USAGE_ZERO", on(after_midnight, ZoneInfo("America/Chicago")), *tables)


def vacant(*tables: dict[str, Any], **rows: Any) -> dict[str, Any]:
    """An account whose service at S1 has ended, with these rows."""
    made = {**quiet(), **agreement("STOPPED", until="2026-10-31"), **premise(vacant=None)}
    for each in tables:
        made |= each
    return {**made, "DailyUsage": daily({3: "5"}, **rows)}


UNCERTAIN = {
    "nobody says whether others are served there now": vacant(),
    "nobody says when service stopped": vacant(agreement("STOPPED", until=None), account_id="A1"),
    "nobody says when service stopped, nor whose it is": vacant(
        agreement("STOPPED", until=None), point("DISCONNECTED_AT_DEVICE")
    ),
}


@pytest.mark.parametrize("rows", UNCERTAIN.values(), ids=UNCERTAIN)
async def test_usage_that_may_be_another_s_or_rightly_used_is_unknown(shared: World, rows: Any) -> None:
    filled(shared, rows)
    told = await insights(shared, ["USAGE"])
    assert of("USAGE_VACANT", told) == []
    assert unknown(told) == {"USAGE_VACANT"}


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
async def test_usage_that_is_nobody_else_s_is_told(shared: World, rows: Any) -> None:
    filled(shared, {**rows, "ServicePoint": [{**each, "premise_id": "P1"} for each in rows["ServicePoint"]]})
    assert len(of("USAGE_VACANT", await insights(shared, ["USAGE"]))) == 1


async def test_where_others_are_served_now_what_is_used_is_theirs(shared: World) -> None:
    filled(shared, vacant(premise(vacant=False)))
    told = await insights(shared, ["USAGE"])
    assert of("USAGE_VACANT", told) == []
    assert unknown(told) == set()


async def test_what_another_service_point_rightly_uses_is_not_told(shared: World) -> None:
    elsewhere = daily({3: "5"}, account_id="A1", service_point_id="S2")
    filled(shared, {**vacant(point("DISCONNECTED_AT_SOURCE")), "DailyUsage": elsewhere, **second("GAS")})
    told = await insights(shared, ["USAGE"])
    assert of("USAGE_VACANT", told) == []
    assert unknown(told) == set()


def test_a_canceled_agreement_does_not_keep_service_going() -> None:
    held = vacant(premise(vacant=True))
    ended, *_ = held["ServiceAgreement"]
    canceled = {**ended, "id": "G9", "status": "CANCELED", "until": None}
    names = ("DailyUsage", "ServiceAgreement", "Premise", "ServicePoint")
    rows = {**held, "ServiceAgreement": [ended, canceled]}
    assert found("USAGE_VACANT", on(), *((name, rows[name]) for name in names))


@settings(deadline=None)
@given(st.permutations(range(1, 31)), st.integers(0, 30))
def test_more_than_a_fifth_of_the_days_unread_is_told_in_whatever_order(days: list[int], bad: int) -> None:
    rows = [*same("4", days[bad:]), *same(None, days[: bad // 2], quality="MISSING")]
    told = found("READS_ESTIMATED", on(), ("BilledUsage", []), ("DailyUsage", rows))
    assert bool(told) == (bool(rows) and bad * 5 > 30)


def test_days_before_an_account_and_after_it_were_not_unread() -> None:
    lived = on(account={"opened_on": "2026-11-01", "closed_on": "2026-11-10"})
    rows = same("4", range(5, 15))
    assert not found("READS_ESTIMATED", lived, ("BilledUsage", []), ("DailyUsage", rows))
    assert found("READS_ESTIMATED", on(), ("BilledUsage", []), ("DailyUsage", rows))


def test_the_first_and_the_last_day_of_an_account_belong_to_it() -> None:
    lived = on(account={"opened_on": "2026-11-07", "closed_on": "2026-11-10"})
    for unread in (8, 5):
        rows = same("4", set(range(5, 9)) - {unread})
        assert found("READS_ESTIMATED", lived, ("BilledUsage", []), ("DailyUsage", rows))


def test_a_period_told_twice_is_one_and_read_where_one_of_the_two_was() -> None:
    guessed = {"quality": "ESTIMATED"}
    twice = billed((*NOW, "4"), (*NOW, "4"), **guessed)
    before = billed((*BEFORE, "4"), **guessed)
    corrected = billed((*BEFORE, "5"))
    for rows, told in ((twice, False), ([*twice, *before], True), ([*twice, *before, *corrected], False)):
        assert bool(found("READS_ESTIMATED", on(), ("BilledUsage", rows), ("DailyUsage", []))) == told


def test_all_that_was_guessed_or_not_read_is_one_insight() -> None:
    rows = [
        each
        for said in ({}, GAS)
        for each in billed((*NOW, "4"), (*BEFORE, "4"), quality="ESTIMATED", **said)
    ]
    [told] = found("READS_ESTIMATED", on(), ("BilledUsage", rows), ("DailyUsage", same("4", [9])))
    assert str(told.values["what"]).count(";") == 2


async def test_usage_and_its_insights_are_one_question_for_each_lookup(shared: World) -> None:
    query = """query($account: ID!) { billingAccount(id: $account) {
      usage(granularity: BILL_PERIOD) { total } days: usage(granularity: DAY) { total }
      hours: usage(granularity: HOUR) { total } insights(areas: [USAGE]) { total } } }"""
    filled(shared, second("WATER"))
    await shared.ask(query, account=ACCOUNT)
    asked = [each.lookup.record for each in shared.gate.batches if each.lookup.record.endswith("Usage")]
    assert sorted(asked) == ["BilledUsage", "DailyUsage", "IntervalUsage"]

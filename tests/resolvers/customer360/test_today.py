"""What is in force today, by the day of the account."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.insight_cases import account_row
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown

QUERY = """query($account: ID!, $day: Date) { billingAccount(id: $account) {
  today zoneOfDays alerts(activeOn: $day) { since isActive } programs { since isActive } } }"""


def rows(zone: str | None = None) -> Any:
    """Alerts and programs of account A1. It is noon of 2026-11-15 in New York."""
    spans = [("2026-11-01", "2026-11-14"), ("2026-11-15", "2026-11-15"), ("2026-11-16", None)]
    dated = [{"since": since, "until": until} for since, until in spans]
    held = utility(1)
    account = held["BillingAccount"][0] | {"time_zone": zone}
    alerts = [account_row("AccountAlert", n, **days) for n, days in enumerate(dated)]
    programs = [account_row("ProgramEnrollment", n, kind="EBILL", **days) for n, days in enumerate(dated)]
    return {**held, "BillingAccount": [account], "AccountAlert": alerts, "ProgramEnrollment": programs}


@pytest.mark.parametrize(
    ("zone", "today", "active"),
    [(None, "2026-11-15", [False, True, False]), ("Pacific/Kiritimati", "2026-11-16", [False, False, True])],
)
async def test_alerts_and_programs_are_active_by_the_account_s_day(
    at: Harness, zone: str | None, today: str, active: list[bool]
) -> None:
    at.fill(rows(zone))
    account = (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]
    assert account["today"] == today
    assert [each["isActive"] for each in account["alerts"]] == active
    assert [each["isActive"] for each in account["programs"]] == active


async def test_alerts_are_active_on_the_day_asked_for(at: Harness) -> None:
    at.fill(rows())
    account = (await at.ask(QUERY, account=ACCOUNT, day="2026-11-14"))["billingAccount"]
    assert account["alerts"] == [{"since": "2026-11-01", "isActive": True}]


async def test_today_is_the_utility_s_day_without_the_cis(at: Harness) -> None:
    at.fill(rows("Pacific/Kiritimati"))
    at.gate.down = {"CIS": SourceDown}
    data: Any = (
        await at.answer("query($account: ID!) { billingAccount(id: $account) { today } }", account=ACCOUNT)
    ).data
    assert data == {"billingAccount": {"today": "2026-11-15"}}

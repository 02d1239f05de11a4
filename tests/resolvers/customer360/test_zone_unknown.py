"""Without the CIS, an account's own time zone is unknown: no day is stated in another one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.usage_queries import daily, intervals
from support.rows import row
from support.utility import ACCOUNT

from gateway.errors import SourceDown

FAR = "America/Los_Angeles"
LATE = "2026-10-06T01:30:00-04:00"  # in New York, the utility's zone; the evening before in Los Angeles
FEED = """query($account: ID!) { billingAccount(id: $account) { zoneOfDays timeZoneState
  activities(types: [SERVICE_TASK, BILL]) { nodes { activityType occurredAt occurredOn occurredOnState precision } }
} }"""

# Two days of hours, each of 0.25.
HOURS = [
    each | {"account_id": "A1"}
    for each in intervals(datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 4, tzinfo=UTC), 60)
]


@pytest.fixture
def far(at: Harness) -> Harness:
    """The account is in Los Angeles, the utility in New York."""
    at.held["BillingAccount"][0]["time_zone"] = FAR
    at.held["ServiceTask"] = [row("ServiceTask", id="T", account_id="A1", created_at=LATE)]
    at.held["Bill"] = [row("Bill", id="B", account_id="A1", issued_on="2026-10-05")]
    return at


async def feed(at: Harness) -> tuple[Any, Any, list[str]]:
    """The account, its activities by type, and the fields with an error."""
    result = await at.answer(FEED, account=ACCOUNT)
    account: Any = (result.data or {})["billingAccount"]
    assert {each["extensions"]["code"] for each in result.errors} <= {"SOURCE_DOWN"}
    activities = {each["activityType"]: each for each in account["activities"]["nodes"]}
    return account, activities, [each["path"][-1] for each in result.errors]


async def test_with_the_cis_days_are_the_accounts_own(far: Harness) -> None:
    account, activities, errors = await feed(far)
    assert (account["zoneOfDays"], account["timeZoneState"], errors) == (FAR, "KNOWN", [])
    task = activities["SERVICE_TASK"]
    assert (task["occurredOn"], task["occurredAt"]) == ("2026-10-05", "2026-10-05T22:30:00-07:00")
    assert {each["occurredOnState"] for each in activities.values()} == {"KNOWN"}


async def test_without_the_cis_no_instant_is_given_a_day(far: Harness) -> None:
    far.gate.down = {"CIS": SourceDown}
    account, activities, errors = await feed(far)
    assert (account["zoneOfDays"], account["timeZoneState"]) == ("America/New_York", "UNKNOWN")
    task = activities["SERVICE_TASK"]
    assert (task["occurredOn"], task["occurredOnState"], errors) == (None, "UNKNOWN", ["occurredOn"])
    assert task["occurredAt"] == LATE


async def test_without_the_cis_a_stored_day_stays(far: Harness) -> None:
    far.gate.down = {"CIS": SourceDown}
    bill = (await feed(far))[1]["BILL"]
    assert (bill["occurredOn"], bill["occurredOnState"], bill["precision"]) == ("2026-10-05", "KNOWN", "DAY")
    assert bill["occurredAt"][:10] == "2026-10-05"


async def test_an_account_without_a_zone_has_the_utilitys(at: Harness) -> None:
    at.held["BillingAccount"][0]["time_zone"] = None
    account, _, errors = await feed(at)
    assert (account["zoneOfDays"], account["timeZoneState"], errors) == ("America/New_York", "NONE", [])


USAGE = """query($account: ID!, $by: UsageGranularity!) { billingAccount(id: $account) {
  usage(granularity: $by, range: { since: "2026-10-01", until: "2026-11-14" }) { total readings { start value } } } }"""


@pytest.mark.parametrize("by", ["DAY", "MONTH", "YEAR"])
async def test_hours_are_not_added_up_to_days_of_another_zone(far: Harness, by: str) -> None:
    far.held["DailyUsage"] = []
    far.held["IntervalUsage"] = HOURS
    assert (await far.ask(USAGE, account=ACCOUNT, by=by))["billingAccount"]["usage"]
    far.gate.down = {"BillingAccount by id": SourceDown}  # the cross-reference of the same system answers
    result = await far.answer(USAGE, account=ACCOUNT, by=by)
    assert result.data == {"billingAccount": {"usage": None}}
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_DOWN"]


@pytest.mark.parametrize("down", ["CIS", "BillingAccount by id"])
async def test_stored_days_and_hours_are_shown_as_they_are(far: Harness, down: str) -> None:
    far.held["DailyUsage"] = [each | {"account_id": "A1"} for each in daily({date(2026, 11, 1): 7})]
    far.held["IntervalUsage"] = HOURS
    far.gate.down = {down: SourceDown}
    for by, total in (("DAY", "7"), ("HOUR", "12.00")):
        [series] = (await far.ask(USAGE, account=ACCOUNT, by=by))["billingAccount"]["usage"]
        assert series["total"] == total
        assert by != "DAY" or series["readings"][0]["start"].startswith("2026-11-01T00:00")

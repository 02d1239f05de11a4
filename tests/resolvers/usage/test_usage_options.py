"""What usage there is to ask for, told by a few readings. What they do not tell is unknown."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.harness import NEW_YORK, Harness, catalog_text, harness
from support.resolvers.usage_comparisons import billed, hours, on
from support.resolvers.usage_queries import between
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown
from gateway.ids import global_id

QUERY = """query($account: ID!, $type: ServiceType, $point: ID) { billingAccount(id: $account) {
  usageOptionsState(serviceType: $type, servicePointId: $point)
  usageOptions(serviceType: $type, servicePointId: $point) {
    complete since until
    options {
      serviceType serviceTypeLabel unit unitSymbol flow isNetted addsUp servicePoints { id }
      granularities { granularity state since sinceState until untilState intervalMinutes intervalMinutesState }
    }
  }
} }"""
RECENT = between(date(2026, 9, 1), date(2026, 11, 14))
YES, NONE, UNKNOWN = "KNOWN", "NONE", "UNKNOWN"


async def options(at: Harness, **arguments: Any) -> Any:
    data = (await at.ask(QUERY, account=ACCOUNT, **arguments))["billingAccount"]
    assert data["usageOptionsState"] == ("UNKNOWN" if data["usageOptions"] is None else "KNOWN")
    return data["usageOptions"]


def by_length(option: Any) -> dict[str, tuple[Any, ...]]:
    """State, first day and last day of each granularity."""
    names = ("state", "since", "sinceState", "until", "untilState")
    return {each["granularity"]: tuple(each[name] for name in names) for each in option["granularities"]}


async def test_each_service_unit_and_flow_is_an_option(at: Harness) -> None:
    at.held["DailyUsage"] = on(RECENT[-2:], "1") + on(RECENT[-2:], "1", flow="RECEIVED")
    at.held["BilledUsage"] = billed(("2026-10-01", "2026-10-31", "9"), service_type="GAS", unit="THM")
    at.held["IntervalUsage"] = hours(RECENT[-1], RECENT[-1], NEW_YORK, unit="kW")
    result = await options(at)
    seen = [(each["serviceType"], each["unit"], each["flow"], each["addsUp"]) for each in result["options"]]
    assert seen == [
        ("ELECTRIC", "kW", "DELIVERED", False),
        ("ELECTRIC", "kWh", "DELIVERED", True),
        ("ELECTRIC", "kWh", "RECEIVED", True),
        ("GAS", "THM", "DELIVERED", True),
        ("ELECTRIC", "kWh", "NET", True),
    ]
    gas = result["options"][3]
    assert (gas["serviceTypeLabel"], gas["unitSymbol"]) == ("Gas", "therm")
    assert gas["servicePoints"] == [{"id": global_id("ServicePoint", "S1")}]
    assert [each["serviceType"] for each in (await options(at, type="GAS"))["options"]] == ["GAS"]


async def test_net_usage_is_an_option_where_both_directions_are(at: Harness) -> None:
    at.held["BillingAccount"][0]["opened_on"] = "2026-08-20"
    at.held["BilledUsage"] = at.held["IntervalUsage"] = []
    at.held["DailyUsage"] = on(RECENT, "5") + on(RECENT[10:-1], "1", flow="RECEIVED")
    *measured, net = (await options(at))["options"]
    assert [(each["flow"], each["isNetted"]) for each in measured] == [("DELIVERED", False), ("RECEIVED", False)]
    assert (net["flow"], net["isNetted"]) == ("NET", True)
    assert by_length(net)["DAY"] == (YES, "2026-09-11", YES, "2026-11-13", YES)
    assert by_length(net)["BILL_PERIOD"] == (NONE, None, NONE, None, NONE)
    at.held["DailyUsage"] += on(RECENT, "4", flow="NET")
    flows = [(each["flow"], each["isNetted"]) for each in (await options(at))["options"]]
    assert flows == [("DELIVERED", False), ("NET", False), ("RECEIVED", False)]


async def test_few_readings_tell_the_first_and_last_day(at: Harness) -> None:
    at.held["BilledUsage"] = billed(("2026-09-05", "2026-10-04", "9"), ("2026-08-05", "2026-09-04", "9"))
    at.held["DailyUsage"] = on(RECENT[-20:], "1")
    at.held["IntervalUsage"] = hours(RECENT[-1], RECENT[-1], NEW_YORK)
    [option] = (await options(at))["options"]
    days = (YES, "2026-10-26", YES, "2026-11-14", YES)
    assert by_length(option) == {
        "BILL_PERIOD": (YES, "2026-08-05", YES, "2026-10-04", YES),
        **dict.fromkeys(("YEAR", "MONTH", "DAY"), days),
        **dict.fromkeys(("HOUR", "INTERVAL"), (YES, "2026-11-14", YES, "2026-11-14", YES)),
    }
    interval = option["granularities"][-1]
    assert (interval["granularity"], interval["intervalMinutes"]) == ("INTERVAL", 60)


async def test_of_many_readings_the_first_day_may_be_unknown(at: Harness) -> None:
    at.held["BilledUsage"] = []
    at.held["DailyUsage"] = on(RECENT, "1")
    at.held["IntervalUsage"] = hours(RECENT[-3], RECENT[-1], NEW_YORK, 15)
    [option] = (await options(at))["options"]
    lengths = by_length(option)
    assert lengths["DAY"] == lengths["INTERVAL"] == (YES, None, UNKNOWN, "2026-11-14", YES)
    assert lengths["BILL_PERIOD"] == (NONE, None, NONE, None, NONE)


async def test_readings_from_the_account_s_first_days_tell_the_first(at: Harness) -> None:
    at.held["BillingAccount"][0]["opened_on"] = "2026-08-20"
    at.held["DailyUsage"] = on(RECENT, "1")
    result = await options(at)
    assert (result["since"], result["until"]) == ("2026-08-20", "2026-11-15")
    [option] = result["options"]
    assert by_length(option)["MONTH"] == (YES, "2026-09-01", YES, "2026-11-14", YES)


async def test_a_register_of_long_ago_has_no_last_day(at: Harness) -> None:
    at.held["BillingAccount"][0]["opened_on"] = "2026-08-20"
    at.held["BilledUsage"] = at.held["IntervalUsage"] = []
    at.held["DailyUsage"] = on(RECENT, "1") + on(RECENT[:5], "1", flow="RECEIVED")
    result = await options(at)
    received = next(each for each in result["options"] if each["flow"] == "RECEIVED")
    assert by_length(received)["DAY"] == (YES, "2026-09-01", YES, None, UNKNOWN)


async def test_days_of_a_point_without_them_are_its_intervals(at: Harness) -> None:
    at.held["DailyUsage"] = at.held["BilledUsage"] = []
    at.held["IntervalUsage"] = hours(RECENT[-1], RECENT[-1], NEW_YORK)
    [option] = (await options(at))["options"]
    assert by_length(option)["DAY"] == by_length(option)["HOUR"] == (YES, "2026-11-14", YES, "2026-11-14", YES)


async def test_a_closed_account_has_none_of_a_later_tenant(at: Harness) -> None:
    at.held["BillingAccount"][0] |= {"opened_on": "2025-01-01", "closed_on": "2026-10-05"}
    at.held["DailyUsage"] = on(RECENT, "1")
    at.held["BilledUsage"] = billed(("2026-10-10", "2026-11-09", "9"))
    at.held["IntervalUsage"] = []
    result = await options(at)
    [option] = result["options"]
    assert (result["until"], by_length(option)["DAY"][3]) == ("2026-10-05", "2026-10-05")
    assert by_length(option)["BILL_PERIOD"][0] == NONE


async def test_a_kind_of_reading_that_is_away_is_unknown(at: Harness) -> None:
    at.held["DailyUsage"] = on(RECENT[-3:], "1")
    at.gate.down = {"IntervalUsage by service_point_id": SourceDown}
    result = await options(at)
    [option] = result["options"]
    assert result["complete"] is False
    assert by_length(option)["HOUR"] == (UNKNOWN, None, UNKNOWN, None, UNKNOWN)
    assert by_length(option)["DAY"][0] == YES


async def test_options_of_a_system_that_is_away_are_unknown(at: Harness) -> None:
    at.gate.down = {"USAGE": SourceDown}
    result = await at.answer(QUERY, account=ACCOUNT)
    assert result.data == {"billingAccount": {"usageOptions": None, "usageOptionsState": "UNKNOWN"}}
    assert [error["path"][-1] for error in result.errors] == ["usageOptions"]
    async with harness(utility(1), text=catalog_text(["USAGE"])) as without:
        assert await options(without) is None
    at.fill({**utility(1), "AccountReference": []})
    assert await options(at) is None


async def test_without_the_cis_readings_that_name_the_account_count() -> None:
    tables = utility(1)
    other = on(RECENT[-3:], "1", flow="RECEIVED", account_id="A2")
    tables["DailyUsage"] = on(RECENT[-3:], "1", account_id="A1") + [{**row, "id": f"{row['id']}b"} for row in other]
    text = catalog_text(lookups=lambda record, by: (record, by) != ("IntervalUsage", "account_id"))
    query = QUERY.replace("servicePoints { id }", "")
    async with harness(tables, text=text) as at:
        at.gate.down = {"CIS": SourceDown}
        result = (await at.ask(query, account=ACCOUNT))["billingAccount"]["usageOptions"]
    [option] = result["options"]
    assert (option["flow"], result["complete"]) == ("DELIVERED", False)
    lengths = by_length(option)
    assert (lengths["DAY"][0], lengths["BILL_PERIOD"][0], lengths["HOUR"][0]) == (YES, NONE, UNKNOWN)


async def test_an_unknown_reading_is_no_full_answer(at: Harness) -> None:
    at.held["DailyUsage"] = on(RECENT[-3:], "1")
    at.held["DailyUsage"][0]["value"] = "secret"
    result = await options(at)
    assert result["complete"] is False
    assert by_length(result["options"][0])["DAY"][1:3] == (None, UNKNOWN)


async def test_options_are_four_batches_whatever_the_readings() -> None:
    tables = utility(2)
    tables["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    tables["DailyUsage"] = on(between(date(2024, 1, 1), RECENT[-1]), "1")
    query = QUERY.replace("servicePoints { id }", "")
    async with harness(tables) as at:
        await at.ask(query, account=ACCOUNT)
        limits = sorted(str(batch.window.limit) for batch in at.gate.batches if batch.lookup.record.endswith("Usage"))
    assert at.gate.batch_names() == [
        "AccountReference by account_id x 1",
        "BilledUsage by service_point_id x 2",
        "BillingAccount by id x 1",
        "DailyUsage by service_point_id x 2",
        "DailyUsage by service_point_id x 2",
        "IntervalUsage by service_point_id x 2",
    ]
    assert limits == ["32", "32", "None", "None"]
    assert len(at.gate.rounds) == 2
    widest = [b.window for b in at.gate.batches if b.lookup.record == "DailyUsage" and b.window.limit is None]
    assert [window.until - window.since for window in widest] == [timedelta(days=31)]


async def test_bill_periods_of_the_usage_tab_are_shared(at: Harness) -> None:
    fields = "usage(granularity: BILL_PERIOD) { total } usageOptions { complete }"
    await at.ask(f"query($id: ID!) {{ billingAccount(id: $id) {{ {fields} }} }}", id=ACCOUNT)
    assert at.gate.batch_names().count("BilledUsage by service_point_id x 1") == 1


@pytest.mark.parametrize("point", ["S1", "S2"])
async def test_one_service_point_has_its_own_options(at: Harness, point: str) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    at.held["DailyUsage"] = on(RECENT[-3:], "1") + on(RECENT[-3:], "1", service_point_id="S2", flow="NET")
    at.held["BilledUsage"] = at.held["IntervalUsage"] = []
    result = await options(at, point=global_id("ServicePoint", point))
    assert [each["flow"] for each in result["options"]] == [{"S1": "DELIVERED", "S2": "NET"}[point]]

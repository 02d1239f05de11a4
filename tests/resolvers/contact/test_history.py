"""The days that an interaction history searches, in the zone of its owner."""

from datetime import datetime
from typing import Any

import pytest
from support.harness import NEW_YORK, NOW, Harness, harness
from support.resolvers.answers import keys
from support.resolvers.interaction_queries import BY, days, history, talk
from support.rows import row
from support.utility import CUSTOMER

from gateway.config.query_rules import QueryRules
from gateway.ids import global_id

WHOSE = [("Customer", "C"), ("BillingAccount", "A1"), ("Person", "H")]
FIRST, BEFORE = "2025-11-15T05:00:00Z", "2025-11-15T04:59:59Z"


@pytest.mark.parametrize(("kind", "key"), WHOSE)
async def test_without_a_range_the_newest_months_are_searched(at: Harness, kind: str, key: str) -> None:
    at.held["Interaction"] = [talk("2026-11-15T17:00:00Z"), talk(FIRST), talk(BEFORE)]
    page = await history(at, kind, key)
    assert page["window"] == {"since": "2025-11-15", "until": "2026-11-15"}
    assert keys(page["nodes"]) == ["2026-11-15T17:00:00Z", FIRST]
    assert page["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(("kind", "key"), WHOSE)
async def test_all_interactions_have_no_limit(at: Harness, kind: str, key: str) -> None:
    moments = ["2027-01-01T12:00:00Z", "2026-11-15T17:00:00Z", BEFORE, "1999-12-31T12:00:00Z"]
    at.held["Interaction"] = [talk(each) for each in moments]
    page = await history(at, kind, key, all=True)
    assert page["window"] == {"since": None, "until": None}
    assert keys(page["nodes"]) == moments


@pytest.mark.parametrize(("kind", "key"), WHOSE)
async def test_a_range_may_have_any_length(at: Harness, kind: str, key: str) -> None:
    at.held["Interaction"] = [talk(FIRST), talk(BEFORE), talk("2001-01-01T05:00:00Z")]
    page = await history(at, kind, key, range={"since": "2001-01-01", "until": "2025-11-14"})
    assert page["window"] == {"since": "2001-01-01", "until": "2025-11-14"}
    assert keys(page["nodes"]) == [BEFORE, "2001-01-01T05:00:00Z"]


async def test_an_empty_history_says_which_days_were_searched(at: Harness) -> None:
    at.held["Interaction"] = [talk(BEFORE)]
    page = await history(at, "Customer", "C")
    assert (page["nodes"], page["days"]) == ([], [])
    assert page["window"] == {"since": "2025-11-15", "until": "2026-11-15"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"all": True, "range": {"since": "2026-01-01", "until": "2026-01-02"}}, "not both"),
        ({"range": {"since": "2026-01-02", "until": "2026-01-01"}}, "reversed"),
        ({"first": 0}, "first is from 1 to"),
        ({"after": "nonsense"}, "not a cursor"),
    ],
)
@pytest.mark.parametrize(("kind", "key"), WHOSE)
async def test_invalid_arguments_are_refused_with_a_sentence(
    at: Harness, kind: str, key: str, arguments: Any, message: str
) -> None:
    result = await at.answer(BY[kind], id=global_id(kind, key), **arguments)
    [error] = result.errors
    assert (error["extensions"]["code"], message in error["message"]) == ("BAD_INPUT", True)
    assert "Interaction" not in {each.lookup.record for each in at.gate.batches}


async def test_a_cursor_belongs_to_its_list(at: Harness) -> None:
    at.held["Interaction"] = [talk(f"2026-11-{day}T12:00:00Z") for day in (10, 11)]
    after = (await history(at, "Customer", "C", first=1))["pageInfo"]["endCursor"]
    strangers = [("Customer", "C", {"all": True}), ("BillingAccount", "A1", {}), ("Person", "H", {})]
    for kind, key, arguments in strangers:
        result = await at.answer(BY[kind], id=global_id(kind, key), after=after, **arguments)
        assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"], kind


async def test_the_number_of_months_is_configurable(at: Harness) -> None:
    async with harness(at.held, rules=QueryRules(interaction_months=1)) as other:
        assert (await history(other, "Customer", "C"))["window"]["since"] == "2026-10-15"


async def test_later_pages_search_the_days_of_the_first() -> None:
    held = {
        "Customer": [row("Customer", id="C", customer_number="1")],
        "Interaction": [talk(FIRST), talk("2026-11-14T12:00:00Z")],
    }
    async with harness(held) as today:
        page = await history(today, "Customer", "C", first=1)
    after = page["pageInfo"]["endCursor"]
    async with harness(held, now=datetime(2026, 12, 24, 12, tzinfo=NEW_YORK)) as later:
        second = await history(later, "Customer", "C", first=1, after=after)
    assert (keys(page["nodes"]), keys(second["nodes"])) == (["2026-11-14T12:00:00Z"], [FIRST])
    assert page["window"] == second["window"]


async def test_a_cursor_of_a_future_day_is_refused() -> None:
    held = {"Customer": [row("Customer", id="C", customer_number="1")], "Interaction": [talk("2026-11-14T12:00:00Z")]}
    async with harness(held, now=datetime(2026, 12, 24, 12, tzinfo=NEW_YORK)) as later:
        after = (await history(later, "Customer", "C", first=1))["pageInfo"]["endCursor"]
    async with harness(held) as today:
        result = await today.answer(BY["Customer"], id=CUSTOMER, after=after)
    assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"]


# Midnight in New York and Chicago, and the repeated hour when the clocks go back.
NIGHT = [
    "2026-11-10T06:00:00Z",
    "2026-11-10T05:59:59Z",
    "2026-11-10T05:00:00Z",
    "2026-11-10T04:59:59Z",
    "2026-11-02T05:30:00Z",
    "2026-11-01T07:30:00Z",
    "2026-11-01T06:30:00Z",
    "2026-11-01T05:30:00Z",
    "2026-11-01T04:30:00Z",
]
NEW_YORKS = {"2026-11-10": NIGHT[:3], "2026-11-09": NIGHT[3:4], "2026-11-02": NIGHT[4:5], "2026-11-01": NIGHT[5:]}
CHICAGOS = {"2026-11-10": NIGHT[:1], "2026-11-09": NIGHT[1:4], "2026-11-01": NIGHT[4:8], "2026-10-31": NIGHT[8:]}


@pytest.fixture
def central(at: Harness) -> Harness:
    """Account A1 is in Central time; the utility is in New York."""
    at.held["BillingAccount"][0]["time_zone"] = "America/Chicago"
    at.held["Interaction"] = [talk(each) for each in NIGHT]
    return at


async def test_days_are_in_the_zone_of_account_or_utility(central: Harness) -> None:
    account = await history(central, "BillingAccount", "A1")
    assert dict(days(account)) == CHICAGOS
    assert account["window"] == {"since": "2025-11-15", "until": "2026-11-15"}
    for kind, key in (("Customer", "C"), ("Person", "H")):
        assert dict(days(await history(central, kind, key))) == NEW_YORKS


@pytest.mark.parametrize("day", sorted(CHICAGOS))
async def test_days_of_a_range_are_in_the_account_s_zone(central: Harness, day: str) -> None:
    page = await history(central, "BillingAccount", "A1", range={"since": day, "until": day})
    assert days(page) == [(day, CHICAGOS[day])]


async def test_each_history_in_an_answer_has_its_own_zone(central: Harness) -> None:
    query = """query($id: ID!) { customer(id: $id) { interactions { days { date interactions { id } } }
      accounts { accountNumber interactions { days { date interactions { id } } } } } }"""
    answer = (await central.ask(query, id=CUSTOMER))["customer"]
    assert dict(days(answer["interactions"])) == NEW_YORKS
    assert [dict(days(each["interactions"])) for each in answer["accounts"]] == [CHICAGOS, {}]


async def test_newest_months_end_today_in_the_account_s_zone() -> None:
    held = {"BillingAccount": [row("BillingAccount", id="A1", status="ACTIVE", time_zone="Asia/Tokyo")]}
    async with harness({**held, "Interaction": [talk("2026-11-15T15:30:00Z")]}, now=NOW) as at:
        page = await history(at, "BillingAccount", "A1")
    assert page["window"] == {"since": "2025-11-16", "until": "2026-11-16"}
    assert days(page) == [("2026-11-16", ["2026-11-15T15:30:00Z"])]

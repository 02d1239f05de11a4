"""Days at the ends of the calendar cost no answer: an end that never comes is no end."""

from datetime import date, datetime
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.documents import document
from support.harness import Harness
from support.resolvers.usage_queries import daily, usage
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.contract.record import has_fields, split_optional, stored_fields
from gateway.resolvers.records import RECORDS

OPEN = ("9999-12-31", "0001-01-01", "infinity", "-infinity", "9999-12-31T23:59:59Z")
DAYS = (*OPEN[:4], "9998-12-31", "0002-01-01", "0003-03-31", date.max, date.min, None)
MOMENTS = (*OPEN, "9998-12-31T23:59:59-14:00", "0002-01-01T00:00:00+14:00", datetime.max, None)  # noqa: DTZ901  # infinity
QUERIES = {
    "customer-360": None, "account-header": None, "interactions": None, "overview-tab": None, "billing-tab": None,
    "collections": None, "orders": None, "activities-drawer": None, "widgets": "WarningsWidget",
}  # fmt: skip
COMPARED = """query ($account: ID!) { billingAccount(id: $account) {
    usage(granularity: BILL_PERIOD) { total readings { start end } }
    usageComparison(serviceType: ELECTRIC, granularity: BILL_PERIOD) { __typename }
    insights { total all { code } unknown { code } }
} }"""
FIELDS = [
    (record, name)
    for record, cls in RECORDS.items()
    for name, hint in stored_fields(cls).items()
    if (kind := split_optional(hint)[0]) in (date, datetime) or (has_fields(kind) and "start" in stored_fields(kind))
]


def value(record: str, name: str) -> st.SearchStrategy[Any]:
    """A value of one field, at an end of the calendar or close to it."""
    kind = split_optional(stored_fields(RECORDS[record])[name])[0]
    days = st.sampled_from(DAYS)
    if kind is datetime:
        return st.sampled_from(MOMENTS)
    return days if kind is date else st.fixed_dictionaries({"start": days, "end": days})


CHANGES = st.lists(
    st.sampled_from(FIELDS).flatmap(lambda field: st.tuples(st.just(field), value(*field))), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(changes=CHANGES, query=st.sampled_from([*QUERIES, None]))
async def test_no_day_ends_in_an_internal_error(
    shared: Harness, changes: list[tuple[tuple[str, str], Any]], query: str | None
) -> None:
    held = utility(1)
    for (record, name), day in changes:
        for row in held.get(record, []):
            row[name] = day
    shared.fill(held)
    text, operation = (document(query), QUERIES[query]) if query else (COMPARED, None)
    result = await shared.answer(text, operation, account=ACCOUNT, customer=CUSTOMER)
    codes = {error.get("extensions", {}).get("code") for error in result.errors or ()}
    assert codes <= {"SOURCE_MISREAD"}, result.errors


@pytest.mark.parametrize("end", OPEN)
async def test_an_account_closed_at_no_end_uses_energy(alone: Harness, end: str) -> None:
    alone.held["DailyUsage"] = daily({date(2026, 11, 1): 1})
    alone.held["BillingAccount"][0]["closed_on"] = end
    [series] = await usage(alone, "DAY", "2026-11-01", "2026-11-01")
    assert series["total"] == "1"
    assert (await alone.ask(f'{{ billingAccount(id: "{ACCOUNT}") {{ closedOn }} }}'))["billingAccount"] == {
        "closedOn": None
    }


@pytest.mark.parametrize("end", OPEN)
async def test_open_ends_are_null_in_every_optional_field(alone: Harness, end: str) -> None:
    alone.held["AccountBalance"][0]["next_bill_on"] = end
    alone.held["AccountAlert"][0]["until"] = end
    alone.held["ProgramEnrollment"][0] |= {"since": end, "until": end}
    for person in alone.held["Person"]:
        person["special_needs"] = [{"kind": "LIFE_SUPPORT", "since": end, "until": end}]
    data = await alone.ask(
        "query ($account: ID!) { billingAccount(id: $account) { financialSummary { nextBillOn } alerts { until }"
        " programs { since until } persons { person { specialNeeds { since until } } }"
        " insights { unknown { code } } } }",
        account=ACCOUNT,
    )
    account = data["billingAccount"]
    assert account["financialSummary"] == {"nextBillOn": None}
    assert account["alerts"] == [{"until": None}]
    assert account["programs"] == [{"since": None, "until": None}]
    assert [each["person"]["specialNeeds"] for each in account["persons"]] == [[{"since": None, "until": None}]]


async def test_a_required_day_is_shown_as_it_is(alone: Harness) -> None:
    alone.held["AccountAlert"][0]["since"] = "0001-01-01"
    data = await alone.ask(f'{{ billingAccount(id: "{ACCOUNT}") {{ alerts {{ since }} insights {{ total }} }} }}')
    assert data["billingAccount"]["alerts"] == [{"since": "0001-01-01"}]


def test_every_day_of_a_record_is_tried() -> None:
    assert len(FIELDS) > 70
    assert not any(get_origin(hint) is list and get_args(hint)[0] in (date, datetime) for hint in _hints())


def _hints() -> list[Any]:
    return [split_optional(hint)[0] for cls in RECORDS.values() for hint in stored_fields(cls).values()]

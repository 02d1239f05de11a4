"""A dead system costs its own fields: accounts without the CIS, customers without the CRM."""

from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.errors import InvalidResponse, InvalidRow, SourceDown, SourceTimeout
from gateway.ids import global_id

QUERY = """query($id: ID!) { billingAccount(id: $id) {
  id accountNumber status currency openedOn timeZone customer { id } premises { id } insights { total }
  source { recordId }
  bills { nodes { id occurredAt account { id } } } payments { nodes { id } } balance { current { amount } }
  usage { readings { value } }
  activities(first: 500) { complete sources { system state } nodes { __typename account { id } } }
} }"""
CIS_FIELDS = {"accountNumber", "status", "currency", "openedOn", "timeZone", "customer", "premises"}
FED = {"Bill", "Payment", "ServiceTask", "ServiceRequest", "CollectionProcess"}
HEADER = """query($id: ID!, $account: ID) { customer(id: $id) { id customerNumber status { code }
  party { name } dashboard { available } accounts { accountNumber }
  interactions { nodes { id } }
  header(accountId: $account) { contactName phone accountNumber accounts { accountNumber } } } }"""


def lost(result: Any, *path: str) -> set[str]:
    """The fields under a path that are errors of one code."""
    assert {each["extensions"]["code"] for each in result.errors} <= {"SOURCE_DOWN"}
    paths = [each["path"] for each in result.errors]
    return {each[len(path)] for each in paths if each[: len(path)] == [*path]}


async def test_an_account_without_the_cis_has_what_others_hold(at: Harness) -> None:
    at.held["BilledUsage"][0] |= {"account_id": "A1"}
    at.held["BilledUsage"].append(row("BilledUsage", id="other", service_point_id="S1", account_id=None))
    at.gate.down = {"CIS": SourceDown}
    result = await at.answer(QUERY, id=ACCOUNT)
    account: Any = (result.data or {})["billingAccount"]
    assert lost(result, "billingAccount") == CIS_FIELDS
    assert account["id"] == ACCOUNT
    assert account["source"] == {"recordId": "A1"}
    assert account["bills"]["nodes"][0]["account"] == {"id": ACCOUNT}
    assert (len(account["payments"]["nodes"]), account["balance"]["current"]["amount"]) == (1, "65.00")
    assert account["usage"] == [{"readings": [{"value": "310.5"}]}]


@pytest.mark.parametrize(("failure", "code"), [(SourceDown, "SOURCE_DOWN"), (InvalidResponse, "SOURCE_MISREAD")])
async def test_readings_of_an_account_without_known_days_are_an_error(at: Harness, failure: Any, code: str) -> None:
    at.gate.down = {"BillingAccount by id": failure}  # the cross-reference of the same system answers
    result = await at.answer(QUERY, id=ACCOUNT)
    errors = {each["path"][-1]: each["extensions"]["code"] for each in result.errors}
    assert errors["usage"] == errors["openedOn"] == code
    assert set(errors.values()) == {code}


async def test_an_account_that_cannot_be_read_is_null(at: Harness) -> None:
    at.gate.down = {"A1": InvalidRow}
    result = await at.answer("query($id: ID!) { billingAccount(id: $id) { id } }", id=ACCOUNT)
    assert result.data == {"billingAccount": None}
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_MISREAD"]


INSIGHTS = """query($id: ID!) { billingAccount(id: $id) { insights {
  all { code } unknown { code message } sources { system state } } } }"""


async def test_its_insights_are_decided_as_far_as_others_know(at: Harness) -> None:
    at.held["PayPlanOverdueProcess"][0] |= {"process_status": "ACTIVE"}
    at.gate.down = {"CIS": SourceDown}
    insights = (await at.ask(INSIGHTS, id=ACCOUNT))["billingAccount"]["insights"]
    assert {"PAY_PLAN_OVERDUE", "DATA_INCOMPLETE"} <= {each["code"] for each in insights["all"]}
    unknown = {each["code"]: each["message"] for each in insights["unknown"]}
    assert "CIS did not answer." in unknown["LIFE_SUPPORT"]
    assert {"system": "CIS", "state": "DOWN"} in insights["sources"]


async def test_its_insights_name_the_cis_where_only_the_account_failed(at: Harness) -> None:
    at.gate.down = {"BillingAccount by id": SourceTimeout}
    insights = (await at.ask(INSIGHTS, id=ACCOUNT))["billingAccount"]["insights"]
    assert {"system": "CIS", "state": "TIMEOUT"} in insights["sources"]
    assert any("CIS did not answer in time." in each["message"] for each in insights["unknown"])


async def test_its_activities_name_the_missing_system(at: Harness) -> None:
    at.gate.down = {"CIS": SourceDown}
    feed = ((await at.answer(QUERY, id=ACCOUNT)).data or {})["billingAccount"]["activities"]
    assert {each["__typename"] for each in feed["nodes"]} >= FED
    assert not feed["complete"]
    assert {"system": "CIS", "state": "DOWN"} in feed["sources"]
    types = {each["__typename"] for each in feed["nodes"]}
    assert not types & {"Call", "Chat", "EmailMessage", "ServiceOrder", "FieldOrder", "OutageCall", "Case"}


async def test_usage_without_a_lookup_by_account_is_an_error() -> None:
    def ways(record: str, by: str) -> bool:
        return (record, by) != ("BilledUsage", "account_id")

    async with harness(utility(1), text=catalog_text((), ways)) as at:
        at.gate.down = {"CIS": SourceDown}
        result = await at.answer(QUERY, id=ACCOUNT)
    assert lost(result, "billingAccount") == {*CIS_FIELDS, "usage"}


@pytest.mark.parametrize("error", [SourceDown, SourceTimeout])
async def test_any_way_to_a_known_id_gives_the_object(at: Harness, error: Any) -> None:
    at.gate.down = {"BillingAccount by id": error}
    query = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    assert await at.ask(query, id=ACCOUNT) == {"node": {"id": ACCOUNT}, "nodes": [{"id": ACCOUNT}]}


async def test_an_account_that_does_not_exist_stays_null(at: Harness) -> None:
    assert await at.ask(QUERY, id=global_id("BillingAccount", "nobody")) == {"billingAccount": None}


async def test_an_account_number_needs_the_cis(at: Harness) -> None:
    at.gate.down = {"CIS": SourceDown}
    result = await at.answer('{ billingAccount(accountNumber: "1001") { id } }')
    assert (result.data, len(result.errors)) == ({"billingAccount": None}, 1)


@pytest.mark.parametrize("account", [None, global_id("BillingAccount", "A2")])
async def test_the_header_without_the_crm_shows_what_the_cis_knows(at: Harness, account: Any) -> None:
    at.gate.down = {"CRM": SourceDown}
    result = await at.answer(HEADER, id=CUSTOMER, account=account)
    customer: Any = (result.data or {})["customer"]
    assert lost(result, "customer", "header") == {"contactName", "phone"}
    assert customer["header"]["accountNumber"] == ("1002" if account else "1001")
    assert customer["header"]["accounts"] == [{"accountNumber": "1001"}, {"accountNumber": "1002"}]


async def test_a_customer_without_the_crm_has_accounts_and_interactions(at: Harness) -> None:
    at.gate.down = {"CRM": SourceDown}
    result = await at.answer(HEADER, id=CUSTOMER)
    customer: Any = (result.data or {})["customer"]
    assert lost(result, "customer") == {"customerNumber", "status", "party", "header"}
    assert customer["dashboard"] == {"available": True}
    assert customer["accounts"] == [{"accountNumber": "1001"}, {"accountNumber": "1002"}]
    assert len(customer["interactions"]["nodes"]) == 1


async def test_a_stand_in_is_no_answer_of_the_crm(at: Harness) -> None:
    at.gate.down = {"CRM": SourceDown}
    query = "query($id: ID!) { customer(id: $id) { accounts { customer { ... on Customer { customerNumber } } } } }"
    result = await at.answer(query, id=CUSTOMER)
    assert {each["path"][-1] for each in result.errors} == {"customerNumber"}

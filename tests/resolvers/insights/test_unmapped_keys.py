"""A key that no catalog maps is not configured; a mapped key that a row lacks is missing."""

import re
from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.utility import ACCOUNT, utility

REFERENCES = ("person_ids", "premise_ids", "service_point_ids", "service_agreement_ids", "customer_id")
QUERY = """query ($account: ID!) { billingAccount(id: $account) {
  insights { all { code } unknown { code message } sources { system state } }
  activities(first: 20) { sources { system state } }
} }"""


def without(record: str, *fields: str) -> str:
    """The catalog of the harness, with these fields of a record not mapped."""
    head, table, rest = catalog_text().partition(f"[records.{record}]\n")
    body, more, others = rest.partition("\n[records.")
    for field in fields:
        body = re.sub(rf"^fields\.{field} = .*\n", "", body, flags=re.MULTILINE)
    return head + table + body + more + others


async def told(at: Harness) -> Any:
    return (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]


def bad_states(account: Any) -> set[str]:
    sources = [*account["insights"]["sources"], *account["activities"]["sources"]]
    return {f"{each['system']} {each['state']}" for each in sources} - {
        f"{each['system']} {state}" for each in sources for state in ("OK", "NOT_CONFIGURED")
    }


@pytest.mark.parametrize("field", REFERENCES)
async def test_a_reference_that_is_not_mapped_is_no_alarm(field: str) -> None:
    by = ("by.customer_id = {  }\n", "") if field == "customer_id" else ("", "")
    async with harness(utility(1), text=without("AccountReference", field).replace(*by, 0)) as at:
        account = await told(at)
    assert bad_states(account) == set()
    assert "DATA_INCOMPLETE" not in {each["code"] for each in account["insights"]["all"]}


@pytest.mark.parametrize(("record", "field"), [("Customer", "party_id"), ("BillingAccount", "customer_id")])
async def test_a_key_that_is_not_mapped_is_no_alarm(record: str, field: str) -> None:
    text = without(record, field).replace("by.party_id = {  }", "by.party_id = {  }")
    text = text.replace("by.customer_id = {  }", 'by.customer_id = { key = "customer_id" }')
    async with harness(utility(1), text=text) as at:
        account = await told(at)
    assert bad_states(account) == set()


async def test_a_mapped_reference_that_a_row_lacks_is_missing(alone: Harness) -> None:
    alone.held["AccountReference"][0]["service_point_ids"] = None
    account = await told(alone)
    assert bad_states(account) == {"CIS PARTIAL"}
    assert "DATA_INCOMPLETE" in {each["code"] for each in account["insights"]["all"]}

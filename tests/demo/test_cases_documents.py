"""The ready documents show on planted cases what front ends must not get wrong."""

from pathlib import Path
from typing import Any

import pytest
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

from gateway_demo.cases.index import BY_NAME
from gateway_demo.plan.accounts import account_id

QUERIES = Path(__file__).parent.parent.parent / "gateway" / "server" / "queries"
CLOSED = account_id(2, 5)  # closed in April; its customer has 39 other accounts
OF_ACCOUNT = """query($account: ID!) { billingAccount(id: $account) { id status header { accountNumber }
  activities(first: 5) { nodes { account { ... on BillingAccount { id accountNumber } } } } } }"""


def document(gateway: GatewayClient, name: str, operation: str | None = None, **variables: Any) -> Any:
    """The data that a ready document gets."""
    return gateway.ask((QUERIES / f"{name}.graphql").read_text(encoding="utf-8"), operation, **variables)


def widget(gateway: GatewayClient, operation: str, case: str) -> Any:
    """What a widget shows of a planted case."""
    account = opaque("BillingAccount", BY_NAME[case].account_id)
    return document(gateway, "widgets", operation, account=account)["billingAccount"]


def test_the_last_bill_widget_leaves_out_a_pending_bill(gateway: GatewayClient) -> None:
    [bill, *_] = widget(gateway, "LastBillWidget", "bill pending")["bills"]["nodes"]
    assert bill["issuedOn"] == "2026-10-16"


def test_the_open_requests_widget_shows_work_in_progress(gateway: GatewayClient) -> None:
    requests = widget(gateway, "OpenRequestsWidget", "open requests")["serviceRequests"]["nodes"]
    assert "SR-00006701Q00" in {each["requestNumber"] for each in requests}


def test_activities_of_a_closed_account_are_its_own(gateway: GatewayClient) -> None:
    account = gateway.ask(OF_ACCOUNT, account=opaque("BillingAccount", CLOSED))["billingAccount"]
    assert account["status"] == "FINALED"
    assert account["header"]["accountNumber"] == "4417-0000-0205"
    owners = [each["account"] for each in account["activities"]["nodes"]]
    assert {each["accountNumber"] for each in owners if each} == {"4417-0000-0205"}
    assert len(owners) == 5
    assert None not in owners


def test_the_overview_of_a_quiet_account_is_not_empty(gateway: GatewayClient) -> None:
    account = opaque("BillingAccount", BY_NAME["prospect with a former account"].account_id)
    assert document(gateway, "overview-tab", account=account)["billingAccount"]["activities"]["nodes"]


@pytest.mark.parametrize("case", ["prospect with a former account", "plain residential"])
def test_customer_360_has_accounts_where_it_has_a_dashboard(gateway: GatewayClient, case: str) -> None:
    customer = document(gateway, "customer-360", customer=opaque("Customer", BY_NAME[case].customer_id))["customer"]
    assert customer["dashboard"]["available"]
    assert customer["accounts"]

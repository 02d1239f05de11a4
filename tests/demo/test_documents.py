"""Every example query is answered without errors for every planted case."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque
from support.documents import NAMES, document, operations

from gateway_demo.cases.index import BY_NAME, CASES, Case

Request = tuple[str, str, dict[str, Any]]
OF_ACCOUNT = ("activities-drawer", "billing-tab", "collections", "orders", "overview-tab", "widgets")
OF_CUSTOMER = ("account-header", "customer-360", "interactions")
RANGE = {"since": "2026-05-16", "until": "2026-11-15"}
TYPES = "query($id: ID!) { billingAccount(id: $id) { serviceAgreements { serviceType } } }"
FAILING = ("STALE", "TIMEOUT", "OVERLOADED", "PARTIAL", "DOWN", "FORBIDDEN", "NOT_CONFIGURED")
YOUNG = ("moves in next week", "just moved in")  # no bill yet
KINDS = ("BILL", "PAYMENT", "ADJUSTMENT")
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
with_account = pytest.mark.parametrize("case", [each for each in CASES if each.account_id], ids=lambda case: case.name)


def requests(case: Case) -> Iterator[Request]:
    """Every operation that applies to a case, with its variables."""
    customer = {"customer": opaque("Customer", case.customer_id)}
    for name in OF_CUSTOMER:
        yield from _each(name, customer)
    if case.account_number:
        account = {"account": opaque("BillingAccount", case.account_id)}
        for name in OF_ACCOUNT:
            yield from _each(name, account)
        yield from _each("account-header", customer | account)
        yield from _each("pages", customer | account)
        yield from _each("search", {"by": {"accountNumber": case.account_number}})
        yield from _each("search-box", {"text": case.account_number})
        yield from _each("activities-drawer", {**account, "range": RANGE, "categories": ["EMAIL"]})
        yield from _each("billing-tab", {**account, "filter": {**RANGE, "kinds": list(KINDS)}, "first": 5})


def _each(name: str, variables: dict[str, Any]) -> Iterator[Request]:
    return ((name, operation, variables) for operation in operations(name))


def test_every_document_is_requested() -> None:
    named = {*OF_ACCOUNT, *OF_CUSTOMER, "pages", "search", "search-box", "usage-tab", "activity-detail"}
    assert named == set(NAMES)


@every_case
def test_every_document_is_answered_without_errors(gateway: GatewayClient, case: Case) -> None:
    for name, operation, variables in requests(case):
        data = gateway.ask(document(name), operation, **variables)
        assert all(each is not None for each in data.values()), name
        assert set(missing(data)) == set(), name


def missing(value: Any) -> Iterator[str]:
    """The systems that an answer reports as incomplete."""
    if isinstance(value, list):
        for each in value:
            yield from missing(each)
    if isinstance(value, dict):
        if value.get("complete") is False or value.get("state", "OK") in FAILING:
            yield str(value.get("system", "a feed"))
        for each in value.values():
            yield from missing(each)


@with_account
def test_every_service_of_an_account_has_its_usage(gateway: GatewayClient, case: Case) -> None:
    account = opaque("BillingAccount", case.account_id)
    agreements = gateway.ask(TYPES, id=account)["billingAccount"]["serviceAgreements"]
    for kind in {each["serviceType"] for each in agreements} - {None}:
        variables = {"account": account, "serviceType": kind}
        billed, _ = (
            gateway.ask(document("usage-tab"), **variables, granularity=unit)["billingAccount"]["usage"]
            for unit in ("BILL_PERIOD", "MONTH")
        )
        assert {each["granularity"] for each in billed} == {"BILL_PERIOD"} or case.name in YOUNG


@with_account
def test_every_kind_of_activity_opens(gateway: GatewayClient, case: Case) -> None:
    account = opaque("BillingAccount", case.account_id)
    drawer = gateway.ask(document("activities-drawer"), account=account, first=60)
    edges = drawer["billingAccount"]["activities"]["edges"]
    one_of_each = {edge["node"]["__typename"]: edge["node"] for edge in edges}
    for node in one_of_each.values():
        opened = gateway.ask(document("activity-detail"), id=node["id"])["node"]
        assert {name: opened[name] for name in ("id", "__typename", "occurredAt", "title")} == {
            name: node[name] for name in ("id", "__typename", "occurredAt", "title")
        }


def test_a_name_is_found_without_its_accents(gateway: GatewayClient) -> None:
    for text in ("zoe nunez-ostergard", "Zoë Núñez", "ostergard zoe"):
        hits = gateway.ask(document("search"), by={"name": text})["search"]["nodes"]
        assert opaque("Customer", BY_NAME["accents"].customer_id) in [each["id"] for each in hits], text

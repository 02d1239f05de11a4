"""Feeds across windows, and those of customers, against the demo's truth."""

from collections import Counter

import pytest
from support.demo.demo_folders import DemoFolder, account
from support.demo.feed_queries import feed, pages
from support.demo.running_demo import GatewayClient
from support.demo.truth import FeedTruth

from gateway_demo.cases.index import BY_NAME


@pytest.fixture(scope="module")
def truth(large_demo: DemoFolder) -> FeedTruth:
    return FeedTruth(large_demo)


@pytest.mark.parametrize("name", ["ties in time", "window edges", "the repeated hour", "busy window"])
def test_pages_across_windows_give_the_list_of_windows(gateway: GatewayClient, name: str) -> None:
    by_window = feed(gateway, account(name), first=500)
    assert feed(gateway, account(name), first=37, across=True) == by_window
    sizes = [len(page["nodes"]) for page in pages(gateway, account(name), first=37, across=True)]
    assert sizes == [37] * (len(by_window) // 37) + [len(by_window) % 37] * (len(by_window) % 37 > 0)


@pytest.mark.parametrize("case", ["null-account calls, two accounts", "null-account calls, one account"])
def test_a_customers_feed_joins_those_of_all_accounts(gateway: GatewayClient, truth: FeedTruth, case: str) -> None:
    customer = BY_NAME[case].customer_id
    accounts = truth.accounts(customer)
    joined = {entry for each in accounts for entry in truth.feed(each)}
    customers = feed(gateway, accounts[0], first=500, scope="CUSTOMER", across=True)
    assert Counter(customers) == Counter({*customers})
    without_account = {entry for entry in customers if entry not in joined}
    assert joined <= {*customers}
    assert Counter(kind for kind, _, _ in without_account) == ({"Call": 2, "Chat": 1} if len(accounts) > 1 else {})
    assert {entry for each in accounts for entry in feed(gateway, each, first=500, scope="CUSTOMER")} == {*customers}

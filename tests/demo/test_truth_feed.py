"""The gateway's feeds equal the demo's own files, for a hundred accounts."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.feed_queries import feed
from support.demo.running_demo import GatewayClient
from support.demo.truth import FeedTruth

ACCOUNTS = 100


@pytest.fixture(scope="module")
def truth(large_demo: DemoFolder) -> FeedTruth:
    return FeedTruth(large_demo)


@pytest.fixture(scope="module")
def accounts(large_demo: DemoFolder) -> list[str]:
    rows = large_demo.ask("cis", "SELECT ACCT_ID FROM CI_ACCT ORDER BY ACCT_ID")
    return random.Random(360).sample([row["ACCT_ID"] for row in rows], ACCOUNTS)  # noqa: S311  # a sample


def test_the_feed_has_every_record_once_newest_first(
    gateway: GatewayClient, truth: FeedTruth, accounts: list[str]
) -> None:
    with ThreadPoolExecutor(4) as pool:
        feeds = list(pool.map(lambda account: feed(gateway, account), accounts))
    for account, entries in zip(accounts, feeds, strict=True):
        assert Counter(entries) == Counter(truth.feed(account)), account
        times = [when for _, _, when in entries]
        assert times == sorted(times, reverse=True), account

"""What the gateway answers is what the demo's own files say, for a hundred accounts."""

import random
from collections import Counter

import pytest
from feed_asking import feed
from finished import Demo
from running import Asker
from truth import Truth

ACCOUNTS = 100


@pytest.fixture(scope="module")
def truth(finished: Demo) -> Truth:
    return Truth(finished)


@pytest.fixture(scope="module")
def accounts(finished: Demo) -> list[str]:
    rows = finished.ask("cis", "SELECT ACCT_ID FROM CI_ACCT ORDER BY ACCT_ID")
    return random.Random(360).sample([row["ACCT_ID"] for row in rows], ACCOUNTS)  # noqa: S311  # a sample


def test_the_feed_holds_everything_that_happened_and_each_once(
    gateway: Asker, truth: Truth, accounts: list[str]
) -> None:
    for account in accounts:
        assert Counter(feed(gateway, account)) == Counter(truth.feed(account)), account


def test_the_feed_is_newest_first(gateway: Asker, accounts: list[str]) -> None:
    for account in accounts[:10]:
        times = [when for _, _, when in feed(gateway, account)]
        assert times == sorted(times, reverse=True)

"""The activity feed of an account, followed through all its pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from support.demo.running_demo import GatewayClient
from support.demo.truth import FeedEntry, opaque

FEED = """
query Feed($account: ID!, $first: Int!, $after: String, $range: DateRange, $types: [ActivityType!]) {
  billingAccount(id: $account) {
    activities(first: $first, after: $after, range: $range, types: $types) {
      nodes { __typename id occurredAt } complete
      window { since until }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


def instant(text: str) -> datetime:
    """An instant as the gateway writes it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def pages(gateway: GatewayClient, account: str, first: int = 50, **asked: Any) -> Iterator[Any]:
    """One page after another, until there is none."""
    after = None
    while True:
        data = gateway.ask(FEED, account=opaque("BillingAccount", account), first=first, after=after, **asked)
        page = data["billingAccount"]["activities"]
        assert page["complete"]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def feed(gateway: GatewayClient, account: str, first: int = 50, **asked: Any) -> list[FeedEntry]:
    """Everything that the feed gives, in its order."""
    return [
        (node["__typename"], node["id"], instant(node["occurredAt"]))
        for page in pages(gateway, account, first, **asked)
        for node in page["nodes"]
    ]

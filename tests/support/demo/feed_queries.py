"""The activity feed of an account, followed through all its pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from support.demo.running_demo import GatewayClient
from support.demo.truth import FeedEntry, opaque

FEED = """
query Feed($account: ID!, $first: Int!, $after: String, $range: DateRange, $types: [ActivityType!],
           $scope: ActivityScope! = ACCOUNT, $across: Boolean! = false) {
  billingAccount(id: $account) {
    activities(first: $first, after: $after, range: $range, types: $types, scope: $scope, acrossWindows: $across) {
      nodes { __typename id occurredAt } complete
      window { since until }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


def instant(text: str) -> datetime:
    """Parse an instant of an answer."""
    return datetime.fromisoformat(text).astimezone(UTC)


def pages(gateway: GatewayClient, account: str, first: int = 50, **filters: Any) -> Iterator[Any]:
    """Yield the pages until there is no next one."""
    after = None
    while True:
        data = gateway.ask(FEED, account=opaque("BillingAccount", account), first=first, after=after, **filters)
        page = data["billingAccount"]["activities"]
        assert page["complete"]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def feed(gateway: GatewayClient, account: str, first: int = 50, **filters: Any) -> list[FeedEntry]:
    """All entries of the feed, in order."""
    return [
        (node["__typename"], node["id"], instant(node["occurredAt"]))
        for page in pages(gateway, account, first, **filters)
        for node in page["nodes"]
    ]

"""The fields `activities`: of an account, and of a customer."""

from typing import Any

import strawberry

from gateway.resolvers.account.core import REFERENCE, AccountReference
from gateway.resolvers.activity.account_streams import ACTIVITIES
from gateway.resolvers.activity.activity_feed import FeedQuery, activity_feed
from gateway.resolvers.activity.feed_connection import CustomerActivityConnection
from gateway.resolvers.activity.feed_owner import ActivityScope, feed_of_account, feed_of_customer
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType
from gateway.resolvers.graph.connections import PageRequest
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.record_names import BILLING_ACCOUNT
from gateway.resolvers.graph.relations import loads, relation
from gateway.resolvers.graph.values import DateRange

ACTIVITY_RELATIONS = tuple(relation(activity, *activity.ACCOUNT_LOOKUPS) for activity in ACTIVITIES)
CUSTOMER_RELATIONS = (
    relation(BILLING_ACCOUNT, "customer_id"),
    relation(AccountReference, "customer_id", "account_id", required=False),
)
ARGUMENTS = """

categories: Only activities of these categories; null or empty for all.
types: Only activities of these types; null or empty for all.
range: Only activities of these days, at most `window.maxMonths`; null for all searchable years.
include_pending_bills: True to include bills that were never issued.
across_windows: True to fill each page from as many windows as it takes. `hasNextPage` is then false at the
    end, also while a system is away; `pageInfo.owed` says what is missing.
"""


def account_activities() -> Any:
    """The field of an account."""

    async def resolve(
        self: Any,
        info: Info,
        categories: list[ActivityCategory] | None = None,
        types: list[ActivityType] | None = None,
        range: DateRange | None = None,
        include_pending_bills: bool = False,
        scope: ActivityScope = ActivityScope.ACCOUNT,
        across_windows: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> CustomerActivityConnection | None:
        request = PageRequest(range, first, after)
        query = FeedQuery(categories, types, request, include_pending_bills, across_windows)
        return await activity_feed(info, feed_of_account(info, self, scope), query)

    resolve.__doc__ = (
        """Everything that happened on the account, from all systems, newest first.

Pages go back through the searchable years, window by window, past empty windows. Null if an argument is invalid.
"""
        + ARGUMENTS
        + "scope: Whose activities: those of the account, or of its customer across all accounts.\n"
    )
    return strawberry.field(resolver=resolve, metadata=loads(REFERENCE, *ACTIVITY_RELATIONS))


def customer_activities() -> Any:
    """The field of a customer."""

    async def resolve(
        self: Any,
        info: Info,
        categories: list[ActivityCategory] | None = None,
        types: list[ActivityType] | None = None,
        range: DateRange | None = None,
        include_pending_bills: bool = False,
        across_windows: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> CustomerActivityConnection | None:
        request = PageRequest(range, first, after)
        query = FeedQuery(categories, types, request, include_pending_bills, across_windows)
        return await activity_feed(info, feed_of_customer(info, self.id), query)

    resolve.__doc__ = (
        """Everything that happened with the customer, on all accounts and on none, from all systems, newest first.

Closed accounts are included. Pages and windows are those of `BillingAccount.activities`, by days of the utility's time
zone. Null if an argument is invalid, or if the utility cannot list the accounts of a customer.
"""
        + ARGUMENTS
    )
    return strawberry.field(resolver=resolve, metadata=loads(*CUSTOMER_RELATIONS, *ACTIVITY_RELATIONS))

"""The requests that are sent under faults: the example queries, for planted customers with many records."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.ids import global_id
from gateway_demo.cases.index import BY_NAME
from support.documents import document

ResponseBody = Mapping[str, Any]
_EVERY_INSIGHT = """query Insights($account: ID!) { billingAccount(id: $account) { insights {
  total top { ...Said } all { ...Said } unknown { ...Said } sources { system state } } } }
  fragment Said on Insight { code area severity state title message amount { amount currency } }"""
_OF_CUSTOMER = """query InsightsOfAll($customer: ID!) { customer(id: $customer) { id accounts { id insights {
  total top { ...Said } all { ...Said } unknown { ...Said } sources { system state } } } } }
  fragment Said on Insight { code area severity state title message amount { amount currency } }"""


@dataclass(frozen=True)
class GraphQLRequest:
    """A document and its variables; `long` is the same document with longer lists."""

    name: str
    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def long(self) -> "GraphQLRequest":
        """The same request with lists long enough to hold everything."""
        text = re.sub(r"first: \d+", "first: 300", self.text)
        if " all {" not in text:
            text = re.sub(r"top (\{(?:[^{}]|\{[^{}]*\})*\})", r"top \1 all \1", text)
        return replace(self, text=text)


def requests_of(case: str) -> list[GraphQLRequest]:
    """All requests about a planted case."""
    planted = BY_NAME[case]
    customer = {"customer": global_id("Customer", planted.customer_id)}
    account = {"account": global_id("BillingAccount", planted.account_id)}
    usage = {**account, "serviceType": "ELECTRIC"}
    return [
        GraphQLRequest("customer-360", document("customer-360"), customer),
        GraphQLRequest("insights", _EVERY_INSIGHT, account),
        GraphQLRequest("insights of all", _OF_CUSTOMER, customer),
        GraphQLRequest("overview-tab", document("overview-tab"), account),
        GraphQLRequest("usage-tab", document("usage-tab"), usage),
        GraphQLRequest("usage by day", document("usage-tab"), {**usage, "granularity": "DAY"}),
        GraphQLRequest("orders", document("orders"), account),
        GraphQLRequest("collections", document("collections"), account),
        GraphQLRequest("billing-tab", document("billing-tab"), account),
        GraphQLRequest("interactions", document("interactions"), customer),
        GraphQLRequest("account-header", document("account-header"), {**customer, **account}),
    ]


SEARCHES = [
    GraphQLRequest("search by name", document("search"), {"by": {"name": "john smith"}}),
    GraphQLRequest(
        "search by number", document("search"), {"by": {"accountNumber": BY_NAME["plain residential"].account_number}}
    ),
    GraphQLRequest("box with a name", document("search-box"), {"text": "Smith, John"}),
    GraphQLRequest("box with a number", document("search-box"), {"text": BY_NAME["plain residential"].account_number}),
    GraphQLRequest("search by address", document("search"), {"by": {"address": "104"}}),
]

DRAWER = document("activities-drawer")


def page_of_feed(case: str, after: str | None, first: int = 60) -> GraphQLRequest:
    """The page of the activity feed after this cursor."""
    account = global_id("BillingAccount", BY_NAME[case].account_id)
    return GraphQLRequest("feed", DRAWER, {"account": account, "first": first, "after": after})


def full_page_of_feed(case: str, after: str | None, first: int) -> GraphQLRequest:
    """The page across windows after this cursor, with what it owes."""
    text = DRAWER.replace("activities(", "activities(acrossWindows: true, ")
    text = text.replace("hasNextPage", "hasNextPage owed { system code since until }")
    return replace(page_of_feed(case, after, first), text=text)

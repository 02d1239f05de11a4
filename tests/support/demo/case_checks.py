"""Queries of planted cases: one answer with the fields that any case shows."""

from typing import Any

from gateway_demo.cases.index import BY_NAME
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

TODAY = "2026-11-15"
LOOK = """
query Look($account: ID!) {
  billingAccount(id: $account) {
    id accountNumber status timeZone closedOn openedOn customerClass { code }
    balance {
      current { amount } payoff { amount } pastDue { amount } deposit { amount }
    }
    bills(first: 15) { nodes {
      issuedOn dueOn status isFinal isEstimated period { days } currentCharges { amount }
      unpaidAmount { amount }
    } }
    payments(first: 40) { nodes { paidOn status amount { amount } } }
    adjustments(first: 10) { nodes { status { code } amount { amount } } }
    autopay { nextDrawOn } scheduledPayments { dueOn origin amount { amount } }
    programs { kind } persons { role person { name } }
    creditProcesses {
      __typename processStatus nextEvent { status trigger: triggerDate eventType { code } }
      ... on CutProcess { cutOn }
    }
    paymentArrangements { status installments installmentsBilled remaining { amount } }
    payPlans { status payments { dueOn amount { amount } received { amount } } }
    creditProfile {
      creditRating ratingThreshold isCashOnly postponeReviewUntil debt { inCollections { amount } }
    }
    premises { isVacant lifeSupport address { line1 } servicePoints { state serviceType } }
    serviceAgreements { serviceType status until }
    alerts { text } inForce: alerts(activeOn: "2026-11-15") { text }
    outages { id status startedAt estimatedRestoration }
    allOutages: outages(activeOnly: false) { id status }
    serviceRequests(first: 10) { nodes { state severity dueAt resolvedAt } }
    open: serviceRequests(state: OPEN) { nodes { state } }
    serviceOrders(first: 10) { nodes { kind state requestedFor } }
    fieldOrders(first: 10) { nodes { state scheduledFrom scheduledTo } }
    activities(first: 400) { nodes {
      __typename id occurredAt
      ... on Call { resolution { code } account { id } }
      ... on EmailMessage { delivery }
      ... on Chat { transcript { text } }
      ... on Case { isOpen }
      ... on RebateClaim { status { code } approved { amount } }
    } }
    customer {
      id status { code }
      dashboard { available reason landing }
      party {
        __typename name roles contactPoints { kind } restrictions { channel isActive }
        ... on Person { specialNeeds { kind until } }
        ... on PartyRelationship { person { name } organization { name } }
      }
      accounts { id } all: accounts(includeClosed: true) { id status }
      interactions(first: 5) { nodes { id status endedAt wrapUp { result { code } } } }
    }
  }
}
"""
CUSTOMER = """
query Customer($id: ID!) {
  customer(id: $id) { dashboard { available reason landing } party { roles } accounts { id } status { code } }
}
"""
USAGE = """
query Usage($account: ID!, $by: UsageGranularity!, $range: DateRange) {
  billingAccount(id: $account) {
    usage(granularity: $by, range: $range) {
      serviceType flow total readings { start value quality }
    }
  }
}
"""


def account_view(gateway: GatewayClient, name: str) -> Any:
    """The answer about a case's first account."""
    account = opaque("BillingAccount", BY_NAME[name].account_id)
    return gateway.ask(LOOK, account=account)["billingAccount"]


def customer(gateway: GatewayClient, name: str) -> Any:
    """The answer about a customer without accounts."""
    return gateway.ask(CUSTOMER, id=opaque("Customer", BY_NAME[name].customer_id))["customer"]


def usage(gateway: GatewayClient, name: str, by: str, since: str, until: str = TODAY) -> Any:
    """The usage of a case's first account."""
    account = opaque("BillingAccount", BY_NAME[name].account_id)
    variables: dict[str, Any] = {"account": account, "by": by, "range": {"since": since, "until": until}}
    return gateway.ask(USAGE, **variables)["billingAccount"]["usage"]


def amount(money: Any) -> float:
    """An amount as a number."""
    return float(money["amount"])


def kinds(account: Any) -> set[str]:
    """The types in the newest window of the feed."""
    return {each["__typename"] for each in account["activities"]["nodes"]}


def active(account: Any) -> set[str]:
    """The types of active processes."""
    return {each["__typename"] for each in account["creditProcesses"] if each["processStatus"] == "ACTIVE"}

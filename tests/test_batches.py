"""The batches of each example query: as few as possible."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest
from support.documents import NAMES, document, operations
from support.harness import Harness, harness
from support.utility import ACCOUNT, VARIABLES, utility

# The cross-reference is loaded only if a field needs it.
ACCOUNT_ONLY = ["BillingAccount by id"]
START = [*ACCOUNT_ONLY, "AccountReference by account_id"]
CREDIT = [
    f"{name} by account_id"
    for name in (
        "CashOnlyHistory",
        "CollectionProcess",
        "CreditRatingHistory",
        "CutProcess",
        "PayPlanOverdueProcess",
        "PaymentArrangement",
        "SeveranceProcess",
        "WriteOffProcess",
    )
]
FEED = [
    *CREDIT,
    *(f"{name} by account_id" for name in ("Bill", "Call", "Case", "Chat", "CustomerContact", "Payment")),
    *(f"{name} by account_id" for name in ("RebateClaim", "ServiceRequest", "ServiceTask")),
    "EmailMessage by customer_id",
    "FieldOrder by service_point_id",
    "OutageCall by premise_id",
    "ServiceOrder by service_point_id",
]
# Insights load these besides.
PARTIES = ["ContactRestriction by party_id", "Person by account_id"]
INSIGHTS = [
    *(f"{name} by account_id" for name in ("AccountAlert", "AutopayInstruction", "PayPlan")),
    *("DailyUsage by service_point_id", "Interaction by account_id", "ServicePoint by id"),
    *("BilledUsage by service_point_id", "OutageEvent by premise_id", "Premise by id"),
    *(f"{name} by account_id" for name in ("AccountBalance", "CreditProfile", "ProgramEnrollment")),
    *("ProcessEvent by process_id", "ServiceAgreement by account_id", *PARTIES),
    "BillSegment by bill_id",
]
# For a view of one account: the customer's other accounts, and promises for any of them.
OTHERS = [
    "Interaction by customer_id",
    *("Customer by id", "BillingAccount by customer_id"),
    *("AccountBalance by account_id", "CollectionProcess by account_id"),
]
PERSON = ["BillingAccount by customer_id", "Person by id"]
# Records that may cause warnings.
WARNING_RECORDS = (
    *("Bill", "Call", "Chat", "CustomerContact", "FieldOrder", "Payment", "PaymentArrangement"),
    *("CollectionProcess", "CutProcess", "PayPlanOverdueProcess", "SeveranceProcess", "WriteOffProcess"),
    *("ServiceOrder", "ServiceRequest"),
)
BATCHES: dict[str, Sequence[str]] = {
    "AccountHeader": ["Customer by id", *PERSON],
    "ActivitiesDrawer": [*START, *FEED, "ProcessEvent by process_id"],
    "ActivityDetail": ["Call by id", "BillingAccount by id"],
    "BillingTab": [
        *ACCOUNT_ONLY,
        "Bill by account_id",
        "Payment by account_id",
        "Adjustment by account_id",
        "ScheduledPayment by account_id",
        "BillSegment by bill_id",
        "PaymentTender by payment_id",
    ],
    "Collections": [
        *START,
        *CREDIT,
        "AccountBalance by account_id",
        "CreditProfile by account_id",
        "PayPlan by account_id",
        "ProcessEvent by process_id",
        "ScheduledPayment by pay_plan_id",
    ],
    "Customer360": [
        "Customer by id",
        *PERSON,
        "AccountReference by customer_id",
        "Interaction by customer_id",
        *FEED,
        *INSIGHTS,
        "PaymentTender by payment_id",
        "ScheduledPayment by account_id",
        "ServicePoint by premise_id",
    ],
    "Interactions": [
        "Customer by id",
        "Interaction by customer_id",
        "BillingAccount by id",
        "InteractionActivity by interaction_id",
        "MediaItem by interaction_id",
        "Person by id",
    ],
    "Orders": [
        *START,
        "FieldOrder by service_order_id",
        "FieldOrder by service_point_id",
        "OutageEvent by premise_id",
        "Premise by id",
        "ServiceOrder by service_point_id",
        "ServicePoint by id",
        "ServiceRequest by account_id",
    ],
    "OverviewTab": [*START, *FEED, *INSIGHTS, *OTHERS, "Person by id", "ScheduledPayment by account_id"],
    "Search": ["Customer by name", *PERSON],
    "SearchBox": [
        "AccountReference by customer_id",
        "BillingAccount by customer_id",
        "Customer by name",
        "Person by id",
        "Premise by id",
    ],
    "UsageTab": [
        *START,
        "BilledUsage by service_point_id",
        "DailyUsage by service_point_id",
        "Premise by id",
        "ServicePoint by premise_id",
    ],
    "BalanceWidget": [*ACCOUNT_ONLY, "AccountBalance by account_id"],
    "LastBillWidget": [*ACCOUNT_ONLY, "Bill by account_id"],
    "OpenRequestsWidget": [*ACCOUNT_ONLY, "ServiceRequest by account_id"],
    "WarningsWidget": [*START, *INSIGHTS, *OTHERS, *(each for each in FEED if each.split()[0] in WARNING_RECORDS)],
    "OutageWidget": [*START, "OutageEvent by premise_id"],
    "BillsPage": [*ACCOUNT_ONLY, "Bill by account_id"],
    "PaymentsPage": [*ACCOUNT_ONLY, "Payment by account_id", "PaymentTender by payment_id"],
    "ServiceRequestsPage": [*ACCOUNT_ONLY, "ServiceRequest by account_id"],
    "ServiceOrdersPage": [
        *START,
        *("FieldOrder by service_order_id", "ServiceOrder by service_point_id"),
        *("Premise by id", "ServicePoint by id"),
    ],
    "FieldOrdersPage": [*START, "FieldOrder by service_point_id"],
    "FinancialHistoryPage": [
        *ACCOUNT_ONLY,
        *("Adjustment by account_id", "Bill by account_id", "Payment by account_id"),
        *("BillSegment by bill_id", "PaymentTender by payment_id"),
    ],
    "ActivitiesPage": [*START, *FEED],
    "InteractionsPage": ["Customer by id", "Interaction by customer_id"],
}
# With a single account, conversations are loaded by customer, too.
SINGLE_ACCOUNT = ("Call by customer_id", "Chat by customer_id", "Interaction by customer_id")
DOCUMENTS = [(name, operation) for name in NAMES for operation in operations(name)]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, as its utility outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    """One utility for all tests; each fills it with its own rows."""
    async with harness({}) as at:
        yield at


async def batches_of(at: Harness, name: str, operation: str) -> list[str]:
    """The lookup of each batch that a document takes."""
    await at.ask(document(name), operation, **VARIABLES)
    return sorted(batch.lookup.name for batch in at.gate.batches)


@pytest.mark.parametrize(("name", "operation"), DOCUMENTS)
async def test_a_document_takes_one_batch_per_lookup(at: Harness, name: str, operation: str) -> None:
    at.fill(utility(2))
    assert await batches_of(at, name, operation) == sorted(BATCHES.get(operation, ()))


async def test_the_360_takes_at_most_four_rounds(at: Harness) -> None:
    at.fill(utility(50))
    await batches_of(at, "customer-360", "Customer360")
    rounds = [sorted({batch.lookup.record for batch in batches}) for batches in at.gate.rounds]
    assert len(rounds) <= 4
    assert rounds[:2] == [["Customer"], ["AccountReference", "BillingAccount", "Interaction", "Person"]]
    assert rounds[3] == ["BillSegment", "PaymentTender", "ProcessEvent"]


@pytest.mark.parametrize(("name", "operation"), DOCUMENTS)
async def test_fifty_accounts_take_as_many_batches_as_one(at: Harness, name: str, operation: str) -> None:
    batches = []
    for accounts in (1, 2, 50):
        at.fill(utility(accounts))
        lookups = await batches_of(at, name, operation)
        batches.append([lookup for lookup in lookups if lookup not in SINGLE_ACCOUNT])
    assert batches[1] == batches[2]
    # Balances of other accounts are loaded only if there are any.
    assert set(batches[0]) == set(batches[1])


async def test_a_batch_holds_each_key_once(at: Harness) -> None:
    at.fill(utility(50))
    await batches_of(at, "customer-360", "Customer360")
    for batch in at.gate.batches:
        assert max(Counter(batch.keys).values()) == 1
    by_account = [batch for batch in at.gate.batches if batch.lookup.name == "Bill by account_id"]
    assert [len(batch.keys) for batch in by_account] == [50]


async def test_a_batch_is_limited_to_the_page(at: Harness) -> None:
    at.fill(utility(1))
    await batches_of(at, "widgets", "LastBillWidget")
    [bills] = [batch for batch in at.gate.batches if batch.lookup.record == "Bill"]
    assert bills.window.limit == 2


async def test_lists_and_feed_of_an_account_share_a_batch(at: Harness) -> None:
    query = """query($account: ID!) { billingAccount(id: $account) {
      bills(first: 3) { nodes { id } } last: bills(first: 1) { nodes { id } }
      financialHistory(first: 7) { nodes { kind } } activities(first: 20) { nodes { id } } } }"""
    at.fill(utility(1))
    await at.ask(query, account=ACCOUNT)
    # Balances need the newest 500 entries, and the order of a financial history needs balances.
    assert [batch.window.limit for batch in at.gate.batches if batch.lookup.record == "Bill"] == [500]

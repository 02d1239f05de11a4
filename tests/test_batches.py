"""As few questions as there can be: what each of the project's documents asks of the systems."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest
from support.documents import NAMES, document, operations
from support.utility import ACCOUNT, CUSTOMER, utility
from support.world import World, world

from gateway.ids import global_id

VARIABLES = {
    "customer": CUSTOMER,
    "account": ACCOUNT,
    "id": global_id("Call", "Call1"),
    "by": {"name": "ada"},
    "serviceType": "ELECTRIC",
}
# The cross-reference is asked only where something starts from it.
ALONE_STANDING = ["BillingAccount by id"]
START = [*ALONE_STANDING, "AccountReference by account_id"]
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
# What insights need besides: all that may be said of an account.
PARTIES = ["ContactRestriction by party_id", "Person by account_id"]
INSIGHTS = [
    *(f"{name} by account_id" for name in ("AccountAlert", "AutopayInstruction", "PayPlan")),
    *("DailyUsage by service_point_id", "Interaction by account_id", "ServicePoint by id"),
    *("BilledUsage by service_point_id", "OutageEvent by premise_id", "Premise by id"),
    *(f"{name} by account_id" for name in ("AccountBalance", "CreditProfile", "ProgramEnrollment")),
    *("ProcessEvent by process_id", "ServiceAgreement by account_id", *PARTIES),
    "BillSegment by bill_id",
]
# Of the customer, where one account alone is viewed: his other accounts, found and then asked about, and
# what he was promised whichever account it is about.
OTHERS = [
    "Interaction by customer_id",
    *("Customer by id", "BillingAccount by customer_id"),
    *("AccountBalance by account_id", "CollectionProcess by account_id"),
]
PERSON = ["BillingAccount by customer_id", "Person by id"]
# What may be worth a warning: e-mails, cases and the like are not.
WARNED_OF = (
    *("Bill", "Call", "Chat", "CustomerContact", "FieldOrder", "Payment", "PaymentArrangement"),
    *("CollectionProcess", "CutProcess", "PayPlanOverdueProcess", "SeveranceProcess", "WriteOffProcess"),
    *("ServiceOrder", "ServiceRequest"),
)
ASKED: dict[str, Sequence[str]] = {
    "AccountHeader": ["Customer by id", *PERSON],
    "ActivitiesDrawer": [*START, *FEED, "ProcessEvent by process_id"],
    "ActivityDetail": ["Call by id", "BillingAccount by id"],
    "BillingTab": [
        *ALONE_STANDING,
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
    "OverviewTab": [
        *START,
        *FEED,
        *INSIGHTS,
        *OTHERS,
        "Person by id",
        "ScheduledPayment by account_id",
    ],
    "Search": ["Customer by name", *PERSON],
    "UsageTab": [
        *START,
        "BilledUsage by service_point_id",
        "DailyUsage by service_point_id",
        "Premise by id",
        "ServicePoint by premise_id",
    ],
    "BalanceWidget": [*ALONE_STANDING, "AccountBalance by account_id"],
    "LastBillWidget": [*ALONE_STANDING, "Bill by account_id"],
    "OpenRequestsWidget": [*ALONE_STANDING, "ServiceRequest by account_id"],
    "WarningsWidget": [
        *START,
        *INSIGHTS,
        *OTHERS,
        *(each for each in FEED if each.split()[0] in WARNED_OF),
    ],
    "OutageWidget": [*START, "OutageEvent by premise_id"],
}
# Only where there is one account are conversations asked by customer, too.
ALONE = ("Call by customer_id", "Chat by customer_id", "Interaction by customer_id")
DOCUMENTS = [(name, operation) for name in NAMES for operation in operations(name)]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module: its utility outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[World]:  # noqa: ARG001  # its loop lives as long
    """One utility for all, filled anew by each test."""
    async with world({}) as made:
        yield made


async def asked(at: World, name: str, operation: str) -> list[str]:
    """The names of the lookups that a document asks, once for each batch."""
    await at.ask(document(name), operation, **VARIABLES)
    return sorted(each.lookup.name for each in at.gate.batches)


@pytest.mark.parametrize(("name", "operation"), DOCUMENTS)
async def test_a_document_asks_each_of_its_lookups_once_and_no_others(
    at: World, name: str, operation: str
) -> None:
    at.fill(utility(2))
    assert await asked(at, name, operation) == sorted(ASKED.get(operation, ()))


async def test_the_360_waits_four_times_at_most(at: World) -> None:
    at.fill(utility(50))
    await asked(at, "customer-360", "Customer360")
    rounds = [sorted({batch.lookup.record for batch in each}) for each in at.gate.rounds]
    assert len(rounds) <= 4
    assert rounds[:2] == [["Customer"], ["AccountReference", "BillingAccount", "Interaction", "Person"]]
    assert rounds[3] == ["BillSegment", "PaymentTender", "ProcessEvent", "ServicePoint"]


@pytest.mark.parametrize(("name", "operation"), DOCUMENTS)
async def test_fifty_accounts_cost_as_many_batches_as_one(at: World, name: str, operation: str) -> None:
    batches = []
    for accounts in (1, 2, 50):
        at.fill(utility(accounts))
        told = await asked(at, name, operation)
        # Only where there is one account, conversations are asked by customer, too.
        batches.append([each for each in told if each not in ALONE])
    assert batches[1] == batches[2]
    # What another account owes is asked only where there is another.
    assert set(batches[0]) == set(batches[1])


async def test_a_batch_holds_each_key_once(at: World) -> None:
    at.fill(utility(50))
    await asked(at, "customer-360", "Customer360")
    for batch in at.gate.batches:
        assert max(Counter(batch.keys).values()) == 1
    by_account = [each for each in at.gate.batches if each.lookup.name == "Bill by account_id"]
    assert [len(each.keys) for each in by_account] == [50]


async def test_only_as_many_rows_are_asked_for_as_the_page_needs(at: World) -> None:
    at.fill(utility(1))
    await asked(at, "widgets", "LastBillWidget")
    [bills] = [each for each in at.gate.batches if each.lookup.record == "Bill"]
    assert bills.window.limit == 2


async def test_lists_and_feed_of_one_account_share_one_question(at: World) -> None:
    query = """query($account: ID!) { billingAccount(id: $account) {
      bills(first: 3) { nodes { id } } last: bills(first: 1) { nodes { id } }
      financialHistory(first: 7) { nodes { kind } } activities(first: 20) { nodes { id } } } }"""
    at.fill(utility(1))
    await at.ask(query, account=ACCOUNT)
    assert [each.window.limit for each in at.gate.batches if each.lookup.record == "Bill"] == [21]

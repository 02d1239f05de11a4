"""Whose activities a feed has: those of one account, or of a customer across all accounts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.green_button_feeds import TYPES, instants, records
from support.harness import Harness, Held, catalog_text, harness
from support.resolvers.answers import keys
from support.rows import row
from support.utility import CUSTOMER, utility

from gateway.errors import SourceDown
from gateway.ids import global_id
from gateway.resolvers.activity.account_streams import ACTIVITIES

PAGE = """{
  complete
  nodes { __typename id occurredAt occurredOn }
  sources { system state }
  pageInfo { hasNextPage endCursor owed { system types } }
}"""
ARGUMENTS = "types: $types, first: $first, after: $after, acrossWindows: true"
DECLARED = "$id: ID!, $types: [ActivityType!], $first: Int, $after: String"
FROM_ACCOUNT = f"""query({DECLARED}, $scope: ActivityScope! = ACCOUNT) {{
  billingAccount(id: $id) {{ activities({ARGUMENTS}, scope: $scope) {PAGE} }} }}"""
FROM_CUSTOMER = f"query({DECLARED}) {{ customer(id: $id) {{ activities({ARGUMENTS}) {PAGE} }} }}"
A1, A2 = global_id("BillingAccount", "A1"), global_id("BillingAccount", "A2")
PLACES = {"ServiceOrder": "service_point_id", "FieldOrder": "service_point_id", "OutageCall": "premise_id"}
often = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


async def of_account(at: Harness, account: str = A1, scope: str = "ACCOUNT", **arguments: Any) -> Any:
    arguments = {"first": 500, **arguments}
    return (await at.ask(FROM_ACCOUNT, id=account, scope=scope, **arguments))["billingAccount"]["activities"]


async def of_customer(at: Harness, **arguments: Any) -> Any:
    return (await at.ask(FROM_CUSTOMER, id=CUSTOMER, **{"first": 500, **arguments}))["customer"]["activities"]


def entries(page: Any) -> list[tuple[str, str]]:
    return [(each["__typename"], each["id"]) for each in page["nodes"]]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, as its harness outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def shared(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    async with harness({}) as at:
        yield at


@pytest.fixture
async def at() -> AsyncIterator[Harness]:
    """A customer with two accounts."""
    async with harness(utility(2)) as at:
        yield at


def owned(feed: Held) -> Held:
    """The feed as that of customer C with accounts A1 and A2; A9 belongs to another customer."""
    accounts = {"A": "A1", "A2": "A2", "B": "A9", None: None}
    tables = utility(2)
    for kind in TYPES:
        tables[kind] = [{**each, "account_id": accounts[each["account_id"]]} for each in feed.get(kind, ())]
        if "customer_id" not in row(kind) and kind not in PLACES:
            tables[kind] = [{**each, "account_id": f"A{1 + n % 2}"} for n, each in enumerate(tables[kind])]
    return tables


def expected(tables: Held, accounts: set[str | None]) -> list[tuple[str, str]]:
    """The entries that name one of these accounts, in the order of the feed."""
    feed = {kind: tables[kind] for kind in TYPES}
    times = instants(feed)
    visible = {
        (kind, global_id(kind, each["id"])) for kind in TYPES for each in feed[kind] if each["account_id"] in accounts
    }
    names = {(kind, global_id(kind, each["id"])): each["id"] for kind in TYPES for each in feed[kind]}
    order = sorted(visible, key=lambda entry: (times[entry], TYPES.index(entry[0]), names[entry]), reverse=True)
    return [entry for entry in order if "2023-11-15T05" <= times[entry].isoformat() < "2026-11-16T05"]


@often
@given(feed=records(owners=("A", "A2", "B", None)), size=st.sampled_from((1, 3, 500)))
async def test_a_customers_feed_has_all_accounts_and_what_names_none(shared: Harness, feed: Any, size: int) -> None:
    shared.fill(owned(feed))
    pages: list[Any] = []
    while not pages or pages[-1]["pageInfo"]["hasNextPage"]:
        after = pages[-1]["pageInfo"]["endCursor"] if pages else None
        pages.append(await of_customer(shared, first=size, after=after))
    listed = [entry for page in pages for entry in entries(page)]
    assert listed == expected(owned(feed), {"A1", "A2", None})
    for account in (A1, A2):
        assert entries(await of_account(shared, account, "CUSTOMER")) == listed


@often
@given(feed=records(owners=("A", "A2", "B", None)))
async def test_no_account_of_the_customer_has_more_than_the_customer(shared: Harness, feed: Any) -> None:
    shared.fill(owned(feed))
    customers = set(entries(await of_customer(shared)))
    accounts = set(entries(await of_account(shared, A1))) | set(entries(await of_account(shared, A2)))
    assert accounts <= customers
    assert {kind for kind, _ in customers - accounts} <= {"Call", "Chat", *PLACES}


async def test_an_only_account_has_the_customers_feed() -> None:
    async with harness(utility(1)) as alone:
        pages = [await of_account(alone), await of_account(alone, scope="CUSTOMER"), await of_customer(alone)]
    assert pages[0]["nodes"] == pages[1]["nodes"] == pages[2]["nodes"] != []


async def test_the_scope_of_an_account_is_the_account(at: Harness) -> None:
    query = FROM_ACCOUNT.replace(", scope: $scope", "").replace(", $scope: ActivityScope! = ACCOUNT", "")
    default = (await at.ask(query, id=A1, first=500))["billingAccount"]["activities"]
    assert default == await of_account(at, scope="ACCOUNT")
    assert len(default["nodes"]) < len((await of_account(at, scope="CUSTOMER"))["nodes"])


async def test_a_customers_feed_takes_one_batch_per_lookup(at: Harness) -> None:
    await of_customer(at)
    conversations = [f"{name} by customer_id x 1" for name in ("Call", "Chat")]
    lookups = {record: record.ACCOUNT_LOOKUPS[0] for record in ACTIVITIES}
    feed = [f"{record.__name__} by {by} x {1 if by == 'customer_id' else 2}" for record, by in lookups.items()]
    # `premise_id` and `service_point_id` have one key for each account, too.
    start = ["Customer by id x 1", "BillingAccount by customer_id x 1", "AccountReference by customer_id x 1"]
    assert at.gate.batch_names() == sorted([*start, *feed, *conversations])
    assert len(at.gate.rounds) == 3


async def test_fifty_accounts_take_as_many_batches_as_two() -> None:
    async with harness(utility(50)) as many:
        page = await of_customer(many)
        assert (len(many.gate.batches), len(many.gate.rounds)) == (26, 3)
    assert len(page["nodes"]) == 500


async def test_references_are_found_by_account_without_a_better_lookup() -> None:
    text = catalog_text((), lambda record, by: (record, by) != ("AccountReference", "customer_id"))
    async with harness(utility(2), text=text) as by_account:
        page = await of_customer(by_account)
        assert "AccountReference by account_id x 2" in by_account.gate.batch_names()
        assert len(by_account.gate.rounds) == 4
    assert page["complete"]


async def test_closed_accounts_belong_to_the_customers_feed(at: Harness) -> None:
    at.held["BillingAccount"][1]["status"] = "FINALED"
    assert "B2" in keys((await of_customer(at, types=["BILL"]))["nodes"])


async def test_a_customer_without_accounts_has_calls(at: Harness) -> None:
    at.held["BillingAccount"], at.held["AccountReference"] = [], []
    at.held["Call"] = [row("Call", id=f"{account}", customer_id="C", account_id=account) for account in (None, "A9")]
    page = await of_customer(at)
    assert (keys(page["nodes"]), page["complete"]) == (["None"], True)


async def test_an_account_without_a_customer_has_its_own_feed(at: Harness) -> None:
    at.held["BillingAccount"][0]["customer_id"] = None
    page = await of_account(at, scope="CUSTOMER", types=["BILL", "CASE"])
    assert set(keys(page["nodes"])) == {"B1", "Case1"}


@pytest.mark.parametrize("down", ["CIS", "BillingAccount by customer_id"])
async def test_without_the_cis_the_customers_feed_is_owed(at: Harness, down: str) -> None:
    healthy = await of_customer(at)
    at.gate.down = {down: SourceDown}
    for page in (await of_customer(at), await of_account(at, scope="CUSTOMER")):
        assert (page["nodes"], page["complete"], page["pageInfo"]["hasNextPage"]) == ([], False, False)
        [owed] = page["pageInfo"]["owed"]
        assert (owed["system"], len(owed["types"])) == ("CIS", 21)
        after = page["pageInfo"]["endCursor"]
    at.gate.down = {}
    assert entries(await of_account(at, scope="CUSTOMER", after=after)) == entries(healthy)


async def test_without_references_only_what_needs_them_is_owed(at: Harness) -> None:
    at.gate.down = {"AccountReference by customer_id": SourceDown}
    [owed] = (await of_customer(at))["pageInfo"]["owed"]
    assert (owed["system"], owed["types"]) == ("CIS", [*PLACES])


async def test_accounts_without_references_have_orders_by_account(at: Harness) -> None:
    at.held["AccountReference"] = at.held["AccountReference"][:1]
    page = await of_customer(at, types=["SERVICE_ORDER"])
    assert (set(keys(page["nodes"])), page["complete"]) == ({"SO1", "SO2"}, True)
    assert at.gate.batch_names()[-1] == "ServiceOrder by account_id x 2"


async def test_a_utility_without_accounts_has_no_customers_feed() -> None:
    async with harness(utility(2), text=catalog_text(["CIS"])) as no_accounts:
        result = await no_accounts.answer(FROM_CUSTOMER, id=CUSTOMER)
    assert result.data == {"customer": {"activities": None}}
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_NOT_CONFIGURED"]


async def test_a_cursor_belongs_to_its_scope(at: Harness) -> None:
    after = (await of_account(at, scope="CUSTOMER", first=3))["pageInfo"]["endCursor"]
    for scope, account in (("ACCOUNT", A1), ("CUSTOMER", A2)):
        result = await at.answer(FROM_ACCOUNT, id=account, scope=scope, after=after)
        assert [each["extensions"]["reason"] for each in result.errors] == ["FOREIGN_CURSOR"]


async def test_activities_have_the_zone_of_their_own_account(at: Harness) -> None:
    at.held["BillingAccount"][1]["time_zone"] = "America/Los_Angeles"
    late = {"sent_at": "2026-10-06T05:30:00Z", "customer_id": "C"}
    at.held["EmailMessage"] = [row("EmailMessage", id=f"{of}", account_id=of, **late) for of in ("A1", "A2", None)]
    page = await of_customer(at, types=["EMAIL", "BILL"])
    times = {keys([each])[0]: (each["occurredAt"], each["occurredOn"]) for each in page["nodes"]}
    assert times == {
        "A1": ("2026-10-06T01:30:00-04:00", "2026-10-06"),
        "A2": ("2026-10-05T22:30:00-07:00", "2026-10-05"),
        "None": ("2026-10-06T01:30:00-04:00", "2026-10-06"),
        "B1": ("2026-10-05T00:00:00-04:00", "2026-10-05"),
        "B2": ("2026-10-05T00:00:00-07:00", "2026-10-05"),
    }

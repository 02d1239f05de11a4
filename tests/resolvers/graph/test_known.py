"""A null says in a state beside it whether there is none, or whether it is not known."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import get_named_type, is_leaf_type
from support.harness import Harness, catalog_text, harness
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.errors import SourceDown
from gateway.execution.schema import GatewaySchema
from gateway.ids import global_id
from gateway.resolvers.graph.source_status import SourceSystem
from gateway.resolvers.records import NODES

SCHEMA = GatewaySchema()
ARGUMENTS = {"usageComparison": "(serviceType: ELECTRIC)"}
QUERY = "query($account: ID!, $customer: ID!) { billingAccount(id: $account) { %s } customer(id: $customer) { %s } }"


def pairs(kind: str, *, with_states: bool = True) -> str:
    """A selection of every field of a type that has a state, and of that state."""
    fields = getattr(SCHEMA._schema.type_map[kind], "fields")  # noqa: B009, SLF001  # strawberry has no other way to it
    selection = []
    for name in fields:
        if f"{name}State" in fields:
            field = f"{name}{ARGUMENTS.get(name, '')}"
            selection.append(field if is_leaf_type(get_named_type(fields[name].type)) else f"{field} {{ __typename }}")
            selection += [f"{name}State{ARGUMENTS.get(name, '')}"] if with_states else []
    return " ".join(selection)


def document(*, with_states: bool = True) -> str:
    header, summary, account, customer = (
        pairs(kind, with_states=with_states)
        for kind in ("AccountHeader", "FinancialSummary", "BillingAccount", "Customer")
    )
    header = f"header {{ {header} }}"
    account += f" {reckoned(with_states=with_states)} {comparisons() if with_states else ''}"
    return QUERY % (f"{account} {header} financialSummary {{ {summary} }}", f"{customer} {header}")


def comparisons() -> str:
    """A selection of every value in comparisons that has a state."""
    drivers = f"drivers {{ {pairs('BillDriver')} }}"
    items = f"comparisons {{ {pairs('BillComparisonItem')} {drivers} }}"
    points = f"series {{ {pairs('UsageComparisonSeries')} }} points {{ {pairs('UsageComparisonPoint')} }}"
    usage = f"usageComparison(serviceType: ELECTRIC, granularity: DAY) {{ {pairs('UsageComparison')} {points} }}"
    usable = f"usable: usageOptions {{ options {{ granularities {{ {pairs('UsageGranularityOption')} }} }} }}"
    return f"bills: billComparison {{ {pairs('BillComparison')} {items} }} used: {usage} {usable}"


def reckoned(*, with_states: bool) -> str:
    """A selection of values that the gateway reckons, and that have a state."""
    history, counts, insights, usage = (
        pairs(kind, with_states=with_states)
        for kind in ("FinancialHistoryEntry", "CategoryCount", "Insight", "UsageSeries")
    )
    lists = f"financialHistory {{ nodes {{ {history} }} }} activities {{ counts {{ {counts} }} }}"
    return f"{lists} insights {{ ranked {{ {insights} }} }} usage(serviceType: ELECTRIC) {{ {usage} }}"


def nodes_document() -> str:
    parts = " ".join(f"... on {name} {{ {selection} }}" for name in NODES if (selection := pairs(name)))
    return f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {parts} }} }}"


def states(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any, str]]:
    """The path, value and state of every field with a state."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from states(item, (*path, index))
    elif isinstance(value, dict):
        for name, item in value.items():
            if name.endswith("State"):
                base = name.removesuffix("State")
                yield (*path, base), value[base], item
            yield from states(item, (*path, name))


def contradictions(result: Any) -> list[Any]:
    """States that do not fit the value or the error beside them."""
    failures = {tuple(each["path"]) for each in result.errors}
    return [
        (path, value, state)
        for path, value, state in states(result.data)
        if (state == "KNOWN") != (value is not None) or (path in failures and state != "UNKNOWN")
    ]


@pytest.fixture
def ids() -> list[str]:
    return [global_id(name, row["id"]) for name in NODES for row in utility(1).get(name, ())]


@pytest.mark.parametrize("system", [None, *(system.name for system in SourceSystem)])
async def test_a_state_fits_its_value_whatever_system_is_away(system: str | None, ids: list[str]) -> None:
    async with harness(utility()) as at:
        at.gate.down = {system: SourceDown} if system else {}
        result = await at.answer(document(), account=ACCOUNT, customer=CUSTOMER)
        nodes = await at.answer(nodes_document(), ids=ids)
    assert len(list(states(result.data))) >= 2
    assert contradictions(result) == contradictions(nodes) == []


async def test_without_a_system_nothing_of_it_is_none() -> None:
    async with harness(utility(), text=catalog_text(("PAYMENTS", "COLLECTIONS", "BILLING"))) as at:
        result = await at.answer(document(), account=ACCOUNT, customer=CUSTOMER)
    account: Any = (result.data or {})["billingAccount"]
    assert {account[f"{name}State"] for name in ("autopay", "balance", "creditProfile", "billComparison")} == {
        "UNKNOWN"
    }
    assert {state for _, _, state in states(account["financialSummary"])} == {"UNKNOWN"}


async def test_what_a_party_cannot_have_is_none() -> None:
    tables = utility()
    tables["Customer"] = [{**row, "party_id": "O", "party_kind": "ORGANIZATION"} for row in tables["Customer"]]
    query = "query($id: ID!) { customer(id: $id) { header { contactName dateOfBirth dateOfBirthState } } }"
    async with harness(tables) as at:
        header = (await at.ask(query, id=CUSTOMER))["customer"]["header"]
    assert header == {"contactName": "Alder Ltd", "dateOfBirth": None, "dateOfBirthState": "NONE"}


async def test_an_account_without_autopay_has_none() -> None:
    tables = {name: rows for name, rows in utility().items() if name not in ("AutopayInstruction", "Payment", "Bill")}
    tables["BillingAccount"] = [{**row, "currency": "USD"} for row in tables["BillingAccount"]]
    async with harness(tables) as at:
        summary = (await ask_summary(at))["financialSummary"]
    assert (summary["autopayState"], summary["lastPaymentState"], summary["lastBillState"]) == ("NONE", "NONE", "NONE")
    assert (summary["onTimePaymentPercent12MonthsState"], summary["billedLast12MonthsState"]) == ("NONE", "KNOWN")


async def test_what_the_records_do_not_decide_is_unknown() -> None:
    tables = utility()
    for name in ("Bill", "Payment"):
        tables[name] = [{**row, "status": None} for row in tables[name]]
    tables["AccountBalance"] = [{**row, "next_bill_on": "2020-01-01"} for row in tables["AccountBalance"]]
    async with harness(tables) as at:
        summary = (await ask_summary(at))["financialSummary"]
    assert (summary["lastBill"], summary["lastBillState"], summary["lastPaymentState"]) == (None, "UNKNOWN", "UNKNOWN")
    assert (summary["nextBillOn"], summary["nextBillOnState"]) == (None, "UNKNOWN")


@pytest.mark.parametrize(("status", "state"), [("COMPLETE", "KNOWN"), ("CANCELED", "NONE"), (None, "UNKNOWN")])
async def test_a_comparison_tells_whether_there_is_a_bill(status: str | None, state: str) -> None:
    tables = utility()
    tables["Bill"] = [{**row, "status": status} for row in tables["Bill"]]
    async with harness(tables) as at:
        data = await at.ask(
            "query($id: ID!) { billingAccount(id: $id) { billComparison { currentState } } }", id=ACCOUNT
        )
    assert data["billingAccount"]["billComparison"]["currentState"] == state


async def ask_summary(at: Harness) -> Any:
    result = await at.answer(document(), account=ACCOUNT, customer=CUSTOMER)
    assert not result.errors
    return (result.data or {})["billingAccount"]


async def test_states_ask_nothing_more() -> None:
    batches: list[list[str]] = []
    for with_states in (True, False):
        async with harness(utility()) as at:
            await at.answer(document(with_states=with_states), account=ACCOUNT, customer=CUSTOMER)
            batches.append(sorted(at.gate.batch_names()))
    assert batches[0] == batches[1] != []

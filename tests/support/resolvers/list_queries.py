"""Queries of the lists of an account, and their answers."""

from datetime import date, timedelta
from typing import Any

from support.harness import Harness
from support.resolvers.answers import account, all_pages, keys
from support.rows import row
from support.utility import ACCOUNT

PAGE = "nodes { id } pageInfo { hasNextPage endCursor } totalCount totalCountState complete"
# Of each list: the record, its time, a filter, and the fields of a row that fits it.
LISTS: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "bills": ("Bill", "issued_on", {"statuses": ["CANCELED"]}, {"status": "CANCELED"}),
    "payments": ("Payment", "paid_on", {"statuses": ["RETURNED"]}, {"status": "RETURNED"}),
    "adjustments": ("Adjustment", "created_on", {"types": ["X"]}, {"adjustment_type": "X"}),
    "serviceRequests": ("ServiceRequest", "opened_at", {"states": ["CLOSED"]}, {"state": "CLOSED"}),
    "serviceOrders": ("ServiceOrder", "created_at", {"kinds": ["OTHER"]}, {"kind": "OTHER"}),
    "fieldOrders": ("FieldOrder", "created_at", {"states": ["FAILED"]}, {"state": "FAILED"}),
    "interactions": ("Interaction", "started_at", {"directions": ["OUTBOUND"]}, {"direction": "OUTBOUND"}),
}
INPUTS = {name: record + "Filter" for name, (record, *_) in LISTS.items()}
ORDERS = ("NEWEST_FIRST", "OLDEST_FIRST")


def query(name: str) -> str:
    kind = INPUTS.get(name, "FinancialHistoryFilter")
    page = PAGE.replace("{ id }", "{ date kind }", 1) if name == "financialHistory" else PAGE
    arguments = "first: $first, after: $after, filter: $filter, orderBy: $order"
    return f"""query($account: ID!, $first: Int, $after: String, $filter: {kind}, $order: ListOrder!) {{
      billingAccount(id: $account) {{ {name}({arguments}) {{ {page} }} }} }}"""


def records(name: str, count: int, *fitting: int) -> list[dict[str, Any]]:
    """Records of a list, a day apart and the first one newest; some of them fit its filter."""
    record, time, _, fields = LISTS[name]
    point = {"service_point_id": "S1"} if name in ("serviceOrders", "fieldOrders") else {}
    rows = []
    for n in range(count):
        day = date(2026, 11, 14) - timedelta(days=n)
        at = day.isoformat() if time.endswith("_on") else f"{day}T12:00:00-05:00"
        plain = {"id": f"{n:04}", "account_id": "A1", time: at, **point}
        rows.append(row(record, **plain, **(fields if n in fitting else {})))
    return rows


def fill(at: Harness, name: str, count: int, *fitting: int) -> None:
    at.held[LISTS[name][0]] = records(name, count, *fitting)
    at.gate.clear()


async def page_of(at: Harness, name: str, order: str = "NEWEST_FIRST", **arguments: Any) -> Any:
    return (await account(at, query(name), order=order, **arguments))[name]


async def pages_of(at: Harness, name: str, order: str, first: int, **arguments: Any) -> list[Any]:
    async def load(after: str | None) -> Any:
        return await page_of(at, name, order, first=first, after=after, **arguments)

    return await all_pages(load)


def ids(pages: list[Any]) -> list[str]:
    return [key for page in pages for key in keys(page["nodes"])]


async def refused(at: Harness, name: str, order: str = "NEWEST_FIRST", **arguments: Any) -> dict[str, Any]:
    """The extensions of the one error, which costs the list alone."""
    result = await at.answer(query(name), account=ACCOUNT, order=order, **arguments)
    assert result.data == {"billingAccount": {name: None}}
    [error] = result.errors
    return {name: value for name, value in error["extensions"].items() if name not in ("code", "cause")}

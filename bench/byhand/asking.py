"""The upstream calls of the 360 once its accounts are known, by hand."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bench.byhand.statements import PLAIN, PROCESSES, RECENT
from bench.byhand.upstream import Rows, Upstream
from bench.byhand.values import keys, midnight
from gateway.config.query_rules import QueryRules
from gateway.resolvers.graph.date_ranges import earliest_day, search_windows
from gateway_demo.launch.launcher import NOW

TODAY = datetime.fromisoformat(NOW).date()
_WINDOW = next(search_windows(TODAY, QueryRules()))
SINCE = midnight(_WINDOW.since.isoformat())
TOP = midnight((TODAY + timedelta(days=1)).isoformat())
LIMIT = 21
# One second wider: the bounds of these APIs may be exclusive.
_BEFORE = SINCE - timedelta(seconds=1)
_ISO = _BEFORE.astimezone(UTC).isoformat().replace("+00:00", "Z")
_FIRST_USAGE = (earliest_day(TODAY, QueryRules()) + timedelta(days=1)).isoformat()
_LAST_USAGE = (TODAY + timedelta(days=2)).isoformat()
_USAGE = """SELECT sp_id, svc, uom, flow, period_start, period_end, qty, quality FROM billed_usage
WHERE sp_id IN (SELECT value FROM json_each(?)) AND period_end >= ? AND period_end < ?"""
_TENDERS = "SELECT pay_id, type_cd FROM tender WHERE pay_id IN (SELECT value FROM json_each(?))"
_POINTS = """SELECT "PREM_ID", "SP_ID", "SP_TYPE_CD", "SP_STAT_CD" FROM "CI_SP"
WHERE "PREM_ID" IN (SELECT value FROM json_each(?))"""
_EVENTS = """SELECT "PROC_ID", "SEQ_NO", "STAT_CD", "TRIGGER_DT" FROM "CC_PROC_EVT"
WHERE "PROC_ID" IN (SELECT value FROM json_each(?))"""
_PREMISES = """SELECT "PREM_ID", "VACANT_SW", "LIFE_SUPPORT_SW", "ADDRESS1", "CITY", "POSTAL" FROM "CI_PREM"
WHERE "PREM_ID" IN (SELECT value FROM json_each(?))"""


class AccountKeys:
    """The keys of one customer's open accounts."""

    def __init__(self, customer: str, accounts: Sequence[str], references: Rows) -> None:
        self.customer, self.accounts = customer, accounts
        by_account = {row[0]: row for row in references}
        self.is_single = any(row[1] == 1 for row in references)
        self.premises = {key: _list(by_account[key][2]) for key in accounts}
        self.points = {key: _list(by_account[key][3]) for key in accounts}

    @property
    def all_premises(self) -> list[str]:
        return list(dict.fromkeys(premise for keys in self.premises.values() for premise in keys))

    @property
    def all_points(self) -> list[str]:
        return list(dict.fromkeys(point for keys in self.points.values() for point in keys))


def _list(text: str) -> list[str]:
    return msgspec.json.decode(text, type=list[str])


@dataclass(slots=True)
class RowStore:
    """Rows by record and key."""

    rows: dict[str, defaultdict[str, list[Any]]] = field(default_factory=dict)

    def add(self, name: str, rows: Sequence[Any], key: Any) -> None:
        """Add rows under the value of their column `key`."""
        by_key = self.rows.setdefault(name, defaultdict(list))
        for row in rows:
            by_key[row[key]].append(row)

    def of(self, name: str, key: str) -> list[Any]:
        return self.rows[name][key]


async def ask(upstream: Upstream, account_keys: AccountKeys) -> RowStore:
    """The third round: rows by account, premise and service point."""
    store = RowStore()
    if account_keys.accounts:
        await asyncio.gather(
            *_databases(upstream, account_keys, store),
            *_contacts(upstream, account_keys, store),
            *_work(upstream, account_keys, store),
        )
    return store


def _databases(upstream: Upstream, account_keys: AccountKeys, store: RowStore) -> list[Any]:
    accounts = keys(account_keys.accounts)

    async def rows(name: str, database: str, statement: str, *values: Any) -> None:
        store.add(name, await upstream.rows(database, statement, *values), 0)

    since = (_USAGE, keys(account_keys.all_points), _FIRST_USAGE, _LAST_USAGE)
    return [
        *(rows(name, system, text, accounts) for name, (system, text) in {**PLAIN, **PROCESSES}.items()),
        *(
            rows(name, query.system, query.text, *query.values(accounts, SINCE, LIMIT))
            for name, query in RECENT.items()
        ),
        rows("Usage", "usage", *since),
        rows("Premise", "cis", _PREMISES, keys(account_keys.all_premises)),
    ]


def _contacts(upstream: Upstream, account_keys: AccountKeys, store: RowStore) -> list[Any]:
    pages = {"oldest-time": _ISO, "page": 1, "page-size": 1000}

    async def talks(name: str, path: str, by: str, some: Sequence[str], key: str) -> None:
        answer = await upstream.post(f"/contact-center/{path}/search", {**pages, by: some})
        store.add(name, answer["data"]["records"], key)

    async def mails() -> None:
        sent = f"customerIds={account_keys.customer}&max=250&sentAfter={_ISO.replace(':', '%3A')}"
        store.add("EmailMessage", (await upstream.get(f"/email/messages?{sent}"))["items"], "customerId")

    async def tasks() -> None:
        some = f"account_ids={','.join(account_keys.accounts)}&since={int(_BEFORE.timestamp())}"
        rows = await upstream.get(f"/self-service/tasks?{some}&limit_per_key={LIMIT + 2}")
        store.add("ServiceTask", rows, "account_id")

    kinds = {"Call": "calls", "Chat": "chats"}
    by_account = [talks(name, path, "accountIds", account_keys.accounts, "account_id") for name, path in kinds.items()]
    # A customer with one account: also talks that name the customer only.
    single_kinds = kinds if account_keys.is_single else {}
    by_customer = [
        talks(f"Customer{name}", path, "customerIds", [account_keys.customer], "customer_id")
        for name, path in single_kinds.items()
    ]
    return [*by_account, *by_customer, mails(), tasks()]


def _work(upstream: Upstream, account_keys: AccountKeys, store: RowStore) -> list[Any]:
    premises = ",".join(account_keys.all_premises)

    async def requests(account: str) -> None:
        answer = await upstream.service(f"/service/accounts/{account}/requests?offset=0&limit=100")
        store.add("ServiceRequest", answer["items"], "accountId")

    async def persons() -> None:
        answer = await upstream.crm(f"/crm/parties?accountIds={','.join(account_keys.accounts)}")
        store.add("Person", [row for row in answer["items"] if row["type"] == "PERSON"], "accountId")

    async def service_orders() -> None:
        some = "&".join(f"service_point={each}" for each in account_keys.all_points)
        answer = await upstream.get(f"/service-orders/orders?{some}&page=1&page_size=100")
        store.add("ServiceOrder", answer["results"], "service_point_id")

    async def field_orders() -> None:
        some = "&".join(f"servicePointId={each}" for each in account_keys.all_points)
        answer = await upstream.get(f"/field-work/orders?{some}&pageSize=200")
        store.add("FieldOrder", answer["data"]["records"], "servicePointId")

    async def outages(name: str, path: str) -> None:
        answer = await upstream.get(f"/outage/{path}?PremiseIds={premises}")
        store.add(name, answer["Items"], "PremiseId")

    return [
        *(requests(account) for account in account_keys.accounts),
        service_orders(),
        field_orders(),
        persons(),
        outages("OutageEvent", "outages"),
        outages("OutageCall", "calls"),
    ]


async def add_details(upstream: Upstream, store: RowStore) -> None:
    """The fourth round: details of the rows of the third."""
    if not store.rows:
        return
    payments = [row[1] for rows in store.rows["Payment"].values() for row in rows[:12]]
    processes = [row[1] for name in PROCESSES for rows in store.rows[name].values() for row in rows]

    async def rows(name: str, database: str, statement: str, some: list[str]) -> None:
        store.add(name, await upstream.rows(database, statement, keys(some)) if some else (), 0)

    await asyncio.gather(
        rows("PaymentTender", "payments", _TENDERS, payments),
        rows("ServicePoint", "cis", _POINTS, list(store.rows["Premise"])),
        rows("ProcessEvent", "collections", _EVENTS, processes),
    )

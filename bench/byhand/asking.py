"""What the 360 asks of every system once the accounts are known, by hand."""

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
# One second wider, as whoever does not know whether a bound is inclusive has to ask.
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


class Asked:
    """The keys of one customer's open accounts."""

    def __init__(self, customer: str, accounts: Sequence[str], references: Rows) -> None:
        self.customer, self.accounts = customer, accounts
        own = {row[0]: row for row in references}
        self.alone = any(row[1] == 1 for row in references)
        self.premises = {key: _list(own[key][2]) for key in accounts}
        self.points = {key: _list(own[key][3]) for key in accounts}

    @property
    def all_premises(self) -> list[str]:
        """Of all accounts, each once."""
        return list(dict.fromkeys(each for some in self.premises.values() for each in some))

    @property
    def all_points(self) -> list[str]:
        """The same of service points."""
        return list(dict.fromkeys(each for some in self.points.values() for each in some))


def _list(text: str) -> list[str]:
    return msgspec.json.decode(text, type=list[str])


@dataclass(slots=True)
class Found:
    """What the systems said, by record, and there by the key that it was asked by."""

    rows: dict[str, defaultdict[str, list[Any]]] = field(default_factory=dict)

    def keep(self, name: str, rows: Sequence[Any], key: Any) -> None:
        """Remember rows under the value at `key` of each."""
        kept = self.rows.setdefault(name, defaultdict(list))
        for row in rows:
            kept[row[key]].append(row)

    def of(self, name: str, key: str) -> list[Any]:
        """The rows of one key."""
        return self.rows[name][key]


async def ask(upstream: Upstream, asked: Asked) -> Found:
    """The third round: everything that is asked by accounts, premises and service points."""
    found = Found()
    if asked.accounts:
        await asyncio.gather(
            *_databases(upstream, asked, found),
            *_contacts(upstream, asked, found),
            *_work(upstream, asked, found),
        )
    return found


def _databases(upstream: Upstream, asked: Asked, found: Found) -> list[Any]:
    accounts = keys(asked.accounts)

    async def rows(name: str, database: str, statement: str, *values: Any) -> None:
        found.keep(name, await upstream.rows(database, statement, *values), 0)

    since = (_USAGE, keys(asked.all_points), _FIRST_USAGE, _LAST_USAGE)
    return [
        *(rows(name, system, text, accounts) for name, (system, text) in {**PLAIN, **PROCESSES}.items()),
        *(
            rows(name, each.system, each.text, *each.values(accounts, SINCE, LIMIT))
            for name, each in RECENT.items()
        ),
        rows("Usage", "usage", *since),
        rows("Premise", "cis", _PREMISES, keys(asked.all_premises)),
    ]


def _contacts(upstream: Upstream, asked: Asked, found: Found) -> list[Any]:
    pages = {"oldest-time": _ISO, "page": 1, "page-size": 1000}

    async def talks(name: str, path: str, by: str, some: Sequence[str], key: str) -> None:
        answer = await upstream.post(f"/contact-center/{path}/search", {**pages, by: some})
        found.keep(name, answer["data"]["records"], key)

    async def mails() -> None:
        sent = f"customerIds={asked.customer}&max=250&sentAfter={_ISO.replace(':', '%3A')}"
        found.keep("EmailMessage", (await upstream.get(f"/email/messages?{sent}"))["items"], "customerId")

    async def tasks() -> None:
        some = f"account_ids={','.join(asked.accounts)}&since={int(_BEFORE.timestamp())}"
        rows = await upstream.get(f"/self-service/tasks?{some}&limit_per_key={LIMIT + 2}")
        found.keep("ServiceTask", rows, "account_id")

    kinds = {"Call": "calls", "Chat": "chats"}
    own = [talks(name, path, "accountIds", asked.accounts, "account_id") for name, path in kinds.items()]
    # Of a customer with one account, also those that name the customer alone.
    whose = kinds if asked.alone else {}
    more = [
        talks(f"Customer{name}", path, "customerIds", [asked.customer], "customer_id")
        for name, path in whose.items()
    ]
    return [*own, *more, mails(), tasks()]


def _work(upstream: Upstream, asked: Asked, found: Found) -> list[Any]:
    premises = ",".join(asked.all_premises)

    async def requests(account: str) -> None:
        answer = await upstream.service(f"/service/accounts/{account}/requests?offset=0&limit=100")
        found.keep("ServiceRequest", answer["items"], "accountId")

    async def service_orders() -> None:
        some = "&".join(f"service_point={each}" for each in asked.all_points)
        answer = await upstream.get(f"/service-orders/orders?{some}&page=1&page_size=100")
        found.keep("ServiceOrder", answer["results"], "service_point_id")

    async def field_orders() -> None:
        some = "&".join(f"servicePointId={each}" for each in asked.all_points)
        answer = await upstream.get(f"/field-work/orders?{some}&pageSize=200")
        found.keep("FieldOrder", answer["data"]["records"], "servicePointId")

    async def outages(name: str, path: str) -> None:
        answer = await upstream.get(f"/outage/{path}?PremiseIds={premises}")
        found.keep(name, answer["Items"], "PremiseId")

    return [
        *(requests(account) for account in asked.accounts),
        service_orders(),
        field_orders(),
        outages("OutageEvent", "outages"),
        outages("OutageCall", "calls"),
    ]


async def hang(upstream: Upstream, found: Found) -> None:
    """The fourth round: what hangs below what was found."""
    if not found.rows:
        return
    payments = [row[1] for rows in found.rows["Payment"].values() for row in rows[:12]]
    processes = [row[1] for name in PROCESSES for rows in found.rows[name].values() for row in rows]

    async def rows(name: str, database: str, statement: str, some: list[str]) -> None:
        found.keep(name, await upstream.rows(database, statement, keys(some)) if some else (), 0)

    await asyncio.gather(
        rows("PaymentTender", "payments", _TENDERS, payments),
        rows("ServicePoint", "cis", _POINTS, list(found.rows["Premise"])),
        rows("ProcessEvent", "collections", _EVENTS, processes),
    )

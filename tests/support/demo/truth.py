"""Expected activity feeds, from the demo's files by plain SQL and JSON, without the gateway."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from support.demo.demo_folders import DemoFolder, one

NEW_YORK = ZoneInfo("America/New_York")
EARLIEST = date(2023, 11, 15)  # three years before the demo's day
FeedEntry = tuple[str, str, datetime]
Clock = Callable[[Any, ZoneInfo], datetime]


def opaque(kind: str, key: str) -> str:
    """The global id of a record."""
    return base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def midnight(day: str | date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in UTC."""
    start = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(start, time(), zone).astimezone(UTC)


def eastern(text: str, _zone: ZoneInfo) -> datetime:
    """An instant in New York time, or in the offset it carries."""
    time_value = datetime.fromisoformat(text)
    return (time_value if time_value.tzinfo else time_value.replace(tzinfo=NEW_YORK)).astimezone(UTC)


def universal(text: str, _zone: ZoneInfo) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def seconds(number: int, _zone: ZoneInfo) -> datetime:
    """An instant from epoch seconds."""
    return datetime.fromtimestamp(number, UTC)


def milliseconds(number: int, _zone: ZoneInfo) -> datetime:
    """An instant from epoch milliseconds."""
    return datetime.fromtimestamp(number / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Table:
    """A type of the feed that is stored in a database."""

    type: str
    system: str
    table: str
    key: str
    when: str
    clock: Clock
    account: str = "ACCT_ID"
    condition: str = "1"


@dataclass(frozen=True, slots=True)
class Documents:
    """A type of the feed that is stored in a REST system."""

    type: str
    system: str
    kind: str
    key: str
    when: str
    clock: Clock
    account: str = "account_id"


TABLES = (
    Table("Bill", "billing", "BL_BILL", "BILL_ID", "BILL_DT", midnight, condition="BILL_STAT <> 'P'"),
    Table("Payment", "payments", "pay", "pay_id", "pay_dt", midnight, "acct_id"),
    Table("CustomerContact", "cis", "CI_CC", "CC_ID", "CC_DTTM", eastern),
    Table("Case", "cis", "CI_CASE", "CASE_ID", "CRE_DTTM", eastern),
    Table("RebateClaim", "cis", "CI_REBATE", "CLAIM_ID", "CLAIM_DT", midnight),
    Table("CollectionProcess", "collections", "CC_COLL_PROC", "COLL_PROC_ID", "CRE_DTTM", universal),
    Table("SeveranceProcess", "collections", "CC_SEV_PROC", "SEV_PROC_ID", "CRE_DTTM", universal),
    Table("WriteOffProcess", "collections", "CC_WO_PROC", "WO_PROC_ID", "CRE_DTTM", universal),
    Table("PayPlanOverdueProcess", "collections", "CC_PPOD_PROC", "PPOD_PROC_ID", "CRE_DTTM", universal),
    Table("CutProcess", "collections", "CC_CUT_PROC", "CUT_PROC_ID", "CRE_DTTM", universal),
    Table("PaymentArrangement", "collections", "CC_PAY_ARR", "PA_ID", "START_DT", midnight),
    Table("CreditRatingHistory", "collections", "CC_RATING_ENTRY", "ENTRY_ID", "START_DT", midnight),
    Table("CashOnlyHistory", "collections", "CC_CASH_ENTRY", "ENTRY_ID", "START_DT", midnight),
)
TALKS = (
    Documents("Call", "contact_center", "call", "call_id", "started_at", eastern),
    Documents("Chat", "contact_center", "chat", "chat_id", "started_at", eastern),
)
MAIL = Documents("EmailMessage", "email", "email", "messageId", "sentAt", eastern)
OF_ACCOUNT = (
    Documents("ServiceTask", "self_service", "service_task", "task_id", "created", seconds),
    Documents("ServiceRequest", "service", "service_request", "srId", "openedDate", eastern),
    Documents("ServiceOrder", "service_orders", "service_order", "order_id", "created_at", eastern),
    Documents("FieldOrder", "field_work", "field_order", "workOrderId", "createdTime", milliseconds),
    Documents("OutageCall", "outage", "outage_call", "CallId", "ReceivedAt", eastern),
)


class FeedTruth:
    """The expected feeds of a demo."""

    def __init__(self, demo: DemoFolder) -> None:
        self.demo = demo

    def account(self, account: str) -> Any:
        """The account's row in the CIS."""
        return one(self.demo.ask("cis", "SELECT * FROM CI_ACCT WHERE ACCT_ID = ?", account))

    def zone(self, account: str) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(self.account(account)["TIME_ZONE_NM"])

    def accounts(self, customer: str) -> list[str]:
        """All accounts of a customer, including closed ones."""
        rows = self.demo.ask("cis", "SELECT ACCT_ID FROM CI_ACCT WHERE CUST_ID = ? ORDER BY 1", customer)
        return [row["ACCT_ID"] for row in rows]

    def points(self, account: str) -> list[str]:
        """The service points of an account."""
        rows = self.demo.ask("cis", "SELECT SP_IDS FROM CI_XREF WHERE ACCT_ID = ?", account)
        return [str(point) for point in json.loads(one(rows)["SP_IDS"])]

    def feed(self, account: str) -> list[FeedEntry]:
        """The account's entries since the earliest searchable day."""
        since = midnight(EARLIEST, self.zone(account))
        return [each for each in self.entries(account) if each[2] >= since]

    def entries(self, account: str) -> Iterator[FeedEntry]:
        """All entries of the account."""
        zone, customer = self.zone(account), self.account(account)["CUST_ID"]
        for table in TABLES:
            yield from self._rows(table, account, zone)
        for kind in OF_ACCOUNT:
            yield from self._bodies(kind, zone, "account_id = ?", account)
        for kind in TALKS:
            yield from self._bodies(kind, zone, "account_id = ?", account)
            if self.accounts(customer) == [account]:
                yield from self._bodies(kind, zone, "account_id IS NULL AND customer_id = ?", customer)
        mine = "customer_id = ? AND coalesce(json_extract(body, '$.accountId'), ?) = ?"
        yield from self._bodies(MAIL, zone, mine, customer, account, account)

    def _rows(self, table: Table, account: str, zone: ZoneInfo) -> Iterator[FeedEntry]:
        statement = (
            f"SELECT {table.key}, {table.when} FROM {table.table} WHERE {table.account} = ? AND {table.condition}"  # noqa: S608  # our own names
        )
        for key, when in self.demo.ask(table.system, statement, account):
            yield table.type, opaque(table.type, str(key)), table.clock(when, zone)

    def _bodies(self, kind: Documents, zone: ZoneInfo, where: str, *keys: str) -> Iterator[FeedEntry]:
        for (text,) in self.demo.ask(kind.system, f'SELECT body FROM "{kind.kind}" WHERE {where}', *keys):  # noqa: S608  # our own names
            body = json.loads(text)
            yield kind.type, opaque(kind.type, body[kind.key]), kind.clock(body[kind.when], zone)

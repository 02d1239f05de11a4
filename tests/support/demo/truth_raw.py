"""The demo's raw rows and documents by account, from which truth tests recompute the gateway's answers."""

import json
from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from support.demo.demo_folders import DemoFolder, one

NOW = datetime.fromisoformat("2026-11-15T12:00:00-05:00")
Rows = Mapping[str, list[Any]]


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def instant(text: str) -> datetime:
    """Parse an instant; without an offset it is in New York time."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=ZoneInfo("America/New_York"))


def dollars(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def months_before(today: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


@dataclass
class RawStores:
    """All tables of a demo, each read once per lookup column."""

    demo: DemoFolder
    tables: dict[tuple[str, str, str], Rows] = field(default_factory=dict)
    accounts: dict[str, "Account"] = field(default_factory=dict)

    def rows(self, system: str, table: str, column: str, value: Any) -> list[Any]:
        """The rows of a table, or the documents of a kind, that have this value in a column."""
        at = (system, table, column)
        if at not in self.tables:
            self.tables[at] = self._read(*at)
        return self.tables[at].get(str(value), [])

    def _read(self, system: str, table: str, column: str) -> Rows:
        rows_by_value = defaultdict(list)
        for row in self.demo.ask(system, f'SELECT * FROM "{table}"'):  # noqa: S608  # our own names
            content = json.loads(row["body"]) if "body" in row.keys() else row  # noqa: SIM118  # a Row iterates values
            rows_by_value[str(row[column])].append(content)
        return dict(rows_by_value)

    def account(self, key: str) -> "Account":
        """The account, always the same object."""
        if key not in self.accounts:
            row = one(self.rows("cis", "CI_ACCT", "ACCT_ID", key))
            zone = ZoneInfo(row["TIME_ZONE_NM"])
            self.accounts[key] = Account(self, key, row["CUST_ID"], zone, NOW.astimezone(zone).date())
        return self.accounts[key]


@dataclass(frozen=True, eq=False)
class Account:
    """An account and its records in the raw stores."""

    raw: RawStores
    id: str
    customer: str
    zone: ZoneInfo
    today: date

    def rows(self, system: str, table: str, column: str = "ACCT_ID") -> list[Any]:
        """The account's rows of a table, or documents of a kind."""
        return self.raw.rows(system, table, column, self.id)

    @property
    def is_open(self) -> bool:
        """Whether the account is active or pending."""
        return one(self.rows("cis", "CI_ACCT"))["STAT_CD"] in {"10", "20"}

    @property
    def siblings(self) -> list[str]:
        """All accounts of the customer, including closed ones."""
        return [row["ACCT_ID"] for row in self.raw.rows("cis", "CI_ACCT", "CUST_ID", self.customer)]

    @property
    def premises(self) -> list[Any]:
        """The account's premises."""
        keys = json.loads(one(self.rows("cis", "CI_XREF"))["PREM_IDS"])
        return [one(self.raw.rows("cis", "CI_PREM", "PREM_ID", key)) for key in keys]

    @property
    def points(self) -> list[Any]:
        """The service points at the account's premises."""
        return [
            row for premise in self.premises for row in self.raw.rows("cis", "CI_SP", "PREM_ID", premise["PREM_ID"])
        ]

    def holds(self, row: Any, since: str = "START_DT", until: str = "END_DT") -> bool:
        """Whether a period includes today; its bounds are inclusive, null is unbounded."""
        today = self.today.isoformat()
        return (row[since] is None or row[since] <= today) and (row[until] is None or row[until] >= today)

    def local_day(self, text: str) -> date:
        """The account's local day of a UTC time."""
        return datetime.fromisoformat(f"{text}+00:00").astimezone(self.zone).date()

    def contacts(self, system: str, kind: str) -> list[Any]:
        """The account's contacts, and the customer's without account if it is the only account."""
        of_account = self.rows(system, kind, "account_id")
        if len(self.siblings) > 1:
            return of_account
        of_customer = self.raw.rows(system, kind, "customer_id", self.customer)
        return [*of_account, *(each for each in of_customer if each["account_id"] is None)]

    def interactions(self) -> list[Any]:
        """The account's interactions, and the customer's without account."""
        of_customer = self.raw.rows("interactions", "interaction", "customer_id", self.customer)
        of_account = self.rows("interactions", "interaction", "account_id")
        return [*of_account, *(each for each in of_customer if each["account_id"] is None)]

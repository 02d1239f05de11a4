"""The demo's raw rows and documents by account, for those who work out anew what the gateway says of it."""

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
    """A day in writing."""
    return date.fromisoformat(text[:10])


def instant(text: str) -> datetime:
    """An instant in writing; without an offset it is by New York's clock."""
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=ZoneInfo("America/New_York"))


def dollars(cents: int) -> Decimal:
    """An amount, from cents."""
    return Decimal(cents).scaleb(-2)


def months_before(today: date, months: int) -> date:
    """The same day so many months before; the month's last where it has none."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


@dataclass
class RawStores:
    """All tables of a demo, each read once for each column it is looked up by."""

    demo: DemoFolder
    known: dict[tuple[str, str, str], Rows] = field(default_factory=dict)
    made: dict[str, "Account"] = field(default_factory=dict)

    def rows(self, system: str, table: str, column: str, value: Any) -> list[Any]:
        """The rows of a table that have this value; of a kind of documents, the documents."""
        at = (system, table, column)
        if at not in self.known:
            self.known[at] = self._read(*at)
        return self.known[at].get(str(value), [])

    def _read(self, system: str, table: str, column: str) -> Rows:
        found = defaultdict(list)
        for row in self.demo.ask(system, f'SELECT * FROM "{table}"'):  # noqa: S608  # our own names
            told = json.loads(row["body"]) if "body" in row.keys() else row  # noqa: SIM118  # a Row iterates values
            found[str(row[column])].append(told)
        return dict(found)

    def account(self, key: str) -> "Account":
        """One account, the same whenever it is asked for."""
        if key not in self.made:
            row = one(self.rows("cis", "CI_ACCT", "ACCT_ID", key))
            zone = ZoneInfo(row["TIME_ZONE_NM"])
            self.made[key] = Account(self, key, row["CUST_ID"], zone, NOW.astimezone(zone).date())
        return self.made[key]


@dataclass(frozen=True, eq=False)
class Account:
    """An account, and what lies in the raw stores about it."""

    raw: RawStores
    id: str
    customer: str
    zone: ZoneInfo
    today: date

    def rows(self, system: str, table: str, column: str = "ACCT_ID") -> list[Any]:
        """Its rows of a table, or its documents of a kind."""
        return self.raw.rows(system, table, column, self.id)

    @property
    def is_open(self) -> bool:
        """Whether it is active or pending."""
        return one(self.rows("cis", "CI_ACCT"))["STAT_CD"] in {"10", "20"}

    @property
    def siblings(self) -> list[str]:
        """All accounts of its customer, itself and closed ones too."""
        return [row["ACCT_ID"] for row in self.raw.rows("cis", "CI_ACCT", "CUST_ID", self.customer)]

    @property
    def premises(self) -> list[Any]:
        """The premises it has."""
        keys = json.loads(one(self.rows("cis", "CI_XREF"))["PREM_IDS"])
        return [one(self.raw.rows("cis", "CI_PREM", "PREM_ID", key)) for key in keys]

    @property
    def points(self) -> list[Any]:
        """The service points at its premises."""
        return [
            row
            for premise in self.premises
            for row in self.raw.rows("cis", "CI_SP", "PREM_ID", premise["PREM_ID"])
        ]

    def holds(self, row: Any, since: str = "START_DT", until: str = "END_DT") -> bool:
        """Whether something is in force today; both its days belong to it, and none is no limit."""
        today = self.today.isoformat()
        return (row[since] is None or row[since] <= today) and (row[until] is None or row[until] >= today)

    def local_day(self, text: str) -> date:
        """The day, where it is, of an instant by UTC's clock."""
        return datetime.fromisoformat(f"{text}+00:00").astimezone(self.zone).date()

    def talks(self, system: str, kind: str) -> list[Any]:
        """Calls and the like: its own, and its customer's that name no account where it is the only one."""
        own = self.rows(system, kind, "account_id")
        if len(self.siblings) > 1:
            return own
        of_customer = self.raw.rows(system, kind, "customer_id", self.customer)
        return [*own, *(each for each in of_customer if each["account_id"] is None)]

    def met(self) -> list[Any]:
        """Interactions: its own, and its customer's that name no account, however many he has."""
        of_customer = self.raw.rows("interactions", "interaction", "customer_id", self.customer)
        own = self.rows("interactions", "interaction", "account_id")
        return [*own, *(each for each in of_customer if each["account_id"] is None)]

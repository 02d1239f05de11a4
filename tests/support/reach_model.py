"""What a caller with bounds may see, worked out from tables in memory: the tables of a smaller utility."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.access.bounds import Bounds
from gateway.access.ties import Tie
from support.harness import KINDS, Tables

Row = Mapping[str, Any]


class ReachModel:
    """The keys in reach of these bounds."""

    def __init__(self, tables: Tables, bounds: Bounds) -> None:
        self.tables = tables
        accounts = self.rows("BillingAccount")
        of_customers = {row["id"] for row in accounts if row["customer_id"] in bounds.customers}
        self.accounts = bounds.accounts | of_customers
        rows = [row for row in accounts if row["id"] in self.accounts]
        self.customers = bounds.customers | {row["customer_id"] for row in rows}
        within = {
            key
            for key in self.customers
            if {row["id"] for row in accounts if row["customer_id"] == key} <= self.accounts
        }
        self.whole = bounds.customers | within - {None}
        premises = self._listed("premise_ids") | self._values("ServiceAgreement", "premise_id")
        points = self._listed("service_point_ids") | self._of_agreements()
        at_premises = {row["id"] for row in self.rows("ServicePoint") if row["premise_id"] in premises}
        self.keys: Mapping[Tie, Iterable[Any]] = {
            Tie.ACCOUNT: self.accounts,
            Tie.CUSTOMER: self.customers,
            Tie.WHOLE_CUSTOMER: self.whole,
            Tie.PARTY: self._parties() | self._persons(),
            Tie.WHOLE_PARTY: self._whole_parties(),
            Tie.PREMISE: premises,
            Tie.SERVICE_POINT: points | at_premises,
            Tie.OUTAGE: {row["id"] for row in self.rows("OutageEvent") if row["premise_id"] in premises},
        }

    def rows(self, table: str) -> Sequence[Any]:
        return self.tables.get(table, ())

    def reduced(self) -> dict[str, list[dict[str, Any]]]:
        """The tables without rows out of reach."""
        return {
            name: [self._trimmed(name, row) for row in rows if self.admits(name, row)]
            for name, rows in self.tables.items()
        }

    def admits(self, name: str, row: Row) -> bool:
        """Whether a row is in reach: the first of its ties that has a value decides."""
        if row.get("search_account_id") is not None and row["search_account_id"] not in self.accounts:
            return False
        for field, tie in KINDS[name].TIES.items():
            key = row.get(field)
            if key is not None:
                return key in self.keys[tie] if isinstance(tie, Tie) else self._has_parent(tie, key)
        return False

    def _has_parent(self, names: Sequence[str], key: str) -> bool:
        return any(row["id"] == key and self.admits(name, row) for name in names for row in self.rows(name))

    def _trimmed(self, name: str, row: Row) -> dict[str, Any]:
        if name != "AccountReference":
            return dict(row)
        accounts = [each for each in self.rows("BillingAccount") if each["customer_id"] == row["customer_id"]]
        number = len({each["id"] for each in accounts if each["id"] in self.accounts} | {row["account_id"]})
        return {**row, "customer_accounts": number}

    def _of_accounts(self, table: str) -> list[Row]:
        return [row for row in self.rows(table) if row["account_id"] in self.accounts]

    def _values(self, table: str, field: str) -> set[str]:
        return {row[field] for row in self._of_accounts(table) if row.get(field) is not None}

    def _listed(self, field: str) -> set[str]:
        return {key for row in self._of_accounts("AccountReference") for key in row.get(field) or ()}

    def _of_agreements(self) -> set[str]:
        return {key for row in self._of_accounts("ServiceAgreement") for key in row.get("service_point_ids") or ()}

    def _persons(self) -> set[str]:
        indexed = {row["id"] for row in self.rows("Person") if row.get("search_account_id") in self.accounts}
        return indexed | self._values("AccountPerson", "person_id") | self._listed("person_ids")

    def _parties(self) -> set[Any]:
        rows = [row for row in self.rows("Customer") if row["id"] in self.customers]
        parties = {row["party_id"] for row in rows}
        relations = {row["party_id"] for row in rows if row["party_kind"] in ("RELATIONSHIP", None)}
        joined = [row for row in self.rows("PartyRelationship") if row["id"] in relations]
        return parties | {row[name] for row in joined for name in ("person_id", "organization_id")}

    def _whole_parties(self) -> set[str]:
        parties = {row["party_id"] for row in self.rows("Customer") if row["id"] in self.whole} - {None}
        customers = self.rows("Customer")
        return {key for key in parties if all(row["id"] in self.whole for row in customers if row["party_id"] == key)}

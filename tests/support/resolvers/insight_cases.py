"""Cases of insights: rows that raise one, the boundary that does not, and the lookups it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.errors import SourceDown
from support.harness import Harness, Held
from support.rows import row
from support.utility import ACCOUNT

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
QUERY = """query($account: ID!, $areas: [InsightArea!], $least: InsightSeverity) {
  billingAccount(id: $account) { insights(areas: $areas, minSeverity: $least) {
    total
    top { code }
    all { code area severity state title message
      amount { amount currency } facts { name money { amount currency } } evidence { recordType recordId } }
    unknown { code state severity title message }
    sources { system state } } } }"""


@dataclass(frozen=True, slots=True)
class Case:
    """One insight, or one side of it.

    fires: tables that raise it, in place of those of a quiet account.
    silent: tables at the boundary, where it is not raised.
    down: lookups (`Bill by account_id`) or systems; each alone makes it unknown where it would be silent.
    says: a part of its message.
    severity, amount: those of the insight, where they matter.
    """

    code: str
    fires: Rows
    silent: Rows
    down: tuple[str, ...]
    says: str = ""
    severity: str | None = None
    amount: str | None = None


def quiet_account() -> Held:
    """The tables of an account that raises no insight: a single, active, connected account."""
    reach = [{"kind": "PHONE", "value": "+15550100"}, {"kind": "EMAIL", "value": "ada@example.com"}]
    person = row("Person", id="H", name="Ada Alder", roles=["CUSTOMER"], contact_points=reach)
    person["special_needs"] = []
    place = {"service_type": "ELECTRIC", "premise_id": "P1", "state": "CONNECTED"}
    agreement = {"status": "ACTIVE", "service_type": "ELECTRIC", "service_point_ids": ["S1"]}
    reference = {"customer_id": "C", "customer_accounts": 1, "premise_ids": ["P1"]}
    return {
        "Customer": [row("Customer", id="C", party_id="H", party_kind="PERSON")],
        "Person": [person | {"search_account_id": "A1"}],
        "BillingAccount": [
            row("BillingAccount", id="A1", customer_id="C", status="ACTIVE", opened_on="2019-04-01")
            | {"currency": "USD"}
        ],
        "AccountReference": [
            row("AccountReference", account_id="A1", person_ids=["H"], service_point_ids=["S1"], **reference)
        ],
        "AccountPerson": [row("AccountPerson", id="AP", account_id="A1", person_id="H")],
        "Premise": [row("Premise", id="P1", is_vacant=False, life_support=False)],
        "ServicePoint": [row("ServicePoint", id="S1", **place)],
        "ServiceAgreement": [row("ServiceAgreement", id="G1", account_id="A1", **agreement)],
    }


def fill(at: Harness, rows: Rows) -> None:
    """Fill the harness with a quiet account, and replace these tables."""
    at.fill({**quiet_account(), **rows})


async def insights(at: Harness, areas: Sequence[str] | None = None, least: str | None = None) -> Any:
    """The insights of account A1."""
    data = await at.ask(QUERY, account=ACCOUNT, areas=areas, least=least)
    return data["billingAccount"]["insights"]


def raised_as(code: str, result: Any) -> list[Any]:
    """The raised insights of one code."""
    return [insight for insight in result["all"] if insight["code"] == code]


def account_row(record: str, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A row of account A1."""
    return row(record, id=f"{record}{number}", account_id="A1", **fields)


def unknown_codes(result: Any) -> set[str]:
    """The codes of unknown insights."""
    return {insight["code"] for insight in result["unknown"]}


def raised_codes(result: Any) -> set[str]:
    """The codes of raised insights."""
    return {insight["code"] for insight in result["all"]}


def take_down(at: Harness, *lookups: str, why: Any = SourceDown) -> None:
    """Make these lookups or systems fail."""
    at.gate.down = dict.fromkeys(lookups, why)

"""What each insight looks like: rows that raise it, the boundary that does not, and what it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.errors import SourceDown
from support.rows import row
from support.utility import ACCOUNT
from support.world import Held, World

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
QUERY = """query($account: ID!, $areas: [InsightArea!], $least: InsightSeverity) {
  billingAccount(id: $account) { insights(areas: $areas, minSeverity: $least) {
    total
    top { code }
    all { code area severity state title message
      amount { amount currency } evidence { recordType recordId } }
    unknown { code state severity title message }
    sources { system state } } } }"""


@dataclass(frozen=True, slots=True)
class Case:
    """One insight, or one side of it.

    `fires` are the rows that raise it, table by table, in place of what a quiet account has; `silent` those
    of the boundary, where it is not raised any more. `down` are lookups (`Bill by account_id`) or systems,
    each of which alone makes it unknown where it would be silent. `says` is in its message; `severity` and
    `amount` are what it says, where they matter.
    """

    code: str
    fires: Rows
    silent: Rows
    down: tuple[str, ...]
    says: str = ""
    severity: str | None = None
    amount: str | None = None


def quiet_account() -> Held:
    """An account about which there is nothing to say but what is always said: alone, active, connected."""
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


def fill(at: World, rows: Rows) -> None:
    """Put a quiet account in place, these tables instead of its own."""
    at.fill({**quiet_account(), **rows})


async def insights(at: World, areas: Sequence[str] | None = None, least: str | None = None) -> Any:
    """The insights of account A1."""
    data = await at.ask(QUERY, account=ACCOUNT, areas=areas, least=least)
    return data["billingAccount"]["insights"]


def raised_as(code: str, result: Any) -> list[Any]:
    """What is raised of one code."""
    return [each for each in result["all"] if each["code"] == code]


def account_row(record: str, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A row of account A1."""
    return row(record, id=f"{record}{number}", account_id="A1", **fields)


def unknown_codes(result: Any) -> set[str]:
    """The codes that nobody can decide."""
    return {each["code"] for each in result["unknown"]}


def raised_codes(result: Any) -> set[str]:
    """The codes that are raised."""
    return {each["code"] for each in result["all"]}


def take_down(at: World, *lookups: str, why: Any = SourceDown) -> None:
    """These do not answer."""
    at.gate.down = dict.fromkeys(lookups, why)

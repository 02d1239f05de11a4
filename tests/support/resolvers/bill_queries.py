"""Queries for the bill comparison and the financial summary of account A1."""

from collections.abc import Sequence
from typing import Any

from gateway.ids import global_id
from support.harness import Harness
from support.utility import ACCOUNT, utility

QUERY = """query($account: ID!) { billingAccount(id: $account) { billComparison {
  current { id }
  comparisons { base bill { id } verdict change { amount currency } changePercent changePerDayPercent
    drivers { kind serviceType amount { amount } text } } } } }"""


async def compared(at: Harness, tables: Any) -> Any:
    """The comparison of account A1's bills."""
    at.fill({**utility(1), **tables})
    return (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]["billComparison"]


async def beside(at: Harness, tables: Any) -> tuple[Any, Any]:
    """The comparisons with the bill before and with last year's."""
    previous, last_year = (await compared(at, tables))["comparisons"]
    assert (previous["base"], last_year["base"]) == ("PREVIOUS_BILL", "SAME_PERIOD_LAST_YEAR")
    return previous, last_year


def which(comparison: Any) -> str | None:
    """The id of the base bill, as its system has it."""
    bill = comparison["bill"]
    names = {global_id("Bill", f"Bill{n}"): f"Bill{n}" for n in range(10)}
    return bill and names[bill["id"]]


def summed(fields: Sequence[str]) -> str:
    """A query for these fields of account A1's summary."""
    inner = " ".join(fields)
    return f"query($account: ID!) {{ billingAccount(id: $account) {{ financialSummary {{ {inner} }} }} }}"


async def summary(at: Harness, tables: Any, fields: Sequence[str]) -> Any:
    """Fields of the summary of account A1, over these tables."""
    at.fill({**utility(1), "Payment": [], **tables})
    return (await at.ask(summed(fields), account=ACCOUNT))["billingAccount"]["financialSummary"]

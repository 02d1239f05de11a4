"""The planted cases by name, with the ids to look them up by."""

from dataclasses import dataclass

from gateway_demo.cases.customers import PLANTED
from gateway_demo.cases.model import PlantedCustomer
from gateway_demo.plan.accounts import account_id, account_number, customer_id, customer_number


@dataclass(frozen=True, slots=True)
class Case:
    """A planted case; `account_id` is the customer's first account, or empty."""

    name: str
    customer_id: str
    customer_number: str
    account_id: str
    account_number: str
    other_id: str
    shows: str
    insights: tuple[str, ...]


def _case(n: int, planted: PlantedCustomer) -> Case:
    has_account = bool(planted.traits)
    return Case(
        name=planted.name,
        customer_id=customer_id(n),
        customer_number=customer_number(n),
        account_id=account_id(n) if has_account else "",
        account_number=account_number(n) if has_account else "",
        other_id=planted.other,
        shows=planted.shows,
        insights=planted.insights,
    )


CASES = tuple(_case(n, planted) for n, planted in enumerate(PLANTED, start=1))
BY_NAME = {case.name: case for case in CASES}

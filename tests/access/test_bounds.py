"""A caller with bounds finds nothing outside of them, and cannot tell what is there from what is not."""

from collections.abc import AsyncIterator

import pytest
from support.harness import Harness, harness
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.access.bounds import Bounds
from gateway.access.caller import ALL_SCOPES, Caller
from gateway.ids import global_id

A1 = Caller("portal", ALL_SCOPES, bounds=Bounds(accounts=frozenset({"A1"})))


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    async with harness(utility()) as gateway:
        yield gateway


ACCOUNTS = """query($a: ID!, $b: ID!, $c: ID!) { one: billingAccount(id: $a) { accountNumber }
  other: billingAccount(id: $b) { accountNumber }
  customer(id: $c) { customerNumber accounts(includeClosed: true) { accountNumber } } }"""


async def test_a_caller_sees_its_account_and_no_sibling(at: Harness) -> None:
    answer = await at.asked_by(A1).ask(ACCOUNTS, a=ACCOUNT, b=global_id("BillingAccount", "A2"), c=CUSTOMER)
    assert answer == {
        "one": {"accountNumber": "1001"},
        "other": None,
        "customer": {"customerNumber": "C-1", "accounts": [{"accountNumber": "1001"}]},
    }

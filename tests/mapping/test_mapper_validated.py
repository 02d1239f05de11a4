"""An invalid row fails its key only: it is not cached, and the last valid answer is shown as stale."""

from typing import Any

from support.cache.harnesses import cached_catalog, caching_harness
from support.harness import Harness, harness
from support.utility import utility

from gateway.ids import global_id

ACCOUNTS = [global_id("BillingAccount", each) for each in ("A1", "A2")]
NODE = "query($id: ID!) { node(id: $id) { id ... on BillingAccount { openedOn } } }"
BALANCES = """query($ids: [ID!]!) {
  nodes(ids: $ids) { ... on BillingAccount { balance { current { amount } } } }
}"""
INVALID = {"amount": "plenty"}


async def _balances(at: Harness) -> tuple[list[Any], str]:
    body = (await at.engine.execute(BALANCES, {"ids": ACCOUNTS})).body()
    balances = [node["balance"] and node["balance"]["current"]["amount"] for node in body["data"]["nodes"]]
    return balances, body["extensions"]["sources"]["BILLING"]["state"]


def _set_balance(at: Harness, account: str, balance: Any) -> Any:
    """Replace a balance; returns the previous one."""
    rows = at.held["AccountBalance"]
    index = next(number for number, row in enumerate(rows) if row["account_id"] == account)
    previous = rows[index]["current"]
    rows[index] = {**rows[index], "current": balance}
    return previous


async def test_an_invalid_row_shows_the_last_valid_answer_as_stale() -> None:
    async with harness(utility(), text=cached_catalog(0)) as at:
        valid, state = await _balances(at)
        assert (state, all(valid)) == ("OK", True)
        balance = _set_balance(at, "A1", INVALID)
        assert await _balances(at) == (valid, "STALE")
        _set_balance(at, "A1", balance)
        assert await _balances(at) == (valid, "OK")


async def test_an_invalid_row_is_not_cached_and_other_keys_are() -> None:
    async with caching_harness(utility()) as at:
        balance = _set_balance(at, "A1", INVALID)
        assert [each is None for each in (await _balances(at))[0]] == [True, False]
        at.gate.clear()
        _set_balance(at, "A1", balance)
        assert all((await _balances(at))[0])
        assert at.gate.batch_names() == ["AccountBalance by account_id x 1"]


async def test_two_different_rows_with_one_id_are_an_error() -> None:
    async with harness(utility()) as at:
        rows = at.held["BillingAccount"]
        rows.append({**rows[0], "status": "FINALED"})
        answer = (await at.answer(NODE, id=ACCOUNTS[0])).body()
    assert answer["data"]["node"] is None
    assert answer["errors"][0]["extensions"]["code"] == "SOURCE_MISREAD"


async def test_two_equal_rows_with_one_id_are_one_record() -> None:
    async with harness(utility()) as at:
        rows = at.held["BillingAccount"]
        rows.append({**rows[0]})
        data = await at.ask(NODE, id=ACCOUNTS[0])
    assert data["node"]["id"] == ACCOUNTS[0]

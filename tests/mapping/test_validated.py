"""What cannot be read is a failure of its key: nobody remembers it, and what was remembered is shown."""

from typing import Any

from support.cache.worlds import keeping, kept
from support.utility import utility
from support.world import World, world

from gateway.ids import global_id

ACCOUNTS = [global_id("BillingAccount", each) for each in ("A1", "A2")]
BALANCES = """query($ids: [ID!]!) {
  nodes(ids: $ids) { ... on BillingAccount { balance { current { amount } } } }
}"""
NONSENSE = {"amount": "plenty"}


async def _balances(at: World) -> tuple[list[Any], str]:
    body = (await at.engine.execute(BALANCES, {"ids": ACCOUNTS})).body()
    found = [each["balance"] and each["balance"]["current"]["amount"] for each in body["data"]["nodes"]]
    return found, body["extensions"]["sources"]["BILLING"]["state"]


def _say(at: World, account: str, current: Any) -> Any:
    """Let a balance be another one, in a row of its own; what it was before."""
    told = at.held["AccountBalance"]
    place = next(number for number, each in enumerate(told) if each["account_id"] == account)
    before = told[place]["current"]
    told[place] = {**told[place], "current": current}
    return before


async def test_nonsense_shows_the_last_that_could_be_read_as_stale_and_costs_no_other_key() -> None:
    async with world(utility(), text=kept(0)) as at:
        good, state = await _balances(at)
        assert (state, all(good)) == ("OK", True)
        true = _say(at, "A1", NONSENSE)
        assert await _balances(at) == (good, "STALE")
        _say(at, "A1", true)
        assert await _balances(at) == (good, "OK")


async def test_nonsense_is_not_remembered_while_what_can_be_read_is() -> None:
    async with keeping(utility()) as at:
        true = _say(at, "A1", NONSENSE)
        assert [each is None for each in (await _balances(at))[0]] == [True, False]
        at.gate.forget()
        _say(at, "A1", true)
        assert all((await _balances(at))[0])
        assert at.gate.asked() == ["AccountBalance by account_id x 1"]


async def test_of_two_different_rows_of_one_id_neither_is_believed() -> None:
    async with world(utility()) as at:
        told = at.held["BillingAccount"]
        told.append({**told[0], "status": "FINALED"})
        answer = (await at.answer("query($id: ID!) { node(id: $id) { id } }", id=ACCOUNTS[0])).body()
    assert (answer["data"]["node"], answer["errors"][0]["extensions"]["code"]) == (None, "SOURCE_MISREAD")


async def test_of_two_equal_rows_of_one_id_one_is_shown() -> None:
    async with world(utility()) as at:
        told = at.held["BillingAccount"]
        told.append({**told[0]})
        found = await at.ask("query($id: ID!) { node(id: $id) { id } }", id=ACCOUNTS[0])
    assert found["node"]["id"] == ACCOUNTS[0]

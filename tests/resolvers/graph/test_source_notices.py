"""Which states of a system people need to see, and the sentence that says it."""

import pytest
from support.harness import Harness
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown, SourceTimeout
from gateway.languages.locales import LOCALES, using
from gateway.resolvers.graph.source_status import NOTICES, SourceState

QUERY = """query($account: ID!) { billingAccount(id: $account) {
  bills { sources { state needsNotice notice } } } }"""


async def bill_source(at: Harness, down: type[Exception] | None) -> tuple[str, bool, str | None]:
    at.fill(utility(1))
    at.gate.down = {"BILLING": down} if down else {}
    data = (await at.answer(QUERY, account=ACCOUNT)).data or {}
    [source] = data["billingAccount"]["bills"]["sources"]
    return source["state"], source["needsNotice"], source["notice"]


async def test_a_system_that_answers_needs_no_notice(at: Harness) -> None:
    assert await bill_source(at, None) == ("OK", False, None)


@pytest.mark.parametrize(("error", "state"), [(SourceDown, "DOWN"), (SourceTimeout, "TIMEOUT")])
async def test_a_system_that_is_away_has_a_notice(at: Harness, error: type[Exception], state: str) -> None:
    assert await bill_source(at, error) == (state, True, "Billing did not answer; its data is missing.")
    assert at.gate.batch_names() == sorted(["BillingAccount by id x 1", "Bill by account_id x 1"])


async def test_a_notice_is_in_the_language_of_the_request(at: Harness) -> None:
    with using(LOCALES["es-us"]):
        _, _, notice = await bill_source(at, SourceDown)
    assert notice is not None
    assert notice.endswith("no respondió; faltan sus datos.")


def test_only_good_states_have_no_notice() -> None:
    assert {*SourceState} - {*NOTICES} == {SourceState.OK, SourceState.NOT_CONFIGURED}

"""Each insight is raised, is silent at its boundary, and is unknown while a needed lookup is down."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from support.harness import Harness
from support.resolvers import (
    cases_billing,
    cases_collections,
    cases_customer,
    cases_disconnection,
    cases_interaction,
    cases_payment,
    cases_service,
    cases_usage,
)
from support.resolvers.insight_cases import Case, fill, insights, raised_as, raised_codes, take_down, unknown_codes
from support.resolvers.single_rules import context as evaluation_context

from gateway.errors import SourceDown
from gateway.loading.loader import Loader
from gateway.resolvers.graph.context import Context
from gateway.resolvers.insights.model.fact import Fact, FactLoader, await_each
from gateway.resolvers.insights.model.rule import Rule
from gateway.resolvers.insights.rules.table import RULES
from gateway.resolvers.records import RECORDS

FILES = (
    cases_billing,
    cases_payment,
    cases_collections,
    cases_disconnection,
    cases_customer,
    cases_service,
    cases_usage,
    cases_interaction,
)
CASES = [case for file in FILES for case in file.CASES]
RULE = {rule.code: rule for rule in RULES}
NAMES = [f"{case.code}-{number}" for number, case in enumerate(CASES)]
# E-mails are found by the customer, whom the account itself names: what else it is known by changes nothing.
IN_VAIN = {"CONTACT_DATA_STALE": ("AccountReference by account_id",)}
every_look = pytest.mark.parametrize("case", CASES, ids=NAMES)


async def alone(at: Harness, case: Case) -> object:
    """The insights of the case's area."""
    return await insights(at, [RULE[case.code].area.value])


def test_every_rule_has_a_case() -> None:
    assert {case.code for case in CASES} == {rule.code for rule in RULES if not rule.about_systems}


def test_every_code_is_in_the_table_once() -> None:
    assert len(RULE) == len(RULES)


@every_look
async def test_it_is_raised(shared: Harness, case: Case) -> None:
    fill(shared, case.fires)
    result = await alone(shared, case)
    raised = raised_as(case.code, result)
    assert raised, result
    assert case.says in raised[0]["message"]
    if case.severity is not None:
        assert raised[0]["severity"] == case.severity
    if case.amount is not None:
        assert raised[0]["amount"]["amount"] == case.amount


@every_look
async def test_it_is_silent_at_its_boundary(shared: Harness, case: Case) -> None:
    fill(shared, case.silent)
    result = await alone(shared, case)
    assert raised_as(case.code, result) == []
    assert case.code not in {insight["code"] for insight in result["unknown"]}


@pytest.mark.parametrize(
    ("case", "down"), [(case, down) for case in CASES for down in case.down], ids=lambda value: str(value)[:40]
)
async def test_it_is_unknown_while_a_needed_lookup_is_down(shared: Harness, case: Case, down: str) -> None:
    fill(shared, case.silent)
    shared.gate.down = {down: SourceDown}
    result = await alone(shared, case)
    assert raised_as(case.code, result) == []
    [lost] = [insight for insight in result["unknown"] if insight["code"] == case.code]
    assert lost["state"] == "UNKNOWN"
    rule = RULE[case.code]
    assert lost["severity"] == (rule.worst_severity or rule.severity).value


async def lookups(at: Harness, facts: Sequence[Fact]) -> dict[str, str]:
    """The lookups that these facts load, each with its system."""
    engine = at.engine
    load, on = Loader(engine.finder), evaluation_context()
    context = Context(
        load, engine.now, engine.config.rules, engine.config.zone, RECORDS, {}, engine.systems, None, None
    )
    facts_loader = FactLoader(SimpleNamespace(context=context), on)
    at.gate.clear()
    await await_each([facts_loader.result(fact) for fact in facts])
    load.close()
    return {batch.lookup.name: batch.lookup.source for batch in at.gate.batches}


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.about_systems], ids=lambda case: case.code)
async def test_every_needed_lookup_is_down_in_a_case(shared: Harness, rule: Rule) -> None:
    cases = [case for case in CASES if case.code == rule.code]
    lookups_asked: dict[str, str] = {}
    for case in cases:
        fill(shared, case.silent)
        lookups_asked |= await lookups(shared, (*rule.required, *rule.any_of))
    taken = {*IN_VAIN.get(rule.code, ()), *(down for case in cases for down in case.down)}
    assert lookups_asked
    assert {name for name, system in lookups_asked.items() if not {name, system} & taken} == set()


@pytest.mark.parametrize("case", [case for case in CASES if case.code in IN_VAIN], ids=lambda case: case.code)
async def test_a_lookup_that_changes_nothing_may_fail(shared: Harness, case: Case) -> None:
    for rows, is_raised in ((case.silent, False), (case.fires, True)):
        fill(shared, rows)
        take_down(shared, *IN_VAIN[case.code])
        result = await alone(shared, case)
        assert (case.code in raised_codes(result), case.code in unknown_codes(result)) == (is_raised, False)

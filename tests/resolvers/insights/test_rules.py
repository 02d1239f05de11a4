"""Each insight fires, is silent at its boundary, and is unknown where a system it needs does not answer."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from support.resolvers import cases_billing as looks_billing
from support.resolvers import cases_collections as looks_collecting
from support.resolvers import cases_customer as looks_people
from support.resolvers import cases_disconnection as looks_cutting
from support.resolvers import cases_interaction as looks_contacting
from support.resolvers import cases_payment as looks_paying
from support.resolvers import cases_service as looks_caring
from support.resolvers import cases_usage as looks_using
from support.resolvers.insight_cases import Case, filled, insights, of, raised, refuse, unknown
from support.resolvers.single_rules import on as circumstances
from support.world import World

from gateway.errors import SourceDown
from gateway.loading.loader import Loader
from gateway.resolvers.graph.context import Context
from gateway.resolvers.insights.model.fact import Evaluation, Fact, await_each
from gateway.resolvers.insights.model.rule import Rule
from gateway.resolvers.insights.rules.table import RULES
from gateway.resolvers.records import RECORDS

FILES = (
    looks_billing,
    looks_paying,
    looks_collecting,
    looks_cutting,
    looks_people,
    looks_caring,
    looks_using,
    looks_contacting,
)
LOOKS = [each for file in FILES for each in file.LOOKS]
RULE = {each.code: each for each in RULES}
NAMES = [f"{each.code}-{number}" for number, each in enumerate(LOOKS)]
# E-mails are found by the customer, whom the account itself names: what else it is known by changes nothing.
IN_VAIN = {"CONTACT_DATA_STALE": ("AccountReference by account_id",)}
every_look = pytest.mark.parametrize("look", LOOKS, ids=NAMES)


async def alone(at: World, look: Case) -> object:
    """The insights of the area that this one belongs to."""
    return await insights(at, [RULE[look.code].area.value])


def test_every_rule_of_the_table_is_looked_at() -> None:
    assert {each.code for each in LOOKS} == {each.code for each in RULES if not each.about_systems}


def test_every_code_is_in_the_table_once() -> None:
    assert len(RULE) == len(RULES)


@every_look
async def test_it_fires(shared: World, look: Case) -> None:
    filled(shared, look.fires)
    told = await alone(shared, look)
    found = of(look.code, told)
    assert found, told
    assert look.says in found[0]["message"]
    if look.severity is not None:
        assert found[0]["severity"] == look.severity
    if look.amount is not None:
        assert found[0]["amount"]["amount"] == look.amount


@every_look
async def test_it_is_silent_at_its_boundary(shared: World, look: Case) -> None:
    filled(shared, look.silent)
    told = await alone(shared, look)
    assert of(look.code, told) == []
    assert look.code not in {each["code"] for each in told["unknown"]}


@pytest.mark.parametrize(
    ("look", "down"), [(each, down) for each in LOOKS for down in each.down], ids=lambda each: str(each)[:40]
)
async def test_it_is_unknown_where_what_it_needs_does_not_answer(
    shared: World, look: Case, down: str
) -> None:
    filled(shared, look.silent)
    shared.gate.down = {down: SourceDown}
    told = await alone(shared, look)
    assert of(look.code, told) == []
    [lost] = [each for each in told["unknown"] if each["code"] == look.code]
    assert lost["state"] == "UNKNOWN"
    rule = RULE[look.code]
    assert lost["severity"] == (rule.worst_severity or rule.severity).value


async def lookups(at: World, facts: Sequence[Fact]) -> dict[str, str]:
    """The lookups that are asked for these facts, and the system of each."""
    engine = at.engine
    load, on = Loader(engine.finder), circumstances()
    context = Context(
        load, engine.now, engine.config.rules, engine.config.zone, RECORDS, {}, engine.systems, None
    )
    case = Evaluation(SimpleNamespace(context=context), on)
    at.gate.forget()
    await await_each([case.result(fact) for fact in facts])
    load.close()
    return {each.lookup.name: each.lookup.source for each in at.gate.batches}


@pytest.mark.parametrize(
    "rule", [each for each in RULES if not each.about_systems], ids=lambda each: each.code
)
async def test_every_lookup_that_must_answer_is_taken_away_in_a_look(shared: World, rule: Rule) -> None:
    mine = [look for look in LOOKS if look.code == rule.code]
    asked: dict[str, str] = {}
    for look in mine:
        filled(shared, look.silent)
        asked |= await lookups(shared, (*rule.required, *rule.any_of))
    taken = {*IN_VAIN.get(rule.code, ()), *(down for look in mine for down in look.down)}
    assert asked
    assert {name for name, system in asked.items() if not {name, system} & taken} == set()


@pytest.mark.parametrize("look", [each for each in LOOKS if each.code in IN_VAIN], ids=lambda each: each.code)
async def test_what_is_asked_in_vain_is_missed_by_nobody(shared: World, look: Case) -> None:
    for rows, is_raised in ((look.silent, False), (look.fires, True)):
        filled(shared, rows)
        refuse(shared, *IN_VAIN[look.code])
        told = await alone(shared, look)
        assert (look.code in raised(told), look.code in unknown(told)) == (is_raised, False)

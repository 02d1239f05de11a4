"""A client can write the message of every insight in its own language, from the facts alone."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from resolvers.insights.test_rules import CASES, NAMES, RULE
from support.harness import NEW_YORK, Harness
from support.resolvers.insight_cases import Case, fill
from support.utility import ACCOUNT

from gateway.languages.locales import LOCALES, using
from gateway.languages.texts import translated, translated_plural
from gateway.resolvers.graph.wording import day_text, instant_text, list_text, number_text, sentence
from gateway.resolvers.insights.model.message import Group, Plural, Where, names_in, texts_of
from gateway.resolvers.insights.model.texts import MORE

QUERY = """query($account: ID!, $areas: [InsightArea!]) { billingAccount(id: $account) { insights(areas: $areas) { all {
  code title message
  facts { name item text code money { formatted } day moment quantity unit unitSymbol flag } } } } }"""
SPANS = {
    "hour": ("{count} hour", "{count} hours"),
    "day": ("{count} day", "{count} days"),
    "month": ("{count} month", "{count} months"),
}


def fact_text(fact: Any) -> str:
    """One fact as a client writes it in another language."""
    if fact["money"]:
        return fact["money"]["formatted"]
    if fact["day"]:
        return day_text(date.fromisoformat(fact["day"]))
    if fact["moment"]:
        return instant_text(datetime.fromisoformat(fact["moment"]).astimezone(NEW_YORK))
    if fact["quantity"] is None:
        return fact["text"] or ""
    number = Decimal(fact["quantity"])
    if fact["unit"] in SPANS:
        return translated_plural(*SPANS[fact["unit"]], int(number)).format(count=number_text(number))
    return f"{number_text(number)} {fact['unitSymbol']}" if fact["unit"] else number_text(number)


def written(groups: Iterable[Group], facts: list[Any]) -> list[str]:
    """The sentences that these facts allow."""
    values: dict[str, list[Any]] = {}
    for fact in facts:
        values.setdefault(fact["name"], []).append(fact)
    sentences = []
    for group in groups:
        for each in group if isinstance(group, tuple) else (group,):
            text = texts_of(each)[-1]
            if {*names_in(text), *([each.name] if isinstance(each, Where) else [])} <= values.keys():
                forms = texts_of(each)
                count = int(values[each.by][0]["quantity"]) if isinstance(each, Plural) else 0
                chosen = translated_plural(*forms, count) if isinstance(each, Plural) else translated(text)
                lists = {name: list_text([fact_text(fact) for fact in values[name]]) for name in names_in(chosen)}
                sentences.append(sentence(chosen.format(**lists)))
                break
    return sentences


def message_of(insight: Any) -> str:
    rule, facts = RULE[insight["code"]], insight["facts"]
    sentences = written(rule.sentences, [fact for fact in facts if fact["item"] is None])
    for number in sorted({fact["item"] for fact in facts} - {None}):
        sentences += written(rule.each, [fact for fact in facts if fact["item"] == number])
    return " ".join([*sentences, *written([MORE], [fact for fact in facts if fact["item"] is None])])


@pytest.mark.parametrize("locale", ["en-us", "es-us"])
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_a_message_follows_from_its_facts(shared: Harness, case: Case, locale: str) -> None:
    fill(shared, case.fires)
    with using(LOCALES[locale]):
        data = await shared.ask(QUERY, account=ACCOUNT, areas=[RULE[case.code].area.value])
        insights = data["billingAccount"]["insights"]["all"]
        assert insights
        for insight in insights:
            assert insight["message"] == message_of(insight)
            assert insight["message"].endswith(".")
            assert "{" not in insight["message"]

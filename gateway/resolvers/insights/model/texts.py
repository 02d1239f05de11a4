"""The title, the message and the facts of one insight."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.languages.texts import translated
from gateway.resolvers.graph.wording import message, phrase
from gateway.resolvers.insights.model.insight_fact import InsightFact, facts_of
from gateway.resolvers.insights.model.message import Values, message_text
from gateway.resolvers.insights.model.rule import MAX_ITEMS, Finding, Rule

MORE = message("And {more} more.")


@dataclass(frozen=True, slots=True)
class RaisedTexts:
    """What a finding of a rule says."""

    rule: Rule
    finding: Finding

    def name_amount(self) -> bool:
        return self.rule.is_about_money

    def title(self) -> str:
        return translated(self.rule.title)

    def message(self) -> str:
        values = self._values()
        parts = [message_text(self.rule.sentences, values)]
        parts += [message_text(self.rule.each, item) for item in self._items()]
        return " ".join(filter(None, [*parts, message_text([MORE], values)]))

    def facts(self) -> list[InsightFact]:
        return [*facts_of(self._values()), *self._item_facts()]

    def _item_facts(self) -> Iterator[InsightFact]:
        for number, item in enumerate(self._items(), start=1):
            yield from facts_of(item, number)

    def _items(self) -> list[Values]:
        return [*self.finding.items[:MAX_ITEMS]]

    def _values(self) -> Values:
        more = max(0, len(self.finding.items) - MAX_ITEMS) or None
        return {"amount": self.finding.amount, **self.finding.values, "more": more}


@dataclass(frozen=True, slots=True)
class UnknownTexts:
    """What was not checked, and why."""

    rule: Rule
    reason: str

    def name_amount(self) -> bool:
        return self.rule.is_about_money

    def title(self) -> str:
        return phrase("Not checked: {title}", title=translated(self.rule.title))

    def message(self) -> str:
        title = translated(self.rule.title)
        return phrase('Could not check "{title}": {reason}', title=title, reason=self.reason)

    def facts(self) -> list[InsightFact]:
        return []

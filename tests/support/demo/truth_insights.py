"""All insights of an account by the formulas, over the demo's raw stores: nothing of the gateway."""

from collections import Counter
from decimal import Decimal

from support.demo import truth_insights_care as care
from support.demo import truth_insights_money as money
from support.demo import truth_insights_people as people
from support.demo import truth_insights_usage as usage
from support.demo.truth_raw import Account

Insight = tuple[str, str, Decimal | None]
RULES = {rule.__name__.upper(): rule for rule in (*money.RULES, *people.RULES, *care.RULES, *usage.RULES)}
SILENT_WITH = {"PAST_DUE": "IN_COLLECTIONS", "AUTOPAY_ON": "AUTOPAY_BLOCKED"}


def insights(account: Account) -> tuple[Counter[Insight], set[str]]:
    """What is raised, by code, severity and amount, and the codes that nobody can decide."""
    said = {code: list(rule(account)) for code, rule in RULES.items()}
    raised = {code: [each for each in found if each[0] != people.UNSAID] for code, found in said.items()}
    counted = Counter(
        (code, severity, amount)
        for code, found in raised.items()
        for severity, amount in found
        if not raised.get(SILENT_WITH.get(code, ""))
    )
    return counted, {code for code, found in said.items() if any(each[0] == people.UNSAID for each in found)}

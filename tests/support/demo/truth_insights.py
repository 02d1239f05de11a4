"""All insights of an account by the documented formulas, from raw stores, without the gateway."""

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
    """The raised insights by code, severity and amount, and the codes that are unknown."""
    results = {code: list(rule(account)) for code, rule in RULES.items()}
    raised = {code: [each for each in items if each[0] != people.UNKNOWN] for code, items in results.items()}
    counted = Counter(
        (code, severity, amount)
        for code, items in raised.items()
        for severity, amount in items
        if not raised.get(SILENT_WITH.get(code, ""))
    )
    return counted, {code for code, items in results.items() if any(each[0] == people.UNKNOWN for each in items)}

"""Rules about credit, and debt on other accounts of the customer."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from gateway.access.masks import Cleared
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.billing.balance import AccountBalance
from gateway.resolvers.collections.processes import CreditProcess
from gateway.resolvers.graph.values import Money, money_sum
from gateway.resolvers.graph.wording import message
from gateway.resolvers.insights.facts import by_account, by_reference
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import MAX_RECORDS, Evaluation
from gateway.resolvers.insights.model.insight import CRITICAL, INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.message import Days, Plural, Values
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined, known
from gateway.resolvers.insights.rules.collections import COLLECTIONS, active_of

rule = partial(Rule, InsightArea.COLLECTIONS)
CREDIT = Action("Show the credit history", COLLECTIONS)
MAX_DEBTS = 3  # of other accounts that are evidence, and of their debts
Debt = tuple[CreditProcess | AccountBalance, Money | None]


@rule("CREDIT_RATING_LOW", WARNING, "Low credit rating",
      "The credit rating is {rating}; below {threshold} it is too low.",
      required=(by_account.CREDIT_PROFILE,), action=CREDIT)  # fmt: skip
def credit_rating_low(evaluation: Evaluation) -> Findings:
    """The creditRating is below the ratingThreshold."""
    for profile in evaluation[by_account.CREDIT_PROFILE]:
        text = message("The collections system does not give the credit rating, or its threshold.")
        rating, threshold = known(profile.credit_rating, text), known(profile.rating_threshold, text)
        if rating < threshold:
            yield Finding({"rating": rating, "threshold": threshold}, evidence=[profile])


@rule("CREDIT_RATING_DROP", INFORMATION, "Credit rating fell",
      Plural("The credit rating lost {points} point within {days}.",
             "The credit rating lost {points} points within {days}.", by="points"),
      required=(by_account.CREDIT_RATINGS,), action=CREDIT)  # fmt: skip
def credit_rating_drop(evaluation: Evaluation) -> Findings:
    """The entries of the last 90 days take away 50 points or more in total."""
    thresholds = evaluation.thresholds
    since = evaluation.days_ago(thresholds.rating_drop_days)
    recent = [entry for entry in evaluation[by_account.CREDIT_RATINGS] if entry.created_on > since]
    if len(recent) >= MAX_RECORDS:
        raise Undetermined("There are too many credit rating entries to add up.")
    points = sum(entry.effect for entry in recent)
    if recent and points <= -thresholds.rating_drop:
        values = {"points": -points, "days": Days(thresholds.rating_drop_days)}
        drops = [entry for entry in recent if entry.effect < 0]
        yield Finding(values, at=max(entry.created_on for entry in recent), evidence=drops)


@rule("CASH_ONLY", CRITICAL, "Cash only", "Only cash or a money order is accepted.",
      required=(by_account.CREDIT_PROFILE,), action=Action("Tell where to pay with cash or a money order"))  # fmt: skip
def cash_only(evaluation: Evaluation) -> Findings:
    """The cashOnlyScore is above the cashOnlyThreshold."""
    for profile in evaluation[by_account.CREDIT_PROFILE]:
        if known(profile.is_cash_only(), "The collections system does not say whether the account is cash only."):
            yield Finding(evidence=[profile])


@rule("COLLECTION_EXEMPT", INFORMATION, "Collection postponed",
      "Reviews of the account's debt are postponed until {until}.",
      required=(by_account.CREDIT_PROFILE,))  # fmt: skip
def collection_exempt(evaluation: Evaluation) -> Findings:
    """The day postponeReviewUntil is today or later."""
    for profile in evaluation[by_account.CREDIT_PROFILE]:
        if profile.postpone_review_until is not None and profile.postpone_review_until >= evaluation.today:
            yield Finding({"until": profile.postpone_review_until}, evidence=[profile])


@rule("OTHER_ACCOUNT_DEBT", WARNING, "Debt on another account",
      (Plural("At least {least_count} other account of this customer owes at least {least_owed} that is past due.",
              "At least {least_count} other accounts of this customer owe at least {least_owed} that is past due.",
              by="least_count"),
       Plural("At least {least_count} other account of this customer has debt that is being collected.",
              "At least {least_count} other accounts of this customer have debt that is being collected.",
              by="least_count"),
       "Account {account} of this customer owes {amount} that is past due.",
       "Account {account} of this customer has debt that is being collected.",
       Plural("Another account of this customer owes {amount} that is past due.",
              "{count} other accounts of this customer owe {amount} that is past due."),
       Plural("Another account of this customer has debt that is being collected.",
              "{count} other accounts of this customer have debt that is being collected.")),
      each=(("Account {account} owes {owed}.", "Account {account} has debt that is being collected."),),
      required=(by_reference.CUSTOMER_ACCOUNTS,),
      any_of=(by_reference.OTHER_BALANCES, by_reference.OTHER_COLLECTIONS),
      action=Action("Show the other account", InsightScreen.ACCOUNTS))  # fmt: skip
def other_account_debt(evaluation: Evaluation) -> Findings:
    """Another account of the customer is past due, or in collections; evidence = the accounts, then the debts.

    Amount = the sum of what is past due; null where the customer has more accounts than are loaded, or owes in
    several currencies: the message has a sum for each. Of accounts and debts, the three largest.
    """
    balances = evaluation[by_reference.OTHER_BALANCES]
    late = [balance for balance in balances if balance.past_due is not None and balance.past_due.amount > 0]
    active = active_of(evaluation[by_reference.OTHER_COLLECTIONS])
    debts = _largest_first(active, late)
    if debts:
        sums = _sums(late)
        is_whole = len(evaluation[by_reference.CUSTOMER_ACCOUNTS]) <= by_reference.MAX_ACCOUNTS
        accounts = _owing(evaluation, debts)
        count = len({record.account_id for record, _ in debts})
        values: Values = {"count": count, "amount": sums} if is_whole else {"least_count": count, "least_owed": sums}
        items = [{"account": Cleared(account.account_number), "owed": owed} for account, owed in accounts]
        if is_whole and count == 1:
            values, items = {**values, "account": next((item["account"] for item in items), None)}, []
        evidence = [*(account for account, _ in accounts[:MAX_DEBTS]), *(record for record, _ in debts[:MAX_DEBTS])]
        amount = sums[0] if is_whole and len(sums) == 1 else None
        yield Finding(values, amount, evidence=evidence, items=items)
    elif any(balance.past_due is None for balance in balances):
        raise Undetermined("It is not known whether another account of this customer is past due.")


def _sums(late: Sequence[AccountBalance]) -> tuple[Money, ...]:
    """What is past due in each currency."""
    owed = [balance.past_due for balance in late if balance.past_due]
    currencies = dict.fromkeys(each.currency for each in owed)
    sums = (money_sum([each for each in owed if each.currency == currency]) for currency in currencies)
    return tuple(each for each in sums if each)


def _largest_first(active: Sequence[CreditProcess], late: Sequence[AccountBalance]) -> list[Debt]:
    debts: list[Debt] = [(process, process.amount) for process in active]
    debts += [(balance, balance.past_due) for balance in late]
    return sorted(debts, key=lambda debt: debt[1].amount if debt[1] else Decimal(0), reverse=True)


def _owing(evaluation: Evaluation, debts: Sequence[Debt]) -> list[tuple[AccountCore, Money | None]]:
    """The accounts with these debts, in their order, and what is past due on each."""
    accounts = {account.id: account for account in evaluation[by_reference.CUSTOMER_ACCOUNTS]}
    late = {record.account_id: owed for record, owed in debts if isinstance(record, AccountBalance)}
    ids = dict.fromkeys(record.account_id for record, _ in debts)
    return [(accounts[key], late.get(key)) for key in ids if key in accounts]

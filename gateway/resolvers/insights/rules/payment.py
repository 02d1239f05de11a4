"""Rules about how an account pays, and what is about to be paid."""

from collections.abc import Sequence
from functools import partial

from gateway.access.redaction import mask_instrument
from gateway.resolvers.account.core import OPEN_STATUSES
from gateway.resolvers.billing.payments import ScheduledPayment
from gateway.resolvers.comparisons import payment_history
from gateway.resolvers.graph.date_ranges import in_force, months_before
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.facts import by_account
from gateway.resolvers.insights.facts.by_account import AUTOPAY, BILLS, PAYMENTS, REVERSED_PAYMENTS
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import CRITICAL, INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.message import Plural, Where
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined, known, total_amount

rule = partial(Rule, InsightArea.PAYMENT)


@rule("ON_TIME_PCT_12M", INFORMATION, "Bills paid on time",
      Plural("{paid} of {due} bill of the last twelve months was paid on time: {percent}%.",
             "{paid} of {due} bills of the last twelve months were paid on time: {percent}%.", by="due"),
      required=(BILLS, PAYMENTS), worst_severity=WARNING, silent_without=(PAYMENTS,),
      action=Action("Show the payments", InsightScreen.PAYMENTS))  # fmt: skip
def on_time_pct_12m(evaluation: Evaluation) -> Findings:
    """Bills fell due in the last 12 months; a warning where fewer than 75 % were paid on time."""
    bills, payments, today = evaluation[BILLS], evaluation[PAYMENTS], evaluation.today
    counts = payment_history.count_paid_on_time(bills, payments, today)
    if counts is None and payment_history.may_have_fallen_due(bills, today):
        raise Undetermined("The newest bills and payments do not show how the bills of the year were paid.")
    if counts is not None:
        paid, due = counts
        is_low = paid * 100 < evaluation.thresholds.on_time_percent * due
        values = {"paid": paid, "due": due, "percent": payment_history.on_time_percent(bills, payments, today)}
        yield Finding(values, severity=WARNING if is_low else None)


@rule("LAST_PAYMENT", INFORMATION, "Last payment", "The last payment was {amount} on {day}.",
      required=(by_account.LAST_PAYMENTS,), action=Action("Show the payment", InsightScreen.PAYMENTS))  # fmt: skip
def last_payment_made(evaluation: Evaluation) -> Findings:
    """A payment is frozen; amount = the newest one's."""
    payments = evaluation[by_account.LAST_PAYMENTS]
    newest = payment_history.last_payment(payments)
    if newest is None and any(payment.status is None for payment in payments):
        raise Undetermined("The payments system does not say which payments count.")
    if newest is not None:
        yield Finding({"day": newest.paid_on}, newest.amount, newest.paid_on, [newest])


@rule("PAYMENT_RETURNED", WARNING, "Payment returned",
      Plural("The payment of {day} came back: {amount}.",
             "{count} payments came back, {amount} in all, the newest of {day}."),
      required=(by_account.RECENT_PAYMENTS,), any_of=(REVERSED_PAYMENTS,), worst_severity=CRITICAL,
      action=Action("Ask the customer to pay again in another way", InsightScreen.PAYMENTS))  # fmt: skip
def payment_returned(evaluation: Evaluation) -> Findings:
    """A payment of the last 90 days was reversed for lack of funds, or returned without a reason.

    Critical where 2 of the last 12 months were.
    """
    thresholds = evaluation.thresholds
    since = evaluation.days_ago(thresholds.returned_days)
    year_ago = months_before(evaluation.today, payment_history.YEAR_MONTHS)
    reversals, reasons = evaluation[REVERSED_PAYMENTS], thresholds.returned_reasons
    payments = [reversal.payment for reversal in reversals if reversal.for_lack_of_funds(reasons)]
    recent = [payment for payment in payments if payment.paid_on > since]
    if recent:
        is_critical = sum(payment.paid_on > year_ago for payment in payments) >= thresholds.returned_critical
        newest = max(payment.paid_on for payment in recent)
        values = {"count": len(recent), "day": newest}
        amount = total_amount([payment.amount for payment in recent])
        yield Finding(values, amount, newest, recent, CRITICAL if is_critical else None)
    elif any(payment.status is None and payment.paid_on > since for payment in evaluation[by_account.RECENT_PAYMENTS]):
        raise Undetermined("The payments system does not say which payments came back.")


@rule("PAYMENT_PENDING", INFORMATION, "Payment to come",
      Plural("A payment of {amount} is still to come, on {day}.",
             "{count} payments are still to come, {amount} in all, the first on {day}."),
      required=(by_account.SCHEDULED_PAYMENTS,),
      action=Action("Show the scheduled payments", InsightScreen.PAYMENTS))  # fmt: skip
def payment_pending(evaluation: Evaluation) -> Findings:
    """Scheduled payments are due today or later; amount = the sum still outstanding."""
    ahead = [payment for payment in evaluation[by_account.SCHEDULED_PAYMENTS] if payment.due_on >= evaluation.today]
    amounts = outstanding(ahead)
    if amounts:
        day = min(payment.due_on for payment in ahead if outstanding([payment]))
        values = {"count": len(amounts), "day": day}
        yield Finding(values, total_amount(amounts), day, ahead)


def outstanding(scheduled: Sequence[ScheduledPayment]) -> list[Money]:
    """The outstanding amount of each scheduled payment. Undetermined if a received amount is unknown."""
    amounts: list[Money] = []
    for payment in scheduled:
        received = known(payment.received, "A scheduled payment does not say how much of it was received.")
        rest = payment.amount.amount - received.amount
        if rest > 0:
            amounts.append(Money(amount=rest, currency=payment.amount.currency))
    return amounts


@rule("AUTOPAY_ON", INFORMATION, "Autopay",
      [("Bills are paid automatically from {instrument}.", "Bills are paid automatically."),
       "The next draw is on {draw}."],
      required=(AUTOPAY,), superseded_by=("AUTOPAY_BLOCKED",),
      action=Action("Show autopay", InsightScreen.PAYMENTS))  # fmt: skip
def autopay_on(evaluation: Evaluation) -> Findings:
    """An autopay instruction is in force today."""
    for order in in_force(evaluation[AUTOPAY], evaluation.today)[:1]:
        draw = order.next_draw_on
        draw = draw if draw is not None and draw >= evaluation.today else None
        instrument = mask_instrument(order.instrument) if order.instrument else None
        yield Finding({"instrument": instrument, "draw": draw}, at=order.since, evidence=[order])


@rule("AUTOPAY_OFF", INFORMATION, "No autopay", "Bills are not paid automatically.", required=(AUTOPAY,),
      silent_without=(AUTOPAY,), action=Action("Offer autopay"))  # fmt: skip
def autopay_off(evaluation: Evaluation) -> Findings:
    """The account is open, and no autopay instruction is in force today."""
    if evaluation.account.status in OPEN_STATUSES and not in_force(evaluation[AUTOPAY], evaluation.today):
        yield Finding()


@rule("AUTOPAY_BLOCKED", WARNING, "Autopay blocked",
      (Where("cash_only", "Autopay is in force, but only cash or a money order is accepted."),
       "Autopay is in force, but it ends on {ends}, before its next draw on {draw}."),
      required=(AUTOPAY,), any_of=(by_account.CREDIT_PROFILE,),
      action=Action("Agree on another way to pay", InsightScreen.PAYMENTS))  # fmt: skip
def autopay_blocked(evaluation: Evaluation) -> Findings:
    """Autopay is in force, but the account is cash only, or the instruction ends before its next draw."""
    orders, profile = (in_force(evaluation[AUTOPAY], evaluation.today), evaluation.only(by_account.CREDIT_PROFILE))
    cash_only = profile.is_cash_only() if profile else False
    ending = [order for order in orders if order.until and order.next_draw_on and order.until < order.next_draw_on]
    if orders and profile and cash_only:
        yield Finding({"cash_only": True}, at=orders[0].since, evidence=[*orders, profile])
    elif ending:
        values = {"ends": ending[0].until, "draw": ending[0].next_draw_on}
        yield Finding(values, at=ending[0].until, evidence=ending)
    elif orders and cash_only is None:
        raise Undetermined("The collections system does not say whether the account is cash only.")

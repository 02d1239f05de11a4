"""Rules about bills: the newest bill that counts, those of a year, and the next one."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from gateway.resolvers.account.core import OPEN_STATUSES
from gateway.resolvers.billing.bills import Bill, BillStatus
from gateway.resolvers.billing.payments import AutopayInstruction
from gateway.resolvers.comparisons.bill_pairs import BillPair, current_bill, issued_since, previous_bill
from gateway.resolvers.comparisons.bills import driver_text
from gateway.resolvers.comparisons.drivers import billed_days, counted_segments
from gateway.resolvers.comparisons.payment_history import billed_in_a_year, issued_in_a_year
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.values import Money
from gateway.resolvers.graph.wording import message
from gateway.resolvers.insights.facts import by_account
from gateway.resolvers.insights.facts.by_account import BALANCE, BILLS, LAST_YEAR_BILL_PAIR, PREVIOUS_BILL_PAIR
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.message import Coded, Days
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined, known, total_amount
from gateway.resolvers.insights.rules.payment import outstanding

rule = partial(Rule, InsightArea.BILLING)
NO_DAYS = message("The bills do not give the number of days in their periods.")
COMPARE = Action("Compare the bills", InsightScreen.BILL_COMPARISON)
SHOW = Action("Show the bill", InsightScreen.BILLS)


@rule("BILL_HIGHER_PREV", WARNING, "Higher than the bill before",
      ("The newest bill is {amount} higher than that of {day}: {raw}% in all, {daily}% per day.",
       "The newest bill is {amount} higher than that of {day}."),
      required=(BILLS, PREVIOUS_BILL_PAIR), action=COMPARE)  # fmt: skip
def bill_higher_prev(evaluation: Evaluation) -> Findings:
    """The newest issued bill charges 20 % more a day than the bill before, and 15 more in all."""
    return _higher(evaluation, evaluation[PREVIOUS_BILL_PAIR])


@rule("BILL_HIGHER_YOY", WARNING, "Higher than a year ago",
      ("The newest bill is {amount} higher than that of {day}, a year ago: {raw}% in all, {daily}% per day.",
       "The newest bill is {amount} higher than that of {day}, a year ago."),
      required=(BILLS, LAST_YEAR_BILL_PAIR), action=COMPARE)  # fmt: skip
def bill_higher_yoy(evaluation: Evaluation) -> Findings:
    """The newest issued bill charges 20 % more a day than last year's, and 15 more in all."""
    return _higher(evaluation, evaluation[LAST_YEAR_BILL_PAIR])


def _higher(evaluation: Evaluation, pairs: Sequence[BillPair]) -> Findings:
    newest, thresholds = _newest_bill(evaluation), evaluation.thresholds
    for pair in pairs:
        change = _change(pair)
        if newest is None or pair.base is None or change is None or change.amount < thresholds.bill_higher_amount:
            continue
        if known(pair.rises_by_percent(thresholds.bill_higher_percent), NO_DAYS):
            values = {"day": pair.base.issued_on, "raw": pair.percent(), "daily": pair.percent_per_day()}
            yield Finding(values, change, newest.issued_on, [newest, pair.base])


def _change(pair: BillPair) -> Money | None:
    """How much more the newest bill of a pair charges; None where the two cannot be compared."""
    if pair.now is None or pair.base is None:
        return None
    text = message("The bills do not give their charges.")
    charges, _ = known(pair.now.current_charges, text), known(pair.base.current_charges, text)
    change = pair.change()
    return None if change is None else Money(amount=change, currency=charges.currency)


@rule("BILL_DRIVER", INFORMATION, "Why the bill is higher",
      ["The largest part of the increase since the bill of {day} is {amount}.", "{reason}."],
      required=(BILLS, PREVIOUS_BILL_PAIR), any_of=(LAST_YEAR_BILL_PAIR,), action=COMPARE)  # fmt: skip
def bill_driver(evaluation: Evaluation) -> Findings:
    """BILL_HIGHER_PREV or BILL_HIGHER_YOY is raised; names the largest driver, of the former if both are."""
    for pair in (*evaluation[PREVIOUS_BILL_PAIR], *evaluation[LAST_YEAR_BILL_PAIR]):
        if any(_higher(evaluation, [pair])):
            yield from _largest_driver(pair)
            return


def _largest_driver(pair: BillPair) -> Findings:
    now, base, change, drivers = pair.now, pair.base, _change(pair), pair.drivers()
    if now is None or base is None or change is None:
        return
    same_direction = (driver for driver in drivers or () if (driver.amount > 0) == (change.amount > 0))
    largest = next(same_direction, None)
    if largest is not None:
        amount = Money(amount=largest.amount, currency=change.currency)
        reason = Coded(partial(driver_text, largest), largest.kind)
        values = {"day": base.issued_on, "reason": reason, "service": largest.service}
        yield Finding(values, amount, now.issued_on, [now, base])


@rule("BILL_ESTIMATED", INFORMATION, "Estimated bill", "The newest bill, of {day}, is estimated.", required=(BILLS,),
      any_of=(by_account.SEGMENTS,), action=SHOW)  # fmt: skip
def bill_estimated(evaluation: Evaluation) -> Findings:
    """The newest issued bill, or a segment of it that counts, is estimated."""
    newest = _newest_bill(evaluation)
    if newest is None:
        return
    estimates = [segment.is_estimated for segment in counted_segments(evaluation[by_account.SEGMENTS])]
    if newest.is_estimated or any(estimates):
        yield Finding({"day": newest.issued_on}, at=newest.issued_on, evidence=[newest])
    elif newest.is_estimated is None and (None in estimates or not estimates):
        raise Undetermined("Neither the newest bill nor its segments say whether they are estimated.")


@rule("BILL_LONG_PERIOD", INFORMATION, "Long bill period",
      "The newest bill covers {days}, {longer} more than the bill before.",
      required=(BILLS,), action=COMPARE)  # fmt: skip
def bill_long_period(evaluation: Evaluation) -> Findings:
    """The newest issued bill's period has at least 4 days more than that of the bill before."""
    newest = _newest_bill(evaluation)
    base = previous_bill(evaluation[BILLS], newest) if newest else None
    if newest is None or base is None:
        return
    days, base_days = known(billed_days(newest), NO_DAYS), known(billed_days(base), NO_DAYS)
    if days >= base_days + evaluation.thresholds.long_period_days:
        yield Finding(
            {"days": Days(days), "longer": Days(days - base_days)}, at=newest.issued_on, evidence=[newest, base]
        )


@rule("BILL_FINAL", INFORMATION, "Final bill", "The bill of {day} is the final one.", required=(BILLS,),
      action=SHOW)  # fmt: skip
def bill_final(evaluation: Evaluation) -> Findings:
    """The newest issued bill is the last of its account."""
    newest = _newest_bill(evaluation)
    if newest and known(newest.is_final, "The newest bill does not say whether it is the last."):
        yield Finding({"day": newest.issued_on}, at=newest.issued_on, evidence=[newest])


@rule("BILL_DUE_SOON", INFORMATION, "Bill due soon",
      "{amount} is due on {day}, and no scheduled payment covers it.",
      required=(BILLS, by_account.AUTOPAY, by_account.SCHEDULED_PAYMENTS),
      action=Action("Offer to take a payment", InsightScreen.PAYMENTS))  # fmt: skip
def bill_due_soon(evaluation: Evaluation) -> Findings:
    """The newest issued bill is due within 5 days, and neither paid nor covered by autopay or schedule."""
    newest = _newest_bill(evaluation)
    unpaid = _unpaid_soon(evaluation, newest) if newest else None
    if newest is None or unpaid is None:
        return
    orders = in_force(evaluation[by_account.AUTOPAY], evaluation.today)
    covers = [_covers(order, unpaid) for order in orders if _lasts(order, newest)]
    if True in covers:
        return
    due, today, scheduled = newest.due_on, evaluation.today, evaluation[by_account.SCHEDULED_PAYMENTS]
    scheduled = [payment for payment in scheduled if due and today <= payment.due_on <= due]
    nothing = Money(amount=Decimal(0), currency=unpaid.currency)
    if total_amount([*outstanding(scheduled), nothing]).amount >= unpaid.amount:
        return
    if None in covers:
        raise Undetermined("The limit of autopay is in another currency than the bill.")
    yield Finding({"day": due}, unpaid, due, [newest])


def _unpaid_soon(evaluation: Evaluation, bill: Bill) -> Money | None:
    """The unpaid amount of a bill that is due soon; None if it is paid, given up, or not due soon."""
    unpaid, due = bill.unpaid_amount, bill.due_on
    if bill.status is BillStatus.WRITTEN_OFF or (unpaid is not None and unpaid.amount <= 0):
        return None
    last_day = evaluation.today + timedelta(days=evaluation.thresholds.due_soon_days)
    if due is not None and not evaluation.today <= due <= last_day:
        return None
    text = message("The newest bill does not say when it is due, or how much of it is unpaid.")
    known(due, text)
    return known(unpaid, text)


def _lasts(order: AutopayInstruction, bill: Bill) -> bool:
    """Whether an instruction is still in force on its next draw, or on the bill's due day."""
    day = order.next_draw_on or bill.due_on
    return order.until is None or day is None or day <= order.until


def _covers(order: AutopayInstruction, unpaid: Money) -> bool | None:
    """Whether an instruction draws all that is unpaid; None where its limit is in another currency."""
    limit = order.max_withdrawal
    if limit is None:
        return True
    return limit.amount >= unpaid.amount if limit.currency == unpaid.currency else None


def _newest_bill(evaluation: Evaluation) -> Bill | None:
    """The newest issued bill. Undetermined where a newer bill has no status."""
    newest = current_bill(evaluation[BILLS])
    if newest is None and any(bill.status is None for bill in evaluation[BILLS]):
        raise Undetermined("The billing system does not say whether the newest bill was issued.")
    return newest


@rule("NEXT_BILL", INFORMATION, "Next bill", "The next bill comes on {day}.", required=(BALANCE,))
def next_bill(evaluation: Evaluation) -> Findings:
    """The balance's nextBillOn is today or later, and the account is open."""
    for balance in evaluation[BALANCE]:
        day = balance.next_bill_on
        if day is not None and day >= evaluation.today and evaluation.account.status in OPEN_STATUSES:
            yield Finding({"day": day}, at=day, evidence=[balance])


@rule("BILL_PENDING_OR_HELD", INFORMATION, "Bill pending or held",
      ("A bill was made on {pending} and is not complete yet.",
       "The bill of {held} has not been issued: it is {late} late."),
      required=(BALANCE, BILLS), silent_without=(BILLS,),
      action=Action("Ask billing about it", InsightScreen.BILLS))  # fmt: skip
def bill_pending_or_held(evaluation: Evaluation) -> Findings:
    """A bill is pending, or none was issued by 3 days after nextBillOn, unless the account is final."""
    for balance in evaluation[BALANCE]:
        pending, day = balance.pending_bill_on, balance.next_bill_on
        if pending is not None:
            yield Finding({"pending": pending}, at=pending, evidence=[balance])
        elif day is not None and _is_held(evaluation, day):
            values = {"held": day, "late": Days((evaluation.today - day).days)}
            yield Finding(values, at=day, evidence=[balance])


def _is_held(evaluation: Evaluation, day: date) -> bool:
    if evaluation.days_ago(evaluation.thresholds.bill_held_days) <= day:
        return False
    newest = current_bill(evaluation[BILLS])
    if newest is not None and newest.is_final and evaluation.account.status not in OPEN_STATUSES:
        return False
    text = message("The billing system does not say whether the newest bill was issued.")
    return not known(issued_since(evaluation[BILLS], day), text)


@rule("BILLED_12M", INFORMATION, "Billed in a year", "{amount} was billed in the last twelve months.",
      required=(BILLS,), action=Action("Show the bills", InsightScreen.BILLS))  # fmt: skip
def billed_12m(evaluation: Evaluation) -> Findings:
    """Bills were issued in the last 12 months; amount = the sum of their currentCharges."""
    issued = issued_in_a_year(evaluation[BILLS], evaluation.today)
    if issued is not None and not any(bill.counts() is not False for bill in issued):
        return
    amount = billed_in_a_year(evaluation[BILLS], evaluation.today, None)
    yield Finding(amount=known(amount, "The bills do not give the charges of the last twelve months."))

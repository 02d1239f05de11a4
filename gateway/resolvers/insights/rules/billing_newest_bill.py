"""Rules about the newest complete bill: its change, drivers, period and due day (the requirements)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.billing.payments import AutopayInstruction
from gateway.resolvers.comparisons.bill_pairs import BillPair, current_bill, previous_bill
from gateway.resolvers.comparisons.bills import driver_text
from gateway.resolvers.comparisons.drivers import billed_days, counted_segments
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.facts.by_account import (
    AUTOPAY,
    BILLS,
    LAST_YEAR_BILL_PAIR,
    PREVIOUS_BILL_PAIR,
    SCHEDULED_PAYMENTS,
    SEGMENTS,
)
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined, total_amount
from gateway.resolvers.insights.rules.payment import outstanding


@Rule("BILL_HIGHER_PREV", Area.BILLING, Severity.WARNING, "Higher than the bill before",
      "The newest bill is {amount} higher than that of {day}: {raw} % in all, {daily} % a day.",
      required=(BILLS, PREVIOUS_BILL_PAIR))  # fmt: skip
def bill_higher_prev(context: EvaluationContext, facts: Facts) -> Findings:
    """The newest complete bill charges 20 % more a day than the bill before, and 15 more in all."""
    return _higher(context, facts[BILLS], facts[PREVIOUS_BILL_PAIR])


@Rule("BILL_HIGHER_YOY", Area.BILLING, Severity.WARNING, "Higher than a year ago",
      "The newest bill is {amount} higher than that of {day}, last year: {raw} % in all, {daily} % a day.",
      required=(BILLS, LAST_YEAR_BILL_PAIR))  # fmt: skip
def bill_higher_yoy(context: EvaluationContext, facts: Facts) -> Findings:
    """The newest complete bill charges 20 % more a day than last year's, and 15 more in all."""
    return _higher(context, facts[BILLS], facts[LAST_YEAR_BILL_PAIR])


def _higher(context: EvaluationContext, bills: Sequence[Bill], pairs: Sequence[BillPair]) -> Findings:
    newest, thresholds = newest_bill(bills), context.thresholds
    for pair in pairs:
        change = _change(pair)
        if newest is None or pair.base is None or change is None:
            continue
        if change.amount < thresholds.bill_higher_amount:
            continue
        rises = pair.rises_by_percent(thresholds.bill_higher_percent)
        if rises is None:
            raise Undetermined("The bills do not give the number of days in their periods.")
        if rises:
            values = {"day": pair.base.issued_on, "raw": pair.percent(), "daily": pair.percent_per_day()}
            yield Finding(values, change, newest.issued_on, [newest, pair.base])


def _change(pair: BillPair) -> Money | None:
    """How much more the newest bill of a pair charges; None where the two cannot be compared."""
    if pair.now is None or pair.base is None:
        return None
    now, base = pair.now.current_charges, pair.base.current_charges
    if now is None or base is None:
        raise Undetermined("The bills do not give their charges.")
    change = pair.change()
    return None if change is None else Money(amount=change, currency=now.currency)


@Rule("BILL_DRIVER", Area.BILLING, Severity.INFORMATION, "Why the bill is higher",
      "What most raised the bill since that of {day} is {amount}. {reason}.",
      required=(BILLS, PREVIOUS_BILL_PAIR), any_of=(LAST_YEAR_BILL_PAIR,))  # fmt: skip
def bill_driver(context: EvaluationContext, facts: Facts) -> Findings:
    """BILL_HIGHER_PREV or BILL_HIGHER_YOY is raised; names the largest driver, of the former if both are."""
    for pair in (*facts[PREVIOUS_BILL_PAIR], *facts[LAST_YEAR_BILL_PAIR]):
        if any(_higher(context, facts[BILLS], [pair])):
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
        values = {"day": base.issued_on, "reason": driver_text(largest)}
        yield Finding(values, amount, now.issued_on, [now, base])


@Rule("BILL_ESTIMATED", Area.BILLING, Severity.INFORMATION, "Estimated bill",
      "The newest bill, of {day}, is estimated.", required=(BILLS,), any_of=(SEGMENTS,))  # fmt: skip
def bill_estimated(_context: EvaluationContext, facts: Facts) -> Findings:
    """The newest complete bill, or a segment of it that counts, is estimated."""
    newest = newest_bill(facts[BILLS])
    if newest is None:
        return
    estimates = [segment.is_estimated for segment in counted_segments(facts[SEGMENTS])]
    if newest.is_estimated or any(estimates):
        yield Finding({"day": newest.issued_on}, at=newest.issued_on, evidence=[newest])
    elif newest.is_estimated is None and (None in estimates or not estimates):
        raise Undetermined("Neither the newest bill nor its segments say whether they are estimated.")


@Rule("BILL_LONG_PERIOD", Area.BILLING, Severity.INFORMATION, "Long bill period",
      "The newest bill covers {days} days, {more} more than the bill before.", required=(BILLS,))  # fmt: skip
def bill_long_period(context: EvaluationContext, facts: Facts) -> Findings:
    """The newest complete bill's period has at least 4 days more than that of the bill before."""
    newest = newest_bill(facts[BILLS])
    base = previous_bill(facts[BILLS], newest) if newest else None
    if newest is None or base is None:
        return
    days, base_days = billed_days(newest), billed_days(base)
    if days is None or base_days is None:
        raise Undetermined("The bills do not give the number of days in their periods.")
    if days >= base_days + context.thresholds.long_period_days:
        yield Finding({"days": days, "more": days - base_days}, at=newest.issued_on, evidence=[newest, base])


@Rule("BILL_FINAL", Area.BILLING, Severity.INFORMATION, "Final bill",
      "The bill of {day} is the final one.", required=(BILLS,))  # fmt: skip
def bill_final(_context: EvaluationContext, facts: Facts) -> Findings:
    """The newest complete bill is the last of its account."""
    newest = newest_bill(facts[BILLS])
    if newest is None:
        return
    if newest.is_final is None:
        raise Undetermined("The newest bill does not say whether it is the last.")
    if newest.is_final:
        yield Finding({"day": newest.issued_on}, at=newest.issued_on, evidence=[newest])


@Rule("BILL_DUE_SOON", Area.BILLING, Severity.INFORMATION, "Bill due soon",
      "{amount} is due on {day}, and no payment is scheduled that covers it.",
      required=(BILLS, AUTOPAY, SCHEDULED_PAYMENTS))  # fmt: skip
def bill_due_soon(context: EvaluationContext, facts: Facts) -> Findings:
    """The newest complete bill is due within 5 days, and neither paid nor covered by autopay or schedule."""
    newest = newest_bill(facts[BILLS])
    unpaid = _unpaid_soon(context, newest) if newest else None
    if newest is None or unpaid is None:
        return
    orders = [order for order in in_force(facts[AUTOPAY], context.today) if _lasts(order, newest)]
    covers = [_covers(order, unpaid) for order in orders]
    if True in covers:
        return
    due, today = newest.due_on, context.today
    scheduled = [payment for payment in facts[SCHEDULED_PAYMENTS] if due and today <= payment.due_on <= due]
    nothing = Money(amount=Decimal(0), currency=unpaid.currency)
    if total_amount([*outstanding(scheduled), nothing]).amount >= unpaid.amount:
        return
    if None in covers:
        raise Undetermined("The limit of autopay is in another currency than the bill.")
    yield Finding({"day": due}, unpaid, due, [newest])


def _unpaid_soon(context: EvaluationContext, bill: Bill) -> Money | None:
    """What is unpaid of a bill that is due soon; None where it is paid, or not due soon."""
    unpaid, due = bill.unpaid_amount, bill.due_on
    if unpaid is not None and unpaid.amount <= 0:
        return None
    last_day = context.today + timedelta(days=context.thresholds.due_soon_days)
    if due is not None and not context.today <= due <= last_day:
        return None
    if due is None or unpaid is None:
        raise Undetermined("The newest bill does not say when it is due, or how much of it is unpaid.")
    return unpaid


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


def newest_bill(bills: Sequence[Bill]) -> Bill | None:
    """The newest complete bill. Undetermined where a newer bill has no status."""
    newest = current_bill(bills)
    if newest is None and any(bill.status is None for bill in bills):
        raise Undetermined("The billing system does not say whether the newest bill is complete.")
    return newest


RULES = (
    *(bill_higher_prev, bill_higher_yoy, bill_driver, bill_estimated),
    *(bill_long_period, bill_final, bill_due_soon),
)

"""Rules about the newest bill: how it differs from others, what is special about it, when it is due.

Sources: domain facts, section 4. The newest bill (B0) is the newest that is complete.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from gateway.resolvers.billing.bills import Bill, BillSegment
from gateway.resolvers.billing.payments import AutopayInstruction, ScheduledPayment
from gateway.resolvers.comparisons.bill_pairs import current_bill, previous_bill
from gateway.resolvers.comparisons.bills import BillPair, driver_text
from gateway.resolvers.comparisons.drivers import billed_days, counted_segments
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Finding, Undetermined, first, total_amount
from gateway.resolvers.insights.rules.payment import awaited


def higher_than_previous(
    on: EvaluationContext, bills: Sequence[Bill], pairs: Sequence[BillPair]
) -> Iterator[Finding]:
    """BILL_HIGHER_PREV: the newest bill charges 20 % more a day than the one before, and 15 more in all."""
    yield from _higher(on, bills, first(pairs))


def higher_than_last_year(
    on: EvaluationContext, bills: Sequence[Bill], pairs: Sequence[BillPair]
) -> Iterator[Finding]:
    """BILL_HIGHER_YOY: the newest bill charges 20 % more a day than last year's, and 15 more in all."""
    yield from _higher(on, bills, first(pairs))


def _higher(on: EvaluationContext, bills: Sequence[Bill], pair: BillPair) -> Iterator[Finding]:
    now, change = newest(bills), _change(pair)
    if now is None or pair.base is None or change is None or change.amount < on.set.bill_higher_amount:
        return
    rises = pair.rises_by_percent(on.set.bill_higher_percent)
    if rises is None:
        raise Undetermined("The bills do not say how many days they are about.")
    if rises:
        words = {"day": pair.base.issued_on, "raw": pair.percent(), "daily": pair.percent_per_day()}
        yield Finding(words, change, now.issued_on, [now, pair.base])


def _change(pair: BillPair) -> Money | None:
    """By how much the newest bill of a pair charges more; None where the two cannot be compared."""
    if pair.now is None or pair.base is None:
        return None
    now, base = pair.now.current_charges, pair.base.current_charges
    if now is None or base is None:
        raise Undetermined("The bills do not say what they charge.")
    change = pair.change()
    return None if change is None else Money(amount=change, currency=now.currency)


def driver(
    on: EvaluationContext, bills: Sequence[Bill], previous: Sequence[BillPair], last_year: Sequence[BillPair]
) -> Iterator[Finding]:
    """BILL_DRIVER: where one of the two before is raised, the largest driver in its direction."""
    for pair in (*previous, *last_year):
        if any(_higher(on, bills, pair)):
            yield from _largest(pair)
            return


def _largest(pair: BillPair) -> Iterator[Finding]:
    now, change, found = pair.now, _change(pair), pair.drivers()
    if now is None or pair.base is None or change is None:
        return
    largest = next((each for each in found or () if (each.amount > 0) == (change.amount > 0)), None)
    if largest is None:
        return
    amount = Money(amount=largest.amount, currency=change.currency)
    words = {"day": pair.base.issued_on, "reason": driver_text(largest)}
    yield Finding(words, amount, now.issued_on, [now, pair.base])


def estimated(
    _on: EvaluationContext, bills: Sequence[Bill], segments: Sequence[BillSegment]
) -> Iterator[Finding]:
    """BILL_ESTIMATED: the newest bill, or a segment of it that counts, is estimated."""
    now = newest(bills)
    if now is None:
        return
    reads = [each.is_estimated for each in counted_segments(segments)]
    if now.is_estimated or any(reads):
        yield Finding({"day": now.issued_on}, at=now.issued_on, evidence=[now])
    elif now.is_estimated is None and (None in reads or not reads):
        raise Undetermined("Neither the newest bill nor its segments say whether they are estimated.")


def long_period(on: EvaluationContext, bills: Sequence[Bill]) -> Iterator[Finding]:
    """BILL_LONG_PERIOD: the newest bill's period has at least 4 days more than that of the one before."""
    now = newest(bills)
    base = previous_bill(bills, now) if now else None
    if now is None or base is None:
        return
    days, before = billed_days(now), billed_days(base)
    if days is None or before is None:
        raise Undetermined("The bills do not say how many days they are about.")
    if days >= before + on.set.long_period_days:
        yield Finding({"days": days, "more": days - before}, at=now.issued_on, evidence=[now, base])


def final(_on: EvaluationContext, bills: Sequence[Bill]) -> Iterator[Finding]:
    """BILL_FINAL: the newest bill is the last of its account."""
    now = newest(bills)
    if now is None:
        return
    if now.is_final is None:
        raise Undetermined("The newest bill does not say whether it is the last.")
    if now.is_final:
        yield Finding({"day": now.issued_on}, at=now.issued_on, evidence=[now])


def due_soon(
    on: EvaluationContext,
    bills: Sequence[Bill],
    orders: Sequence[AutopayInstruction],
    to_come: Sequence[ScheduledPayment],
) -> Iterator[Finding]:
    """BILL_DUE_SOON: the newest bill is due within 5 days, neither paid nor covered by what is to come."""
    now = newest(bills)
    unpaid = _unpaid_soon(on, now) if now else None
    if now is None or unpaid is None:
        return
    draws = [_draws(each, unpaid) for each in orders if each.is_in_force(on.today) and _lasts(each, now)]
    if True in draws:
        return
    coming = awaited([each for each in to_come if now.due_on and on.today <= each.due_on <= now.due_on])
    if total_amount([*coming, Money(amount=Decimal(0), currency=unpaid.currency)]).amount >= unpaid.amount:
        return
    if None in draws:
        raise Undetermined("What autopay draws at most is in another currency than the bill.")
    yield Finding({"day": now.due_on}, unpaid, now.due_on, [now])


def _unpaid_soon(on: EvaluationContext, bill: Bill) -> Money | None:
    """What is still to be paid of a bill that is due soon; None where nothing is, or it is not due soon."""
    unpaid, due = bill.unpaid_amount, bill.due_on
    if unpaid is not None and unpaid.amount <= 0:
        return None
    if due is not None and not on.today <= due <= on.today + timedelta(days=on.set.due_soon_days):
        return None
    if due is None or unpaid is None:
        raise Undetermined("The newest bill does not say when it is due, or what of it is unpaid.")
    return unpaid


def _lasts(order: AutopayInstruction, bill: Bill) -> bool:
    """Whether an order is still in force when it draws: the day it says, or that on which the bill is due."""
    day = order.next_draw_on or bill.due_on
    return order.until is None or day is None or day <= order.until


def _draws(order: AutopayInstruction, unpaid: Money) -> bool | None:
    """Whether an order draws all that is unpaid; None where its limit is in another currency."""
    most = order.max_withdrawal
    if most is None:
        return True
    return most.amount >= unpaid.amount if most.currency == unpaid.currency else None


def newest(bills: Sequence[Bill]) -> Bill | None:
    """The newest complete bill. Unsaid where a newer one does not say whether it is."""
    found = current_bill(bills)
    if found is None and any(each.status is None for each in bills):
        raise Undetermined("The billing system does not say whether the newest bill is complete.")
    return found

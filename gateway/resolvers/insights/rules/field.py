"""Rules about work at service points: orders that are stuck, and visits (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.insight import InsightSeverity
from gateway.resolvers.insights.model.phrases import counted, distinct, enumerated, local_time
from gateway.resolvers.insights.model.rule import Finding, Undetermined
from gateway.resolvers.service.orders import FieldOrder, FieldOrderState, OrderState, ServiceOrder

OVER = (FieldOrderState.COMPLETED, FieldOrderState.CANCELED, FieldOrderState.FAILED)
# A crew has its day in these; before them nobody has set one yet.
PLANNED = (
    FieldOrderState.SCHEDULED,
    FieldOrderState.DISPATCHED,
    FieldOrderState.EN_ROUTE,
    FieldOrderState.ON_SITE,
)


def order_stuck(on: EvaluationContext, orders: Sequence[ServiceOrder]) -> Iterator[Finding]:
    """ORDER_STUCK: an order failed its validation, or waits more than so many days beyond its time."""
    before = on.now - timedelta(days=on.set.order_waiting_days)
    waiting = [each for each in distinct(orders) if each.state is OrderState.WAITING]
    long = [each for each in waiting if each.requested_for is not None and each.requested_for < before]
    failed = [each for each in distinct(orders) if each.state is OrderState.VALIDATION_ERROR]
    if failed or long:
        phrases = [f"{each.order_number} failed its validation" for each in failed]
        phrases += [f"{each.order_number} waits since {_wanted(on, each)}" for each in long]
        newest = max(each.created_at for each in (*failed, *long))
        words = {"count": counted(len(phrases), "service order"), "what": enumerated(phrases)}
        yield Finding(words, at=newest, evidence=[*failed, *long])
    elif any(each.requested_for is None for each in waiting):
        raise Undetermined("A service order waits, and nobody says since when.")


def _wanted(on: EvaluationContext, order: ServiceOrder) -> str:
    return str(on.day_of(order.requested_for)) if order.requested_for else ""


def field_visit(on: EvaluationContext, orders: Sequence[FieldOrder]) -> Iterator[Finding]:
    """FIELD_VISIT: a crew comes within so many hours, or is there; a warning where its time has passed.

    Only while the order is neither completed, canceled nor failed. Of an appointment with one end only,
    that is both.
    """
    still = [each for each in distinct(orders) if each.state not in OVER]
    found = [finding for each in still for finding in _visit(on, each)]
    if not found and any(each.state in PLANNED and _span(each) is None for each in still):
        raise Undetermined("A crew is to come, and nobody says when.")
    yield from found


def _visit(on: EvaluationContext, order: FieldOrder) -> Iterator[Finding]:
    span = _span(order)
    if span is None:
        return
    begins, ends = span
    missed = ends < on.now
    if not missed and begins > on.now + timedelta(hours=on.set.visit_hours):
        return
    when = local_time(on, begins) + (f" to {local_time(on, ends)}" if ends != begins else "")
    words = {
        "task": order.headline(),
        "number": order.order_number,
        "what": _says(order, when, missed=missed),
    }
    severity = InsightSeverity.WARNING if missed else None
    yield Finding(words, at=begins, evidence=[order], severity=severity)


def _span(order: FieldOrder) -> tuple[datetime, datetime] | None:
    begins, ends = order.scheduled_from or order.scheduled_to, order.scheduled_to or order.scheduled_from
    return (begins, ends) if begins and ends else None


def _says(order: FieldOrder, when: str, *, missed: bool) -> str:
    who = order.crew or "a crew"
    if not missed:
        return f"{who} comes {when}"
    state = order.state.value.replace("_", " ").lower()
    return f"{who} was to come {when}, and the order is still {state}"

"""The rule about visits of field crews (the requirements)."""

from datetime import datetime, timedelta

from gateway.resolvers.insights.facts.by_account import FIELD_ORDERS
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.phrases import distinct, local_time
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined
from gateway.resolvers.service.orders import FieldOrder, FieldOrderState

ENDED_STATES = (FieldOrderState.COMPLETED, FieldOrderState.CANCELED, FieldOrderState.FAILED)
# An order in one of these states has an appointment; in earlier ones it may not have one yet.
APPOINTED_STATES = (
    FieldOrderState.SCHEDULED,
    FieldOrderState.DISPATCHED,
    FieldOrderState.EN_ROUTE,
    FieldOrderState.ON_SITE,
)


@Rule("FIELD_VISIT", Area.FIELD, Severity.INFORMATION, "Field visit",
      "{task} ({number}): {what}.", required=(FIELD_ORDERS,), worst_severity=Severity.WARNING)  # fmt: skip
def field_visit(context: EvaluationContext, facts: Facts) -> Findings:
    """An order's appointment begins within 48 hours, or goes on; a warning where it is over.

    Completed, canceled and failed orders do not count. An appointment with only one end is that moment.
    """
    orders = [order for order in distinct(facts[FIELD_ORDERS]) if order.state not in ENDED_STATES]
    findings = [finding for order in orders for finding in _visit(context, order)]
    appointed = [_appointment(order) for order in orders if order.state in APPOINTED_STATES]
    if not findings and None in appointed:
        raise Undetermined("A crew is to come, and the order has no appointment.")
    yield from findings


def _visit(context: EvaluationContext, order: FieldOrder) -> Findings:
    appointment = _appointment(order)
    if appointment is None:
        return
    begins, ends = appointment
    is_missed = ends < context.now
    if not is_missed and begins > context.now + timedelta(hours=context.thresholds.visit_hours):
        return
    when = local_time(context, begins) + (f" to {local_time(context, ends)}" if ends != begins else "")
    text = _visit_text(order, when, is_missed=is_missed)
    values = {"task": order.headline(), "number": order.order_number, "what": text}
    yield Finding(values, at=begins, evidence=[order], severity=Severity.WARNING if is_missed else None)


def _appointment(order: FieldOrder) -> tuple[datetime, datetime] | None:
    begins, ends = order.scheduled_from or order.scheduled_to, order.scheduled_to or order.scheduled_from
    return (begins, ends) if begins and ends else None


def _visit_text(order: FieldOrder, when: str, *, is_missed: bool) -> str:
    crew = order.crew or "a crew"
    if not is_missed:
        return f"{crew} comes {when}"
    return f"{crew} was to come {when}, and the order is still {order.state.words}"


RULES = (field_visit,)

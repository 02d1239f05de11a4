"""The rule about visits of field crews."""

from datetime import datetime, timedelta
from functools import partial

from gateway.access.masks import Cleared
from gateway.resolvers.insights.facts.by_account import FIELD_ORDERS
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined
from gateway.resolvers.service.orders import FieldOrder, FieldOrderState

rule = partial(Rule, InsightArea.FIELD)
ENDED_STATES = (FieldOrderState.COMPLETED, FieldOrderState.CANCELED, FieldOrderState.FAILED)
EARLY_STATES = (FieldOrderState.CREATED, FieldOrderState.SENT)  # such an order may not have an appointment yet


@rule("FIELD_VISIT", INFORMATION, "Field visit",
      ["{task} ({number}).",
       ("The visit is from {begins} to {ends}.", "The visit is on {begins}.",
        "The visit was to be from {missed} to {missed_end}.", "The visit was to be on {missed}."),
       "Crew: {crew}.", "The order still has the status: {state}."],
      required=(FIELD_ORDERS,), worst_severity=WARNING,
      action=Action("Show the field order", InsightScreen.ORDERS))  # fmt: skip
def field_visit(evaluation: Evaluation) -> Findings:
    """An order's appointment begins within 48 hours, or goes on; a warning where it is over.

    Completed, canceled and failed orders do not count. An appointment with only one end is that moment.
    """
    orders = [order for order in evaluation.distinct(FIELD_ORDERS) if order.state not in ENDED_STATES]
    findings = [finding for order in orders for finding in _visit(evaluation, order)]
    appointed = [_appointment(order) for order in orders if order.state not in EARLY_STATES]
    if not findings and None in appointed:
        raise Undetermined("A crew is to come, and the order has no appointment.")
    yield from findings


def _visit(evaluation: Evaluation, order: FieldOrder) -> Findings:
    appointment = _appointment(order)
    if appointment is None:
        return
    begins, ends = appointment
    is_missed = ends < evaluation.now
    if not is_missed and begins > evaluation.now + timedelta(hours=evaluation.thresholds.visit_hours):
        return
    beginning, end = ("missed", "missed_end") if is_missed else ("begins", "ends")
    values: dict[str, object] = {
        "task": order.task_type.label,
        "number": Cleared(order.order_number),
        "crew": order.crew,
    }
    times = {beginning: evaluation.local(begins), end: evaluation.local(ends) if ends != begins else None}
    values |= {**times, "state": order.state if is_missed else None}
    yield Finding(values, at=begins, evidence=[order], severity=WARNING if is_missed else None)


def _appointment(order: FieldOrder) -> tuple[datetime, datetime] | None:
    begins, ends = order.scheduled_from or order.scheduled_to, order.scheduled_to or order.scheduled_from
    return (begins, ends) if begins and ends else None

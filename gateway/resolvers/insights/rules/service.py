"""Rules about service requests, service orders and changes of service (the requirements)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.resolvers.insights.facts.by_account import (
    AGREEMENTS,
    RECENT_SERVICE_REQUESTS,
    SERVICE_ORDERS,
    SERVICE_REQUESTS,
)
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.phrases import counted, distinct, enumerated
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined
from gateway.resolvers.service.orders import OrderState, ServiceOrder
from gateway.resolvers.service.premises import ServiceAgreement, ServiceAgreementStatus
from gateway.resolvers.service.requests import ServiceRequest, ServiceRequestState
from gateway.resolvers.service.requests import Severity as RequestSeverity

HIGH_SEVERITIES = (RequestSeverity.HIGH, RequestSeverity.CRITICAL)
FINAL_STATES = (OrderState.COMPLETED, OrderState.CANCELED, OrderState.DISCARDED)
CHANGING_STATUSES = (ServiceAgreementStatus.PENDING_START, ServiceAgreementStatus.PENDING_STOP)


@Rule("SR_OPEN_HIGH", Area.SERVICE, Severity.WARNING, "Urgent request open",
      "{count} of high or critical severity; the newest: {title}.", required=(SERVICE_REQUESTS,))  # fmt: skip
def sr_open_high(_context: EvaluationContext, facts: Facts) -> Findings:
    """A request that is not closed has the severity HIGH or CRITICAL."""
    requests = _open(facts[SERVICE_REQUESTS])
    urgent = [request for request in requests if request.severity in HIGH_SEVERITIES]
    if urgent:
        newest = max(urgent, key=_opened)
        values = {"count": counted(len(urgent), "open request"), "title": newest.subject}
        yield Finding(values, at=newest.opened_at, evidence=urgent)
    elif any(request.severity is None for request in requests):
        raise Undetermined("An open request has no severity.")


@Rule("SR_AGED", Area.SERVICE, Severity.WARNING, "Request overdue",
      "{count} should be done by now; the longest overdue, opened {opened}{due}: {title}.",
      required=(SERVICE_REQUESTS,))  # fmt: skip
def sr_aged(context: EvaluationContext, facts: Facts) -> Findings:
    """A request that is not closed has dueAt < now, or was opened more than 14 days ago."""
    requests = _open(facts[SERVICE_REQUESTS])
    late = [request for request in requests if _overdue_since(context, request) < context.now]
    if not late:
        return
    oldest = min(late, key=lambda request: (_overdue_since(context, request), request.id))
    values = {
        "count": counted(len(late), "open request"),
        "title": oldest.subject,
        "opened": context.day_of(oldest.opened_at),
        "due": f", due {context.day_of(oldest.due_at)}" if oldest.due_at else "",
    }
    yield Finding(values, at=_overdue_since(context, oldest), evidence=late)


def _overdue_since(context: EvaluationContext, request: ServiceRequest) -> datetime:
    aged = request.opened_at + timedelta(days=context.thresholds.request_aged_days)
    return aged if request.due_at is None else min(aged, request.due_at)


def _open(requests: Iterable[ServiceRequest]) -> list[ServiceRequest]:
    return [request for request in distinct(requests) if request.state is not ServiceRequestState.CLOSED]


def _opened(request: ServiceRequest) -> tuple[datetime, str]:
    return request.opened_at, request.id


@Rule("SR_REPEAT", Area.SERVICE, Severity.WARNING, "Repeated requests",
      "{count} of one category within {days} days: {category}.",
      required=(RECENT_SERVICE_REQUESTS,))  # fmt: skip
def sr_repeat(context: EvaluationContext, facts: Facts) -> Findings:
    """3 requests of one category were opened within 90 days; one for each category."""
    days, minimum = context.thresholds.request_repeat_days, context.thresholds.request_repeat
    since = context.now - timedelta(days=days)
    groups = _by_category(request for request in facts[RECENT_SERVICE_REQUESTS] if request.opened_at > since)
    uncategorized = groups.pop(None, [])
    repeated = [group for group in groups.values() if len(group) >= minimum]
    largest = max(map(len, groups.values()), default=0)
    if not repeated and uncategorized and largest + len(uncategorized) >= minimum:
        raise Undetermined("Recent requests have no category.")
    for group in repeated:
        newest = max(group, key=_opened)
        category = newest.request_category.label if newest.request_category else ""
        values = {"count": counted(len(group), "request"), "category": category, "days": days}
        yield Finding(values, at=newest.opened_at, evidence=group)


def _by_category(requests: Iterable[ServiceRequest]) -> dict[str | None, list[ServiceRequest]]:
    groups: dict[str | None, list[ServiceRequest]] = {}
    for request in distinct(requests):
        category = request.request_category
        groups.setdefault(category.code if category else None, []).append(request)
    return groups


@Rule("SERVICE_PENDING", Area.SERVICE, Severity.INFORMATION, "Service is to change",
      "{what}.", any_of=(AGREEMENTS, SERVICE_ORDERS))  # fmt: skip
def service_pending(context: EvaluationContext, facts: Facts) -> Findings:
    """An agreement is PENDING_START or PENDING_STOP, or a service order is not final."""
    agreements = distinct(facts[AGREEMENTS])
    agreements = [agreement for agreement in agreements if agreement.status in CHANGING_STATUSES]
    orders = [order for order in distinct(facts[SERVICE_ORDERS]) if order.state not in FINAL_STATES]
    if agreements or orders:
        phrases = [*map(_agreement_text, agreements), *map(_order_text, orders)]
        newest = max((order.created_at for order in orders), default=None)
        begins = max((agreement.since for agreement in agreements), default=context.today)
        yield Finding({"what": enumerated(phrases)}, at=newest or begins, evidence=[*agreements, *orders])


def _agreement_text(agreement: ServiceAgreement) -> str:
    service_type = agreement.service_type
    service = service_type.value.lower() if service_type else agreement.agreement_type.label
    if agreement.status is ServiceAgreementStatus.PENDING_START:
        return f"{service} service is to start on {agreement.since}"
    day = f"on {agreement.until}" if agreement.until else "on a day that is not known"
    return f"{service} service is to stop {day}"


def _order_text(order: ServiceOrder) -> str:
    return f"service order {order.order_number} ({order.headline().lower()}) is not done: {order.state.words}"


@Rule("ORDER_STUCK", Area.SERVICE, Severity.WARNING, "Service order stuck",
      "{count} cannot go on: {what}.", required=(SERVICE_ORDERS,))  # fmt: skip
def order_stuck(context: EvaluationContext, facts: Facts) -> Findings:
    """A service order failed its validation, or waits more than 3 days past its requested time."""
    orders = distinct(facts[SERVICE_ORDERS])
    before = context.now - timedelta(days=context.thresholds.order_waiting_days)
    failed = [order for order in orders if order.state is OrderState.VALIDATION_ERROR]
    waiting = [order for order in orders if order.state is OrderState.WAITING]
    overdue = [(order, at) for order in waiting if (at := order.requested_for) is not None and at < before]
    stuck = [*failed, *(order for order, _ in overdue)]
    if stuck:
        phrases = [f"{order.order_number} failed its validation" for order in failed]
        phrases += [f"{order.order_number} waits since {context.day_of(at)}" for order, at in overdue]
        values = {"count": counted(len(stuck), "service order"), "what": enumerated(phrases)}
        yield Finding(values, at=max(order.created_at for order in stuck), evidence=stuck)
    elif any(order.requested_for is None for order in waiting):
        raise Undetermined("A service order waits, and does not say since when.")


RULES = (sr_open_high, sr_aged, sr_repeat, service_pending, order_stuck)

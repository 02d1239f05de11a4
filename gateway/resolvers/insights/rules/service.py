"""Rules about service requests, service orders and changes of service."""

from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter

from gateway.contract.times import moved
from gateway.resolvers.insights.facts import by_account
from gateway.resolvers.insights.facts.by_account import AGREEMENTS, SERVICE_ORDERS, SERVICE_REQUESTS
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined, counted, enumerated
from gateway.resolvers.service.orders import OrderState, ServiceOrder
from gateway.resolvers.service.premises import ServiceAgreement, ServiceAgreementStatus
from gateway.resolvers.service.requests import ServiceRequest, ServiceRequestState
from gateway.resolvers.service.requests import Severity as RequestSeverity

rule = partial(Rule, InsightArea.SERVICE)
opened_and_id = attrgetter("opened_at", "id")
HIGH_SEVERITIES = (RequestSeverity.HIGH, RequestSeverity.CRITICAL)
FINAL_STATES = (OrderState.COMPLETED, OrderState.CANCELED, OrderState.DISCARDED)
CHANGING_STATUSES = (ServiceAgreementStatus.PENDING_START, ServiceAgreementStatus.PENDING_STOP)


@rule("SR_OPEN_HIGH", WARNING, "Urgent request open", "{count} of high or critical severity; the newest: {title}.",
      required=(SERVICE_REQUESTS,))  # fmt: skip
def sr_open_high(evaluation: Evaluation) -> Findings:
    """A request that is not closed has the severity HIGH or CRITICAL."""
    requests = _open_requests(evaluation)
    urgent = [request for request in requests if request.severity in HIGH_SEVERITIES]
    if urgent:
        newest = max(urgent, key=opened_and_id)
        values = {"count": counted(len(urgent), "open request"), "title": newest.subject}
        yield Finding(values, at=newest.opened_at, evidence=urgent)
    elif any(request.severity is None for request in requests):
        raise Undetermined("An open request has no severity.")


@rule("SR_AGED", WARNING, "Request overdue",
      "{count} should be done by now; the longest overdue, opened {opened}{due}: {title}.",
      required=(SERVICE_REQUESTS,))  # fmt: skip
def sr_aged(evaluation: Evaluation) -> Findings:
    """A request that is not closed has dueAt < now, or was opened more than 14 days ago."""
    late = [request for request in _open_requests(evaluation) if _overdue_since(evaluation, request) < evaluation.now]
    if not late:
        return
    oldest = min(late, key=lambda request: (_overdue_since(evaluation, request), request.id))
    due = f", due {evaluation.day_of(oldest.due_at)}" if oldest.due_at else ""
    days = {"opened": evaluation.day_of(oldest.opened_at), "due": due}
    values = {"count": counted(len(late), "open request"), "title": oldest.subject}
    yield Finding({**values, **days}, at=_overdue_since(evaluation, oldest), evidence=late)


def _overdue_since(evaluation: Evaluation, request: ServiceRequest) -> datetime:
    aged = moved(request.opened_at, timedelta(days=evaluation.thresholds.request_aged_days))
    return aged if request.due_at is None else min(aged, request.due_at)


def _open_requests(evaluation: Evaluation) -> list[ServiceRequest]:
    requests = evaluation.distinct(SERVICE_REQUESTS)
    return [request for request in requests if request.state is not ServiceRequestState.CLOSED]


@rule("SR_REPEAT", WARNING, "Repeated requests", "{count} of one category within {days} days: {category}.",
      required=(by_account.RECENT_SERVICE_REQUESTS,))  # fmt: skip
def sr_repeat(evaluation: Evaluation) -> Findings:
    """3 requests of one category were opened within 90 days; one for each category."""
    days, minimum = evaluation.thresholds.request_repeat_days, evaluation.thresholds.request_repeat
    since = evaluation.now - timedelta(days=days)
    groups: dict[str | None, list[ServiceRequest]] = {}
    for request in evaluation.distinct(by_account.RECENT_SERVICE_REQUESTS):
        if request.opened_at > since:
            groups.setdefault(request.request_category.code if request.request_category else None, []).append(request)
    uncategorized = groups.pop(None, [])
    repeated = [group for group in groups.values() if len(group) >= minimum]
    largest = max(map(len, groups.values()), default=0)
    if not repeated and uncategorized and largest + len(uncategorized) >= minimum:
        raise Undetermined("Recent requests have no category.")
    for group in repeated:
        newest = max(group, key=opened_and_id)
        category = newest.request_category.label if newest.request_category else ""
        values = {"count": counted(len(group), "request"), "category": category, "days": days}
        yield Finding(values, at=newest.opened_at, evidence=group)


@rule("SERVICE_PENDING", INFORMATION, "Service is to change", "{what}.", any_of=(AGREEMENTS, SERVICE_ORDERS))
def service_pending(evaluation: Evaluation) -> Findings:
    """An agreement is PENDING_START or PENDING_STOP, or a service order is not final."""
    agreements = [item for item in evaluation.distinct(AGREEMENTS) if item.status in CHANGING_STATUSES]
    orders = [order for order in evaluation.distinct(SERVICE_ORDERS) if order.state not in FINAL_STATES]
    if agreements or orders:
        phrases = [*map(_agreement_text, agreements), *map(_order_text, orders)]
        newest = max((order.created_at for order in orders), default=None)
        begins = max((agreement.since for agreement in agreements), default=evaluation.today)
        yield Finding({"what": enumerated(phrases)}, at=newest or begins, evidence=[*agreements, *orders])


def _agreement_text(agreement: ServiceAgreement) -> str:
    service_type = agreement.service_type
    service = service_type.words if service_type else agreement.agreement_type.label
    if agreement.status is ServiceAgreementStatus.PENDING_START:
        return f"{service} service is to start on {agreement.since}"
    day = f"on {agreement.until}" if agreement.until else "on a day that is not known"
    return f"{service} service is to stop {day}"


def _order_text(order: ServiceOrder) -> str:
    return f"service order {order.order_number} ({order.headline().lower()}) is not done: {order.state.words}"


@rule("ORDER_STUCK", WARNING, "Service order stuck", "{count} cannot go on: {what}.", required=(SERVICE_ORDERS,))
def order_stuck(evaluation: Evaluation) -> Findings:
    """A service order failed its validation, or waits more than 3 days past its requested time."""
    orders = evaluation.distinct(SERVICE_ORDERS)
    before = evaluation.now - timedelta(days=evaluation.thresholds.order_waiting_days)
    failed = [order for order in orders if order.state is OrderState.VALIDATION_ERROR]
    waiting = [order for order in orders if order.state is OrderState.WAITING]
    overdue = [(order, at) for order in waiting if (at := order.requested_for) is not None and at < before]
    stuck = [*failed, *(order for order, _ in overdue)]
    if stuck:
        phrases = [f"{order.order_number} failed its validation" for order in failed]
        phrases += [f"{order.order_number} waits since {evaluation.day_of(at)}" for order, at in overdue]
        values = {"count": counted(len(stuck), "service order"), "what": enumerated(phrases)}
        yield Finding(values, at=max(order.created_at for order in stuck), evidence=stuck)
    elif any(order.requested_for is None for order in waiting):
        raise Undetermined("A service order waits, and does not say since when.")

"""Rules about service requests, service orders and changes of service."""

from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter

from gateway.access.masks import Cleared
from gateway.contract.times import moved
from gateway.resolvers.insights.facts import by_account
from gateway.resolvers.insights.facts.by_account import AGREEMENTS, SERVICE_ORDERS, SERVICE_REQUESTS
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.message import Days, Plural, Values
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined
from gateway.resolvers.service.orders import OrderState, ServiceOrder
from gateway.resolvers.service.premises import ServiceAgreement, ServiceAgreementStatus
from gateway.resolvers.service.requests import ServiceRequest, ServiceRequestState
from gateway.resolvers.service.requests import Severity as RequestSeverity

rule = partial(Rule, InsightArea.SERVICE)
REQUESTS = Action("Show the service requests", InsightScreen.SERVICE_REQUESTS)
opened_and_id = attrgetter("opened_at", "id")
HIGH_SEVERITIES = (RequestSeverity.HIGH, RequestSeverity.CRITICAL)
FINAL_STATES = (OrderState.COMPLETED, OrderState.CANCELED, OrderState.DISCARDED)
CHANGING_STATUSES = (ServiceAgreementStatus.PENDING_START, ServiceAgreementStatus.PENDING_STOP)


@rule("SR_OPEN_HIGH", WARNING, "Urgent request open",
      [Plural("{count} open request is of high or critical severity.",
              "{count} open requests are of high or critical severity."),
       "The newest: {title}."],
      required=(SERVICE_REQUESTS,), action=REQUESTS)  # fmt: skip
def sr_open_high(evaluation: Evaluation) -> Findings:
    """A request that is not closed has the severity HIGH or CRITICAL."""
    requests = _open_requests(evaluation)
    urgent = [request for request in requests if request.severity in HIGH_SEVERITIES]
    if urgent:
        newest = max(urgent, key=opened_and_id)
        values = {"count": len(urgent), "title": newest.subject}
        yield Finding(values, at=newest.opened_at, evidence=urgent)
    elif any(request.severity is None for request in requests):
        raise Undetermined("An open request has no severity.")


@rule("SR_AGED", WARNING, "Request overdue",
      [Plural("{count} open request should be done by now.", "{count} open requests should be done by now."),
       ("The longest overdue was opened on {opened} and due on {due}: {title}.",
        "The longest overdue was opened on {opened}: {title}.")],
      required=(SERVICE_REQUESTS,), action=REQUESTS)  # fmt: skip
def sr_aged(evaluation: Evaluation) -> Findings:
    """A request that is not closed has dueAt < now, or was opened more than 14 days ago."""
    late = [request for request in _open_requests(evaluation) if _overdue_since(evaluation, request) < evaluation.now]
    if not late:
        return
    oldest = min(late, key=lambda request: (_overdue_since(evaluation, request), request.id))
    due = evaluation.day_of(oldest.due_at) if oldest.due_at else None
    days = {"opened": evaluation.day_of(oldest.opened_at), "due": due}
    values = {"count": len(late), "title": oldest.subject}
    yield Finding({**values, **days}, at=_overdue_since(evaluation, oldest), evidence=late)


def _overdue_since(evaluation: Evaluation, request: ServiceRequest) -> datetime:
    aged = moved(request.opened_at, timedelta(days=evaluation.thresholds.request_aged_days))
    return aged if request.due_at is None else min(aged, request.due_at)


def _open_requests(evaluation: Evaluation) -> list[ServiceRequest]:
    requests = evaluation.distinct(SERVICE_REQUESTS)
    return [request for request in requests if request.state is not ServiceRequestState.CLOSED]


@rule("SR_REPEAT", WARNING, "Repeated requests",
      Plural("{count} request of one category within {days}: {category}.",
             "{count} requests of one category within {days}: {category}."),
      required=(by_account.RECENT_SERVICE_REQUESTS,), action=REQUESTS)  # fmt: skip
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
        values = {"count": len(group), "category": category, "days": Days(days)}
        yield Finding(values, at=newest.opened_at, evidence=group)


@rule("SERVICE_PENDING", INFORMATION, "Service is to change", [],
      any_of=(AGREEMENTS, SERVICE_ORDERS), action=Action("Show the orders", InsightScreen.ORDERS),
      each=(("Service order {number} ({order}) is not done; its status: {state}.",
             "{service} service is to start on {starts}.",
             "{service} service is to stop on {stops}.",
             "{service} service is to stop on a day that is not known."),))  # fmt: skip
def service_pending(evaluation: Evaluation) -> Findings:
    """An agreement is PENDING_START or PENDING_STOP, or a service order is not final."""
    agreements = [item for item in evaluation.distinct(AGREEMENTS) if item.status in CHANGING_STATUSES]
    orders = [order for order in evaluation.distinct(SERVICE_ORDERS) if order.state not in FINAL_STATES]
    if agreements or orders:
        items = [*map(_of_agreement, agreements), *map(_of_order, orders)]
        newest = max((order.created_at for order in orders), default=None)
        begins = max((agreement.since for agreement in agreements), default=evaluation.today)
        yield Finding(items=items, at=newest or begins, evidence=[*agreements, *orders])


def _of_agreement(agreement: ServiceAgreement) -> Values:
    service = agreement.service_type or agreement.agreement_type.label
    if agreement.status is ServiceAgreementStatus.PENDING_START:
        return {"service": service, "starts": agreement.since}
    return {"service": service, "stops": agreement.until}


def _of_order(order: ServiceOrder) -> Values:
    return {"number": Cleared(order.order_number), "order": order.kind, "state": order.state}


@rule("ORDER_STUCK", WARNING, "Service order stuck",
      Plural("{count} service order cannot go on.", "{count} service orders cannot go on."),
      required=(SERVICE_ORDERS,), action=Action("Show the orders", InsightScreen.ORDERS),
      each=(("{number} has been waiting since {since}.", "{number} failed its validation."),))  # fmt: skip
def order_stuck(evaluation: Evaluation) -> Findings:
    """A service order failed its validation, or waits more than 3 days past its requested time."""
    orders = evaluation.distinct(SERVICE_ORDERS)
    before = evaluation.now - timedelta(days=evaluation.thresholds.order_waiting_days)
    failed = [order for order in orders if order.state is OrderState.VALIDATION_ERROR]
    waiting = [order for order in orders if order.state is OrderState.WAITING]
    overdue = [(order, at) for order in waiting if (at := order.requested_for) is not None and at < before]
    stuck = [*failed, *(order for order, _ in overdue)]
    if stuck:
        items: list[Values] = [{"number": Cleared(order.order_number)} for order in failed]
        items += [{"number": Cleared(order.order_number), "since": evaluation.day_of(at)} for order, at in overdue]
        newest, count = max(order.created_at for order in stuck), {"count": len(stuck)}
        yield Finding(count, items=items, at=newest, evidence=stuck)
    elif any(order.requested_for is None for order in waiting):
        raise Undetermined("A service order waits, and does not say since when.")

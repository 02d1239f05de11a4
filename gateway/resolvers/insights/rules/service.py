"""Rules about what customers asked for, and service that is to begin or end (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.phrases import counted, distinct, enumerated
from gateway.resolvers.insights.model.rule import Finding, Undetermined
from gateway.resolvers.service.orders import OrderState, ServiceOrder
from gateway.resolvers.service.premises import ServiceAgreement, ServiceAgreementStatus
from gateway.resolvers.service.requests import ServiceRequest, ServiceRequestState, Severity, label_of

BAD = (Severity.HIGH, Severity.CRITICAL)
FINAL = (OrderState.COMPLETED, OrderState.CANCELED, OrderState.DISCARDED)


def sr_open_high(_on: EvaluationContext, requests: Sequence[ServiceRequest]) -> Iterator[Finding]:
    """SR_OPEN_HIGH: a request that is not closed has the severity HIGH or CRITICAL."""
    still = _open(requests)
    bad = [each for each in still if each.severity in BAD]
    if bad:
        newest = max(bad, key=lambda each: (each.opened_at, each.id))
        words = {"count": counted(len(bad), "open request"), "title": newest.subject}
        yield Finding(words, at=newest.opened_at, evidence=bad)
    elif any(each.severity is None for each in still):
        raise Undetermined("A request is open, and nobody says how severe it is.")


def sr_aged(on: EvaluationContext, requests: Sequence[ServiceRequest]) -> Iterator[Finding]:
    """SR_AGED: a request that is not closed has dueAt < now, or was opened more than so many days ago."""
    late = [each for each in _open(requests) if _late_since(on, each) < on.now]
    if not late:
        return
    longest = min(late, key=lambda each: (_late_since(on, each), each.id))
    words = {
        "count": counted(len(late), "open request"),
        "title": longest.subject,
        "opened": on.day_of(longest.opened_at),
        "due": f", due {on.day_of(longest.due_at)}" if longest.due_at else "",
    }
    yield Finding(words, at=_late_since(on, longest), evidence=late)


def _late_since(on: EvaluationContext, request: ServiceRequest) -> datetime:
    aged = request.opened_at + timedelta(days=on.set.request_aged_days)
    return aged if request.due_at is None else min(aged, request.due_at)


def _open(requests: Sequence[ServiceRequest]) -> list[ServiceRequest]:
    return [each for each in distinct(requests) if each.state is not ServiceRequestState.CLOSED]


def sr_repeat(on: EvaluationContext, requests: Sequence[ServiceRequest]) -> Iterator[Finding]:
    """SR_REPEAT: so many requests of one category were opened within so many days; one for each category."""
    since = on.now - timedelta(days=on.set.request_repeat_days)
    groups: dict[str | None, list[ServiceRequest]] = {}
    for each in distinct(requests):
        if each.opened_at > since:
            category = each.request_category
            groups.setdefault(category.code if category else None, []).append(each)
    unsaid = groups.pop(None, [])
    repeated = [group for group in groups.values() if len(group) >= on.set.request_repeat]
    if not repeated and unsaid and _most(groups) + len(unsaid) >= on.set.request_repeat:
        raise Undetermined("Nobody says what the requests of the last weeks are about.")
    for group in repeated:
        yield _repeated(on, group)


def _most(groups: dict[str | None, list[ServiceRequest]]) -> int:
    return max((len(group) for group in groups.values()), default=0)


def _repeated(on: EvaluationContext, group: Sequence[ServiceRequest]) -> Finding:
    newest = max(group, key=lambda each: (each.opened_at, each.id))
    category = label_of(newest.request_category) if newest.request_category else ""
    words = {"count": counted(len(group), "request"), "category": category}
    return Finding({**words, "days": on.set.request_repeat_days}, at=newest.opened_at, evidence=group)


def service_pending(
    on: EvaluationContext, agreements: Sequence[ServiceAgreement], orders: Sequence[ServiceOrder]
) -> Iterator[Finding]:
    """SERVICE_PENDING: an agreement is PENDING_START or PENDING_STOP, or a service order is not final."""
    moving = [each for each in distinct(agreements) if each.status in _MOVES]
    going = [each for each in distinct(orders) if each.state not in FINAL]
    if not moving and not going:
        return
    phrases = [*map(_moves, moving), *map(_goes_on, going)]
    newest = max((each.created_at for each in going), default=None)
    begins = max((each.since for each in moving), default=on.today)
    yield Finding({"what": enumerated(phrases)}, at=newest or begins, evidence=[*moving, *going])


_MOVES = (ServiceAgreementStatus.PENDING_START, ServiceAgreementStatus.PENDING_STOP)


def _moves(agreement: ServiceAgreement) -> str:
    kind = (
        agreement.service_type.value.lower() if agreement.service_type else label_of(agreement.agreement_type)
    )
    if agreement.status is ServiceAgreementStatus.PENDING_START:
        return f"{kind} service is to start on {agreement.since}"
    day = f"on {agreement.until}" if agreement.until else "on a day that nobody says"
    return f"{kind} service is to stop {day}"


def _goes_on(order: ServiceOrder) -> str:
    state = order.state.value.replace("_", " ").lower()
    return f"service order {order.order_number} ({order.headline().lower()}) is not done: {state}"

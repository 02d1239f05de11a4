"""Rules about how often, and with what end, the customer was in touch (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gateway.resolvers.contact.conversations import Call, Chat
from gateway.resolvers.contact.interactions import Interaction, InteractionStatus
from gateway.resolvers.graph.values import Agent
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.phrases import distinct, local_time
from gateway.resolvers.insights.model.rule import Finding
from gateway.resolvers.service.requests import CustomerContact, label_of

GOING_ON = timedelta(hours=24)  # what began longer ago and has no end was not ended properly
Contact = Call | Chat | CustomerContact | Interaction


def repeat_contact(
    on: EvaluationContext,
    calls: Sequence[Call],
    chats: Sequence[Chat],
    contacts: Sequence[CustomerContact],
    interactions: Sequence[Interaction],
) -> Iterator[Finding]:
    """REPEAT_CONTACT: so many contacts began within so many days.

    A call or chat that belongs to an interaction is counted as that one.
    """
    since = on.now - timedelta(days=on.set.contact_repeat_days)
    recent: dict[tuple[str, str], Contact] = {}
    told: list[Contact] = [*interactions, *calls, *chats, *contacts]
    for each in told:
        if _began(each) > since:
            recent.setdefault(_name(each), each)
    if recent and len(recent) >= on.set.contact_repeat:
        newest = max(map(_began, recent.values()))
        words = {"count": len(recent), "days": on.set.contact_repeat_days, "newest": local_time(on, newest)}
        yield Finding(words, at=newest, evidence=[*recent.values()])


def _began(contact: Contact) -> datetime:
    return contact.contacted_at if isinstance(contact, CustomerContact) else contact.started_at


def _name(contact: Contact) -> tuple[str, str]:
    """What it is counted as."""
    if isinstance(contact, Call | Chat) and contact.interaction_id is not None:
        return Interaction.__name__, contact.interaction_id
    return type(contact).__name__, contact.id


def interaction_open(on: EvaluationContext, interactions: Sequence[Interaction]) -> Iterator[Finding]:
    """INTERACTION_OPEN: an interaction is open; one for each.

    What names no account is told on each of the customer's.
    """
    for each in distinct(interactions):
        if each.status is InteractionStatus.OPEN:
            words = {"agent": _who(each.agent) or "somebody", "since": local_time(on, each.started_at)}
            yield Finding(words, at=each.started_at, evidence=[each])


def _who(agent: Agent | None) -> str | None:
    return (agent.name or agent.user_name) if agent else None


def last_call_unresolved(
    on: EvaluationContext, calls: Sequence[Call], chats: Sequence[Chat]
) -> Iterator[Finding]:
    """LAST_CALL_UNRESOLVED: the newest call or chat, not older than so many days, was not resolved.

    It has no resolution, or one whose code leaves its question open. What is still going on does not count.
    """
    talks: list[Call | Chat] = [*calls, *chats]
    over = [each for each in talks if not _goes_on(on, each)]
    newest = max(over, key=lambda each: (each.started_at, each.id), default=None)
    if newest is None or newest.started_at < on.now - timedelta(days=on.set.unresolved_days):
        return
    resolution = newest.resolution
    if resolution is None or resolution.code in on.set.unresolved_codes:
        how = f"ended as “{label_of(resolution)}”" if resolution else "has no resolution"
        words = {"kind": type(newest).__name__.lower(), "when": local_time(on, newest.started_at), "how": how}
        yield Finding(words, at=newest.started_at, evidence=[newest])


def _goes_on(on: EvaluationContext, talk: Call | Chat) -> bool:
    return talk.ended_at is None and on.now - talk.started_at < GOING_ON


def callback_due(on: EvaluationContext, interactions: Sequence[Interaction]) -> Iterator[Finding]:
    """CALLBACK_DUE: a call back was promised for today or earlier, and is not known to be made; one each.

    What names no account is told on each of the customer's.
    """
    for each in distinct(interactions):
        due = each.callback_due_at
        if due is not None and on.day_of(due) <= on.today and each.callback_done is not True:
            words = {"due": local_time(on, due), "who": f" by {who}" if (who := _who(each.agent)) else ""}
            words["done"] = "was not made yet" if each.callback_done is False else "may not have been made"
            yield Finding(words, at=due, evidence=[each])

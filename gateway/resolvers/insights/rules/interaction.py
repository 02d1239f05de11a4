"""Rules about how often, and with what result, the customer was in touch."""

from datetime import datetime, timedelta
from functools import partial

from gateway.resolvers.contact.conversations import Call, Chat
from gateway.resolvers.contact.interactions import Interaction, InteractionStatus
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.graph.values import Agent
from gateway.resolvers.insights.facts.by_account import CALLS, CHATS, CONTACTS, INTERACTIONS, RECENT_INTERACTIONS
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule
from gateway.resolvers.service.requests import CustomerContact

rule = partial(Rule, InsightArea.INTERACTION)
MAX_DURATION = timedelta(hours=24)  # a call or chat without an end is over after that
Contact = Call | Chat | CustomerContact | Interaction


@rule("REPEAT_CONTACT", WARNING, "Repeated contact", "{count} contacts within {days} days, the newest {newest}.",
      any_of=(CALLS, CHATS, CONTACTS, RECENT_INTERACTIONS))  # fmt: skip
def repeat_contact(evaluation: Evaluation) -> Findings:
    """3 contacts began within 14 days. Calls and chats of one interaction count once, with it."""
    days = evaluation.thresholds.contact_repeat_days
    since = evaluation.now - timedelta(days=days)
    contacts: dict[tuple[str, str], Contact] = {}
    candidates: list[Contact] = [*evaluation[RECENT_INTERACTIONS], *evaluation[CALLS], *evaluation[CHATS]]
    for contact in (*candidates, *evaluation[CONTACTS]):
        if _began(contact) > since:
            contacts.setdefault(_counted_as(contact), contact)
    if contacts and len(contacts) >= evaluation.thresholds.contact_repeat:
        newest = max(map(_began, contacts.values()))
        values = {"count": len(contacts), "days": days, "newest": evaluation.local_time(newest)}
        yield Finding(values, at=newest, evidence=[*contacts.values()])


def _began(contact: Contact) -> datetime:
    return contact.contacted_at if isinstance(contact, CustomerContact) else contact.started_at


def _counted_as(contact: Contact) -> tuple[str, str]:
    """The type and id of the record that a contact counts as."""
    if isinstance(contact, Call | Chat) and contact.interaction_id is not None:
        return Interaction.__name__, contact.interaction_id
    return type(contact).__name__, contact.id


@rule("INTERACTION_OPEN", INFORMATION, "Interaction open",
      "{agent} has an interaction open with this customer, since {since}.", required=(INTERACTIONS,))  # fmt: skip
def interaction_open(evaluation: Evaluation) -> Findings:
    """An interaction is open; one for each. Without an account, on each account of the customer."""
    for interaction in evaluation.distinct(INTERACTIONS):
        if interaction.status is InteractionStatus.OPEN:
            agent = _agent_name(interaction.agent) or "an agent"
            values = {"agent": agent, "since": evaluation.local_time(interaction.started_at)}
            yield Finding(values, at=interaction.started_at, evidence=[interaction])


def _agent_name(agent: Agent | None) -> str | None:
    return (agent.name or agent.user_name) if agent else None


@rule("LAST_CALL_UNRESOLVED", WARNING, "Last call unresolved", "The newest {kind}, {when}, {how}.",
      required=(CALLS, CHATS))  # fmt: skip
def last_call_unresolved(evaluation: Evaluation) -> Findings:
    """The newest call or chat that is over, of the last 30 days, was not resolved.

    It has no resolution, or one whose code leaves its question open.
    """
    talks: list[Call | Chat] = [*evaluation[CALLS], *evaluation[CHATS]]
    over = [talk for talk in talks if talk.ended_at or evaluation.now - talk.started_at >= MAX_DURATION]
    newest = max(over, key=lambda talk: (talk.started_at, talk.id), default=None)
    thresholds = evaluation.thresholds
    if newest is None or newest.started_at < evaluation.now - timedelta(days=thresholds.unresolved_days):
        return
    resolution = newest.resolution
    if resolution is None or resolution.code in thresholds.unresolved_codes:
        how = f"ended as “{resolution.label}”" if resolution else "has no resolution"
        when = evaluation.local_time(newest.started_at)
        values = {"kind": type(newest).__name__.lower(), "when": when, "how": how}
        yield Finding(values, at=newest.started_at, evidence=[newest])


@rule("CALLBACK_DUE", WARNING, "Call back due", "A call back was promised{by} for {due}; it {done}.",
      required=(INTERACTIONS,))  # fmt: skip
def callback_due(evaluation: Evaluation) -> Findings:
    """A call back was promised for today or earlier, and is not recorded as made; one for each.

    Without an account, on each account of the customer.
    """
    for interaction in evaluation.distinct(INTERACTIONS):
        due = interaction.callback_due_at
        if due is not None and evaluation.day_of(due) <= evaluation.today and interaction.callback_done is not True:
            agent = _agent_name(interaction.agent)
            done = "was not made yet" if interaction.callback_done is False else "may not have been made"
            values = {"by": f" by {agent}" if agent else "", "due": evaluation.local_time(due), "done": done}
            yield Finding(values, at=due, evidence=[interaction])


@rule("NO_CTI", INFORMATION, "Calls are not recorded",
      "This utility has no contact center connected: calls and chats are not shown here.", required=(CALLS,),
      about_systems=True)  # fmt: skip
def no_cti(evaluation: Evaluation) -> Findings:
    """The contact center system is NOT_CONFIGURED."""
    if evaluation.states.get(SourceSystem.CONTACT_CENTER) is SourceState.NOT_CONFIGURED:
        yield Finding()

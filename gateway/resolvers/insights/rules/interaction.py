"""Rules about how often, and with what result, the customer was in touch."""

from datetime import datetime, timedelta
from functools import partial

from gateway.resolvers.contact.conversations import Call, Chat
from gateway.resolvers.contact.interactions import Interaction, InteractionStatus
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.graph.values import Agent
from gateway.resolvers.insights.facts.by_account import CALLS, CHATS, CONTACTS, INTERACTIONS, RECENT_INTERACTIONS
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.message import Days, Plural, Where
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule
from gateway.resolvers.service.cases import CustomerContact

rule = partial(Rule, InsightArea.INTERACTION)
CONTACTS_SCREEN = InsightScreen.INTERACTIONS
CALL_BACK = Action("Call the customer back", CONTACTS_SCREEN)
MAX_DURATION = timedelta(hours=24)  # a call or chat without an end is over after that
Contact = Call | Chat | CustomerContact | Interaction


@rule("REPEAT_CONTACT", WARNING, "Repeated contact",
      Plural("{count} contact within {days}, the newest on {newest}.",
             "{count} contacts within {days}, the newest on {newest}."),
      any_of=(CALLS, CHATS, CONTACTS, RECENT_INTERACTIONS),
      action=Action("Ask whether the matter is settled", CONTACTS_SCREEN))  # fmt: skip
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
        values = {"count": len(contacts), "days": Days(days), "newest": evaluation.local(newest)}
        yield Finding(values, at=newest, evidence=[*contacts.values()])


def _began(contact: Contact) -> datetime:
    return contact.contacted_at if isinstance(contact, CustomerContact) else contact.started_at


def _counted_as(contact: Contact) -> tuple[str, str]:
    """The type and id of the record that a contact counts as."""
    if isinstance(contact, Call | Chat) and contact.interaction_id is not None:
        return Interaction.__name__, contact.interaction_id
    return type(contact).__name__, contact.id


@rule("INTERACTION_OPEN", INFORMATION, "Interaction open",
      ("{agent} has had an interaction with this customer open since {since}.",
       "An agent has had an interaction with this customer open since {since}."),
      required=(INTERACTIONS,), action=Action("Show the interaction", CONTACTS_SCREEN))  # fmt: skip
def interaction_open(evaluation: Evaluation) -> Findings:
    """An interaction is open; one for each. Without an account, on each account of the customer."""
    for interaction in evaluation.distinct(INTERACTIONS):
        if interaction.status is InteractionStatus.OPEN:
            values = {"agent": _agent_name(interaction.agent), "since": evaluation.local(interaction.started_at)}
            yield Finding(values, at=interaction.started_at, evidence=[interaction])


def _agent_name(agent: Agent | None) -> str | None:
    return (agent.name or agent.user_name) if agent else None


@rule("LAST_CALL_UNRESOLVED", WARNING, "Last call unresolved",
      ("The newest {kind}, on {when}, ended as “{resolution}”.", "The newest {kind}, on {when}, has no resolution."),
      required=(CALLS, CHATS), action=Action("Ask whether the matter is settled", CONTACTS_SCREEN))  # fmt: skip
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
        when, label = evaluation.local(newest.started_at), resolution and resolution.label
        values = {"kind": newest.TYPE, "when": when, "resolution": label}
        yield Finding(values, at=newest.started_at, evidence=[newest])


@rule("CALLBACK_DUE", WARNING, "Call back due",
      [("{agent} promised a call back for {due}.", "A call back was promised for {due}."),
       (Where("not_made", "It was not made yet."), "It may not have been made.")],
      required=(INTERACTIONS,), action=CALL_BACK)  # fmt: skip
def callback_due(evaluation: Evaluation) -> Findings:
    """A call back was promised for today or earlier, and is not recorded as made; one for each.

    Without an account, on each account of the customer.
    """
    for interaction in evaluation.distinct(INTERACTIONS):
        due = interaction.callback_due_at
        if due is not None and evaluation.day_of(due) <= evaluation.today and interaction.callback_done is not True:
            values = {"agent": _agent_name(interaction.agent), "due": evaluation.local(due)}
            not_made = interaction.callback_done is False
            yield Finding({**values, "not_made": not_made}, at=due, evidence=[interaction])


@rule("NO_CTI", INFORMATION, "Calls are not recorded",
      "This utility has no contact center connected: calls and chats are not shown here.", required=(CALLS,),
      about_systems=True)  # fmt: skip
def no_cti(evaluation: Evaluation) -> Findings:
    """The contact center system is NOT_CONFIGURED."""
    if evaluation.states.get(SourceSystem.CONTACT_CENTER) is SourceState.NOT_CONFIGURED:
        yield Finding()

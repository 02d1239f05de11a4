"""Rules about the people of an account, their needs, and how to reach them."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from gateway.languages.texts import translated
from gateway.resolvers.contact.conversations import DeliveryStatus, Direction
from gateway.resolvers.graph.date_ranges import in_force, is_in_force
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.graph.wording import message
from gateway.resolvers.insights.facts import power
from gateway.resolvers.insights.facts.by_account import ALERTS, EMAILS
from gateway.resolvers.insights.facts.by_reference import CUSTOMER_ACCOUNTS, PARTY, PERSONS, RESTRICTIONS
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import CRITICAL, INFORMATION, WARNING, EvidenceRecord, InsightArea
from gateway.resolvers.insights.model.message import Coded
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined
from gateway.resolvers.party.parties import ContactPointKind, Party, SpecialNeedKind
from gateway.resolvers.party.restrictions import RestrictionChannel

rule = partial(Rule, InsightArea.CUSTOMER)
WAYS_TO_REACH = {
    ContactPointKind.PHONE: (ContactPointKind.PHONE, ContactPointKind.MOBILE),
    ContactPointKind.EMAIL: (ContactPointKind.EMAIL,),
}
WAY_TEXTS = {
    ContactPointKind.PHONE: message("a valid phone number"),
    ContactPointKind.EMAIL: message("a valid e-mail address"),
}
CHANNEL_TEXTS = {
    RestrictionChannel.ALL: message("by any means"),
    RestrictionChannel.EMAIL: message("by e-mail"),
    RestrictionChannel.MAIL: message("by mail"),
    RestrictionChannel.PHONE: message("by phone"),
    RestrictionChannel.SMS: message("by text message"),
}


@rule("LIFE_SUPPORT", CRITICAL, "Power must not fail",
      ["Someone here depends on power: {needs}.", "This holds for every premise of the account."],
      any_of=power.FACTS, vital=True, action=Action("Show who depends on power", InsightScreen.CUSTOMER))  # fmt: skip
def life_support(evaluation: Evaluation) -> Findings:
    """A person of the account, in any role, or a premise of it depends on power today."""
    dependents = power.dependents(evaluation)
    if dependents:
        needs = [need for person in evaluation[PERSONS] for need in power.needs_of(person, evaluation.today)]
        since = max((need.since for need in needs if need.since), default=None)
        kinds = tuple(dict.fromkeys(need.kind for need in needs)) or (SpecialNeedKind.LIFE_SUPPORT,)
        yield Finding({"needs": kinds}, at=since, evidence=dependents)
    elif power.is_unknown(evaluation):
        raise Undetermined("The systems do not say whether someone here depends on power.")


@rule("CONTACT_RESTRICTED", WARNING, "Contact restricted",
      ["Since {since} the customer does not want to be contacted {by}.", "Reason: {reason}."],
      required=(RESTRICTIONS,), action=Action("Show the restrictions", InsightScreen.CUSTOMER))  # fmt: skip
def contact_restricted(evaluation: Evaluation) -> Findings:
    """A restriction on contacting the customer is in force today; one for each channel."""
    current = in_force(evaluation[RESTRICTIONS], evaluation.today)
    for channel, text in CHANNEL_TEXTS.items():
        restrictions = [restriction for restriction in current if restriction.channel is channel]
        if restrictions:
            newest = max(restrictions, key=lambda restriction: restriction.since)
            by = Coded(partial(translated, text), channel)
            values = {"by": by, "reason": newest.reason, "since": newest.since}
            yield Finding(values, at=newest.since, evidence=restrictions)


@rule("ACCOUNT_ALERT", WARNING, "Alert", ("{kind}: {text}.", "{kind}."), required=(ALERTS,),
      action=Action("Show the customer", InsightScreen.CUSTOMER))  # fmt: skip
def account_alert(evaluation: Evaluation) -> Findings:
    """An alert is in force today; one for each."""
    for alert in in_force(evaluation[ALERTS], evaluation.today):
        text = (alert.text or "").rstrip(". ")
        yield Finding({"kind": alert.alert_type.label, "text": text}, at=alert.since, evidence=[alert])


@rule("CONTACT_DATA_STALE", INFORMATION, "Hard to reach",
      ["The customer may be hard to reach.", "Missing: {missing}.", "The newest e-mail came back on {bounced}."],
      any_of=(PARTY, EMAILS), action=Action("Ask how the customer can be reached", InsightScreen.CUSTOMER))  # fmt: skip
def contact_data_stale(evaluation: Evaluation) -> Findings:
    """The customer has no valid phone number or no valid email address, or the newest sent email bounced."""
    parties = evaluation[PARTY]
    newest = next((email for email in evaluation[EMAILS] if email.direction is Direction.OUTBOUND), None)
    bounced = newest if newest is not None and newest.delivery is DeliveryStatus.BOUNCED else None
    missing = [way for party in parties for way in _missing_ways(party, evaluation.today)]
    if missing or bounced:
        ways = tuple(Coded(partial(translated, WAY_TEXTS[way]), way) for way in dict.fromkeys(missing))
        values = {"missing": ways, "bounced": evaluation.day_of(bounced.sent_at) if bounced else None}
        evidence: list[EvidenceRecord] = [*([bounced] if bounced else []), *(parties if missing else [])]
        at = bounced.sent_at if bounced else None
        yield Finding(values, at=at, evidence=evidence)
    elif any(party.contact_points is None for party in parties):
        raise Undetermined("The CRM does not say how the customer can be reached.")


def _missing_ways(party: Party, today: date) -> Iterator[ContactPointKind]:
    """Ways to reach a party that have no valid contact point; none where contact points are not known."""
    if party.contact_points is not None:
        kinds = {point.kind for point in party.contact_points if is_in_force(None, point.valid_to, today)}
        yield from (way for way, accepted in WAYS_TO_REACH.items() if not kinds.intersection(accepted))


@rule("MULTI_ACCOUNT", INFORMATION, "Several accounts", "The customer has {count} accounts, including closed ones.",
      required=(CUSTOMER_ACCOUNTS,), action=Action("Show all accounts", InsightScreen.ACCOUNTS))  # fmt: skip
def multi_account(evaluation: Evaluation) -> Findings:
    """The customer has further accounts, open or closed."""
    others = {account.id for account in evaluation[CUSTOMER_ACCOUNTS]} - {evaluation.account.id}
    if others:
        yield Finding({"count": len(others) + 1})


@rule("DATA_INCOMPLETE", WARNING, "Data is incomplete", "Data of {systems} is missing or out of date.",
      about_systems=True, action=Action("Show how the systems answered", InsightScreen.SYSTEMS))  # fmt: skip
def data_incomplete(evaluation: Evaluation) -> Findings:
    """A system that was asked is neither OK nor NOT_CONFIGURED. Reported with every area."""
    complete = (SourceState.OK, SourceState.NOT_CONFIGURED)
    failed = [system for system, state in evaluation.states.items() if state not in complete]
    if failed:
        names = (Coded(partial(evaluation.label_of, system), system) for system in failed)
        yield Finding({"systems": tuple(sorted(names, key=lambda name: name.value.value))})

"""Rules about the people of an account, their needs, and how to reach them (the requirements)."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from gateway.resolvers.contact.conversations import DeliveryStatus, Direction
from gateway.resolvers.graph.date_ranges import in_force, is_in_force
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.insights.facts import power
from gateway.resolvers.insights.facts.by_account import ALERTS, EMAILS
from gateway.resolvers.insights.facts.by_reference import CUSTOMER_ACCOUNTS, PARTY, PERSONS, RESTRICTIONS
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, EvidenceRecord, Severity
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined
from gateway.resolvers.party.parties import ContactPointKind, Party, SpecialNeed
from gateway.resolvers.party.restrictions import ContactRestriction, RestrictionChannel

WAYS_TO_REACH = {
    "phone number": (ContactPointKind.PHONE, ContactPointKind.MOBILE),
    "email address": (ContactPointKind.EMAIL,),
}
CHANNEL_TEXTS = {
    RestrictionChannel.EMAIL: "by email",
    RestrictionChannel.PHONE: "by phone",
    RestrictionChannel.MAIL: "by mail",
    RestrictionChannel.SMS: "by text message",
    RestrictionChannel.ALL: "by any means",
}


@Rule("LIFE_SUPPORT", Area.CUSTOMER, Severity.CRITICAL, "Power must not fail",
      "Someone here depends on power ({what}). This holds for every premise of the account.",
      any_of=power.FACTS, vital=True)  # fmt: skip
def life_support(context: EvaluationContext, facts: Facts) -> Findings:
    """A person of the account, in any role, or a premise of it depends on power today."""
    dependents = power.dependents(context, facts)
    if dependents:
        needs = [need for person in facts[PERSONS] for need in power.needs_of(person, context.today)]
        texts = dict.fromkeys(_need_text(need) for need in needs) or {"life support": None}
        since = max((need.since for need in needs if need.since), default=None)
        yield Finding({"what": ", ".join(texts)}, at=since, evidence=dependents)
    elif power.is_unknown(facts):
        raise Undetermined("The systems do not say whether someone here depends on power.")


def _need_text(need: SpecialNeed) -> str:
    return f"{need.kind.words}: {need.equipment}" if need.equipment else need.kind.words


@Rule("CONTACT_RESTRICTED", Area.CUSTOMER, Severity.WARNING, "Contact restricted",
      "Since {since} the customer does not want to be contacted {by}{reason}.",
      required=(RESTRICTIONS,))  # fmt: skip
def contact_restricted(context: EvaluationContext, facts: Facts) -> Findings:
    """A restriction on contacting the customer is in force today; one for each channel."""
    current = sorted(in_force(facts[RESTRICTIONS], context.today), key=_channel)
    for channel, group in groupby(current, key=_channel):
        restrictions = list(group)
        newest = max(restrictions, key=lambda restriction: restriction.since)
        reason = f" ({newest.reason})" if newest.reason else ""
        values = {"by": CHANNEL_TEXTS[RestrictionChannel(channel)], "reason": reason, "since": newest.since}
        yield Finding(values, at=newest.since, evidence=restrictions)


def _channel(restriction: ContactRestriction) -> str:
    return restriction.channel.name


@Rule("ACCOUNT_ALERT", Area.CUSTOMER, Severity.WARNING, "Alert",
      "{kind}{text}.", required=(ALERTS,))  # fmt: skip
def account_alert(context: EvaluationContext, facts: Facts) -> Findings:
    """An alert is in force today; one for each."""
    for alert in in_force(facts[ALERTS], context.today):
        text = f": {alert.text.rstrip('. ')}" if alert.text else ""
        yield Finding({"kind": alert.alert_type.label, "text": text}, at=alert.since, evidence=[alert])


@Rule("CONTACT_DATA_STALE", Area.CUSTOMER, Severity.INFORMATION, "Hard to reach",
      "The customer may be hard to reach: {wrong}.", any_of=(PARTY, EMAILS))  # fmt: skip
def contact_data_stale(context: EvaluationContext, facts: Facts) -> Findings:
    """The customer has no valid phone number or no valid email address, or the newest sent email bounced."""
    parties = facts[PARTY]
    newest = next((email for email in facts[EMAILS] if email.direction is Direction.OUTBOUND), None)
    bounced = newest if newest is not None and newest.delivery is DeliveryStatus.BOUNCED else None
    missing = [way for party in parties for way in _missing_ways(party, context.today)]
    faults = [f"there is no {' and no '.join(missing)}"] if missing else []
    if bounced:
        faults.append(f"the newest email came back on {context.day_of(bounced.sent_at)}")
    if faults:
        evidence: list[EvidenceRecord] = [*([bounced] if bounced else []), *(parties if missing else [])]
        at = bounced.sent_at if bounced else None
        yield Finding({"wrong": ", and ".join(faults)}, at=at, evidence=evidence)
    elif any(party.contact_points is None for party in parties):
        raise Undetermined("The CRM does not say how the customer can be reached.")


def _missing_ways(party: Party, today: date) -> Iterator[str]:
    """Ways to reach a party that have no valid contact point; none where contact points are not known."""
    if party.contact_points is not None:
        kinds = {point.kind for point in party.contact_points if is_in_force(None, point.valid_to, today)}
        yield from (way for way, accepted in WAYS_TO_REACH.items() if not kinds.intersection(accepted))


@Rule("MULTI_ACCOUNT", Area.CUSTOMER, Severity.INFORMATION, "Several accounts",
      "The customer has {count} accounts, including closed ones.", required=(CUSTOMER_ACCOUNTS,))  # fmt: skip
def multi_account(context: EvaluationContext, facts: Facts) -> Findings:
    """The customer has further accounts, open or closed."""
    others = {account.id for account in facts[CUSTOMER_ACCOUNTS]} - {context.account.id}
    if others:
        yield Finding({"count": len(others) + 1})


@Rule("DATA_INCOMPLETE", Area.CUSTOMER, Severity.WARNING, "Data is incomplete",
      "Data of {systems} is missing or out of date.", about_systems=True)  # fmt: skip
def data_incomplete(context: EvaluationContext, _facts: Facts) -> Findings:
    """A system that was asked is neither OK nor NOT_CONFIGURED. Reported with every area."""
    complete = (SourceState.OK, SourceState.NOT_CONFIGURED)
    failed = [system.value for system, state in context.states.items() if state not in complete]
    if failed:
        yield Finding({"systems": ", ".join(sorted(failed))})


RULES = (*(life_support, contact_restricted, account_alert, contact_data_stale, multi_account), data_incomplete)

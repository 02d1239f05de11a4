"""Rules about the people of an account: what they need, how to reach them (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.account.parts import AccountAlert
from gateway.resolvers.contact.conversations import DeliveryStatus, Direction, EmailMessage
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Finding, Undetermined
from gateway.resolvers.party.parties import ContactPointKind, Party, Person, SpecialNeed, SpecialNeedKind
from gateway.resolvers.party.restrictions import ContactRestriction, RestrictionChannel
from gateway.resolvers.service.premises import Premise
from gateway.resolvers.service.requests import label_of

POWER = (SpecialNeedKind.LIFE_SUPPORT, SpecialNeedKind.SENSITIVE_LOAD)
REACH = {
    "phone number": (ContactPointKind.PHONE, ContactPointKind.MOBILE),
    "e-mail address": (ContactPointKind.EMAIL,),
}
BY = {
    RestrictionChannel.EMAIL: "by e-mail",
    RestrictionChannel.PHONE: "by phone",
    RestrictionChannel.MAIL: "by mail",
    RestrictionChannel.SMS: "by text message",
    RestrictionChannel.ALL: "by any means",
}


def life_support(
    on: EvaluationContext, persons: Sequence[Person], premises: Sequence[Premise]
) -> Iterator[Finding]:
    """LIFE_SUPPORT: a person of the account, in any role, or a premise of it depends on power today.

    It then holds for all premises of the account.
    """
    who = depending(on, persons, premises)
    if who:
        needs = [need for each in persons for need in _needs(each, on.today)]
        what = dict.fromkeys(_words(each) for each in needs) or {"life support": None}
        since = max((each.since for each in needs if each.since), default=None)
        yield Finding({"what": ", ".join(what)}, at=since, evidence=who)
    elif nobody_said(persons, premises):
        raise Undetermined("Nobody has said whether somebody here depends on power to live.")


def depending(
    on: EvaluationContext, persons: Sequence[Person], premises: Sequence[Premise]
) -> list[Person | Premise]:
    """Everybody, and every premise, known to depend on power today."""
    people = [each for each in persons if any(_needs(each, on.today))]
    return [*people, *(each for each in premises if each.life_support)]


def nobody_said(persons: Sequence[Person], premises: Sequence[Premise]) -> bool:
    """Whether it is not known of somebody, or of a premise, whether they depend on power.

    Nor is it known where nobody says who lives there, or where that is: none told is not told that none do.
    """
    if not persons or not premises:
        return True
    silent = any(each.special_needs is None for each in persons)
    return silent or any(each.life_support is None for each in premises)


def _needs(person: Person, today: date) -> Iterator[SpecialNeed]:
    for each in person.special_needs or ():
        if each.kind in POWER and in_force(each.since, each.until, today):
            yield each


def _words(need: SpecialNeed) -> str:
    kind = need.kind.value.replace("_", " ").lower()
    return f"{kind}: {need.equipment}" if need.equipment else kind


def contact_restricted(
    on: EvaluationContext, restrictions: Sequence[ContactRestriction]
) -> Iterator[Finding]:
    """CONTACT_RESTRICTED: a wish of the customer not to be contacted holds today; one for each channel."""
    held = sorted((each for each in restrictions if each.is_in_force(on.today)), key=_channel)
    for _, group in groupby(held, key=_channel):
        own = list(group)
        newest = max(own, key=lambda each: each.since)
        words = {"by": BY[newest.channel], "reason": f" ({newest.reason})" if newest.reason else ""}
        yield Finding({**words, "since": newest.since}, at=newest.since, evidence=own)


def _channel(restriction: ContactRestriction) -> str:
    return restriction.channel.value


def account_alert(on: EvaluationContext, alerts: Sequence[AccountAlert]) -> Iterator[Finding]:
    """ACCOUNT_ALERT: an alert holds today; one for each."""
    for each in alerts:
        if each.is_in_force(on.today):
            text = f": {each.text.rstrip('. ')}" if each.text else ""
            yield Finding({"kind": label_of(each.alert_type), "text": text}, at=each.since, evidence=[each])


def contact_data_stale(
    on: EvaluationContext, parties: Sequence[Party], emails: Sequence[EmailMessage]
) -> Iterator[Finding]:
    """CONTACT_DATA_STALE: no phone number or no e-mail address, or the newest e-mail sent came back."""
    newest = next((each for each in emails if each.direction is Direction.OUTBOUND), None)
    back = newest is not None and newest.delivery is DeliveryStatus.BOUNCED
    missing = [word for each in parties for word in _unreachable(each, on.today)]
    wrong = [f"there is no {' and no '.join(missing)}"] if missing else []
    if newest is not None and back:
        wrong.append(f"the newest e-mail came back on {on.day_of(newest.sent_at)}")
    if wrong:
        at, evidence = (newest.sent_at, [newest]) if newest is not None and back else (None, [])
        yield Finding(
            {"wrong": ", and ".join(wrong)}, at=at, evidence=[*evidence, *(parties if missing else ())]
        )
    elif any(each.contact_points is None for each in parties):
        raise Undetermined("The CRM does not say how the customer can be reached.")


def _unreachable(party: Party, today: date) -> Iterator[str]:
    points = party.contact_points
    if points is not None:
        kinds = {each.kind for each in points if in_force(None, each.valid_to, today)}
        yield from (word for word, some in REACH.items() if not kinds.intersection(some))


def multi_account(on: EvaluationContext, accounts: Sequence[AccountCore]) -> Iterator[Finding]:
    """MULTI_ACCOUNT: the customer has more accounts than this one, open or closed."""
    others = {each.id for each in accounts} - {on.account.id}
    if others:
        yield Finding({"count": len(others) + 1})

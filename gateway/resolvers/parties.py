"""Who: persons, organizations, and the relationships between them (CRM)."""

from copy import copy
from datetime import date
from enum import Enum
from typing import Any, ClassVar

import strawberry

from gateway.context import Info
from gateway.resolvers.described import described, described_enum, described_interface
from gateway.resolvers.node import Node, Record
from gateway.resolvers.owners import SourceSystem
from gateway.resolvers.relations import many_of, one


@described_enum
class PartyRole(Enum):
    """What a party is to the utility."""

    CUSTOMER = "CUSTOMER"
    PROSPECT = "PROSPECT"
    CONTACT = "CONTACT"
    FORMER_CUSTOMER = "FORMER_CUSTOMER"


@described_enum
class PartyKind(Enum):
    """What a party is."""

    PERSON = "PERSON"
    ORGANIZATION = "ORGANIZATION"
    RELATIONSHIP = "RELATIONSHIP"


@described_enum
class ContactPointKind(Enum):
    """Ways to reach a party."""

    PHONE = "PHONE"
    MOBILE = "MOBILE"
    EMAIL = "EMAIL"
    FAX = "FAX"
    POSTAL = "POSTAL"
    WEB = "WEB"


@described_enum
class PersonalIdentifierKind(Enum):
    """What proves who somebody is."""

    SSN = "SSN"
    DRIVER_LICENSE = "DRIVER_LICENSE"
    PASSPORT = "PASSPORT"
    TAX_ID = "TAX_ID"
    OTHER = "OTHER"


@described_enum
class SpecialNeedKind(Enum):
    """What has to be thought of before service is interrupted, or a call made."""

    LIFE_SUPPORT = "LIFE_SUPPORT"
    SENSITIVE_LOAD = "SENSITIVE_LOAD"
    MEDICAL = "MEDICAL"
    HEARING = "HEARING"
    VISION = "VISION"
    LANGUAGE = "LANGUAGE"
    OTHER = "OTHER"


@described_enum
class RestrictionChannel(Enum):
    """What a party does not want to be reached by."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    MAIL = "MAIL"
    SMS = "SMS"
    ALL = "ALL"


@described
class ContactPoint:
    """A way to reach a party.

    kind: which way.
    value: the number or the address.
    is_primary: whether it is the first to try.
    verified: whether it has been proven.
    valid_to: the last day it holds.
    """

    kind: ContactPointKind
    value: str
    is_primary: bool | None
    verified: bool | None
    valid_to: date | None


@described
class PersonalIdentifier:
    """What proves who somebody is.

    kind: which proof.
    value: its number, or what may be shown of it.
    is_masked: whether a part is withheld.
    """

    kind: PersonalIdentifierKind
    value: str
    is_masked: bool


@described
class SpecialNeed:
    """Something that has to be thought of before service is interrupted.

    kind: which need.
    since: the first day.
    until: the last day; null while it lasts.
    equipment: what it depends on.
    """

    kind: SpecialNeedKind
    since: date | None
    until: date | None
    equipment: str | None


@described
class ContactRestriction(Node, Record):
    """A wish not to be contacted. For information only: enforced by nobody here (TS-RES-3).

    channel: by which means.
    since: the first day.
    until: the last day; null = until further notice.
    reason: why, in words.
    is_active: whether it holds on the day asked for, today if none.
    """

    SYSTEM = SourceSystem.CRM

    party_id: strawberry.Private[str | None]
    channel: RestrictionChannel
    since: date
    until: date | None
    reason: str | None

    @strawberry.field
    def is_active(self, info: Info) -> bool:
        return self.holds(self.asked_on or info.context.now().astimezone(info.context.zone).date())

    def holds(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.since <= day and (self.until is None or day <= self.until)

    asked_on: ClassVar[date | None] = None  # the day it was asked for, where one was


async def restrictions_of(info: Info, party: Any, active_on: date | None) -> list[ContactRestriction] | None:
    """A party's restrictions: all of them, or those that hold on a day."""
    found = await many_of(info.context.load, ContactRestriction, "party_id", party.id)
    if found is None or active_on is None:
        return found
    # Copies: the loader's own records are shared with whoever asks for another day.
    held = [copy(each) for each in found if each.holds(active_on)]
    for each in held:
        each.asked_on = active_on
    return held


@described_interface
class Party(Node, Record):
    """A person, an organization, or a person acting for an organization.

    name: how it is called.
    roles: what it is to the utility.
    contact_points: ways to reach it.
    """

    SYSTEM = SourceSystem.CRM

    name: str
    roles: list[PartyRole]
    contact_points: list[ContactPoint] | None

    @strawberry.field(
        description="Wishes not to be contacted; with `activeOn` only those that hold on that day.",
        metadata={"asks": ((ContactRestriction, ("party_id",)),)},
    )
    async def restrictions(
        self, info: Info, active_on: date | None = None
    ) -> list[ContactRestriction] | None:
        return await restrictions_of(info, self, active_on)


@described
class Person(Party):
    """A human being.

    date_of_birth: the day they were born.
    identifiers: what proves who they are.
    special_needs: what has to be thought of; null is unknown, and never "none".
    preferred_language: a language tag, such as en-US.
    """

    date_of_birth: date | None
    identifiers: list[PersonalIdentifier] | None
    special_needs: list[SpecialNeed] | None
    preferred_language: str | None


@described
class Organization(Party):
    """A company, an authority, an association.

    legal_name: its full name in law.
    tax_id: its number at the tax office.
    industry: what it does.
    """

    legal_name: str | None
    tax_id: str | None
    industry: str | None


@described
class PartyRelationship(Party):
    """A person as the contact of an organization.

    relation_type: what the person is there.
    person: the person.
    organization: the organization.
    """

    person_id: strawberry.Private[str | None]
    organization_id: strawberry.Private[str | None]
    relation_type: str
    person: Person | None = one(Person, key="person_id")
    organization: Organization | None = one(Organization, key="organization_id")


PARTY_CLASS = {
    PartyKind.PERSON: Person,
    PartyKind.ORGANIZATION: Organization,
    PartyKind.RELATIONSHIP: PartyRelationship,
}

PARTY_ASKS = tuple((each, ("id",)) for each in PARTY_CLASS.values())

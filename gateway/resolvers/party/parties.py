"""Who: persons, organizations, and the relationships between them (CRM)."""

from datetime import date
from enum import Enum
from typing import Annotated

import strawberry

from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_enum, described_interface
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.party.restrictions import ContactRestriction, restrictions_of

INTERACTION = "gateway.resolvers.contact.interactions:Interaction"
RELATIONSHIP = "gateway.resolvers.party.parties:PartyRelationship"
# Contact history lies above parties and imports them: the type is looked up when the schema is built.
History = Annotated[
    "InteractionConnection",  # type: ignore[name-defined]  # noqa: F821
    strawberry.lazy("gateway.resolvers.contact.history"),
]


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

    @strawberry.field(
        description="Interactions with this party and with the relationships it belongs to, each once, "
        "newest first; a relationship's are those of its person and its organization, too. Without a range "
        "those of the newest months, as `window` tells; `all` has no limit.",
        metadata={
            "asks": (
                (INTERACTION, ("party_id",), False),
                (RELATIONSHIP, ("person_id",), False),
                (RELATIONSHIP, ("organization_id",), False),
            )
        },
    )
    async def interactions(
        self,
        info: Info,
        range: DateRange | None = None,
        all: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> History | None:
        return await info.context.party_interactions(info, self, range, all, first, after)


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


PARTY_TYPES = {
    PartyKind.PERSON: Person,
    PartyKind.ORGANIZATION: Organization,
    PartyKind.RELATIONSHIP: PartyRelationship,
}

PARTY_RELATIONS = tuple((each, ("id",)) for each in PARTY_TYPES.values())

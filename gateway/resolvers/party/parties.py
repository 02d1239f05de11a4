"""Parties: persons, organizations, and the relationships between them (CRM)."""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described, described_interface
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.interaction_list import InteractionRequest, interaction_list
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.personal import Personal, PiiKind
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.record_names import ACCOUNT_PERSON, CUSTOMER
from gateway.resolvers.graph.relations import field_of, loads, many, many_of, one, relation
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.party.identifiers import PersonalIdentifier
from gateway.resolvers.party.restrictions import ContactRestriction


class PartyRole(DescribedEnum):
    """Role of a party for the utility."""

    CUSTOMER = "CUSTOMER", "Has, or shares, a billing account."
    PROSPECT = "PROSPECT", "May become a customer."
    CONTACT = "CONTACT", "Speaks for a customer, without an account."
    FORMER_CUSTOMER = "FORMER_CUSTOMER", "Had a billing account; none is open."


class PartyKind(DescribedEnum):
    """Kinds of party."""

    PERSON = "PERSON", "A human being."
    ORGANIZATION = "ORGANIZATION", "A company, an agency or another body."
    RELATIONSHIP = "RELATIONSHIP", "A person as the contact of an organization."


class ContactPointKind(DescribedEnum):
    """Kinds of contact point."""

    PHONE = "PHONE", "A landline, or a number of unknown kind; it takes no text messages."
    MOBILE = "MOBILE", "A mobile number, for calls and text messages."
    EMAIL = "EMAIL", "An e-mail address.", "E-mail"
    FAX = "FAX", "A number for faxes; do not call it."
    POSTAL = "POSTAL", "An address for letters.", "Postal address"
    WEB = "WEB", "An address of a website or a social network.", "Website"


class SpecialNeedKind(DescribedEnum):
    """Kinds of special need that matter before an interruption of service, or on a call."""

    LIFE_SUPPORT = "LIFE_SUPPORT", "Life-support equipment needs electricity."
    SENSITIVE_LOAD = "SENSITIVE_LOAD", "Equipment is sensitive to interruptions.", "Sensitive equipment"
    MEDICAL = "MEDICAL", "Another medical condition.", "Medical condition"
    HEARING = "HEARING", "Hearing is impaired.", "Impaired hearing"
    VISION = "VISION", "Vision is impaired.", "Impaired vision"
    LANGUAGE = "LANGUAGE", "Needs another language.", "Other language"
    OTHER = "OTHER", "A need that has no name in this list."


@described
class ContactPoint:
    """A way to reach a party.

    kind: Kind of contact point.
    value: Telephone number or address, as the CRM stores it.
    is_primary: True for the contact point to try first; null if unknown.
    verified: True if it has been verified; null if unknown.
    valid_to: Last day on which it is valid; null if it is open-ended.
    """

    PERSONAL: ClassVar[Personal] = {"value": PiiKind.CONTACT_POINT}

    kind: ContactPointKind
    value: str
    is_primary: bool | None
    verified: bool | None
    valid_to: date | None


@described
class SpecialNeed:
    """A need to consider before service is interrupted.

    kind: Kind of need.
    since: First day of the need; null if unknown.
    until: Last day of the need; null if it is open-ended.
    equipment: Equipment that the need depends on; null if there is none, or unknown.
    """

    PERSONAL: ClassVar[Personal] = {"equipment": PiiKind.HEALTH}

    kind: SpecialNeedKind
    since: date | None
    until: date | None
    equipment: str | None


@described_interface
@known_to(PARTNER)
class Party(Node, Record):
    """A person, an organization, or a person acting for an organization.

    name: Name of the party, as the CRM shows it.
    roles: Roles of the party for the utility; empty if it has none.
    contact_points: Ways to reach the party; null if unknown.
    customers: Customers that the party is, usually one; null if unknown.
    """

    SYSTEM = SourceSystem.CRM
    SCOPE = Scope.CUSTOMER_READ
    TIES = tied(id=Tie.PARTY)

    name: str
    roles: list[PartyRole]
    contact_points: list[ContactPoint] | None

    @strawberry.field(metadata=loads(relation(ContactRestriction, "party_id")))
    async def restrictions(self, info: Info, active_on: date | None = None) -> list[ContactRestriction] | None:
        """Requests not to be contacted; null if unknown.

        active_on: Only restrictions in force on this day; null for all.
        """
        restrictions = await many_of(info.context.loader, ContactRestriction, "party_id", self.id)
        if restrictions is None or active_on is None:
            return restrictions
        # Copies: the loader shares its records with fields that ask for another day.
        return [replace(restriction, asked_on=active_on) for restriction in in_force(restrictions, active_on)]

    @interaction_list(
        relation("Interaction", "party_id", required=False),
        relation("PartyRelationship", "person_id", required=False),
        relation("PartyRelationship", "organization_id", required=False),
    )
    async def interactions(self, info: Info, request: InteractionRequest) -> Any:
        """Interactions with the party and with its relationships, each once, newest first.

        A relationship also has the interactions of its person and its organization.
        """
        return await info.context.party_interactions(info, self, request)

    customers: list[Node] | None = many(CUSTOMER, by="party_id", required=False)


async def _itself(person: "Person", info: Info) -> "Person":  # noqa: ARG001  # what a resolver gets
    return person


@described
@known_to(PARTNER, without=("date_of_birth", "date_of_birth_state", "birth_year", "preferred_language"))
class Person(Party):
    """A human being.

    date_of_birth: Day of birth; null if unknown, or masked.
    birth_year: Year of birth; null if unknown.
    identifiers: Identifiers that prove the person's identity; null if unknown.
    special_needs: Needs to consider before service is interrupted. Null means unknown, never "none".
    preferred_language: BCP 47 language tag, such as en-US; null if unknown.
    account_roles: Roles of the person on billing accounts, former ones too; null if unknown.
    """

    PERSONAL: ClassVar[Personal] = {"date_of_birth": PiiKind.BIRTH_DATE}

    date_of_birth: date | None
    date_of_birth_state = state_of(field_of(_itself, "date_of_birth", date), is_masked=True)
    birth_year: int | None = strawberry.field(resolver=lambda self: self.date_of_birth and self.date_of_birth.year)
    identifiers: list[PersonalIdentifier] | None
    special_needs: list[SpecialNeed] | None
    preferred_language: str | None
    account_roles: list[Record] | None = many(ACCOUNT_PERSON, by="person_id", required=False)


@described
@known_to(PARTNER, without=("tax_id",))
class Organization(Party):
    """A company, an authority or an association.

    legal_name: Registered name; null if unknown.
    tax_id: Number at the tax office; null if unknown.
    industry: Line of business; null if unknown.
    """

    PERSONAL: ClassVar[Personal] = {"tax_id": PiiKind.IDENTIFIER}

    legal_name: str | None
    tax_id: str | None
    industry: str | None


@described
class PartyRelationship(Party):
    """A person as the contact of an organization.

    relation_type: Position of the person in the organization, as the CRM codes it.
    person: The person; null if unknown.
    organization: The organization; null if unknown.
    """

    person_id: strawberry.Private[str | None]
    organization_id: strawberry.Private[str | None]
    relation_type: str
    person: Person | None = one(Person, key="person_id")
    person_state = state_of(person)
    organization: Organization | None = one(Organization, key="organization_id")
    organization_state = state_of(organization)


PARTY_TYPES: dict[PartyKind, type[Party]] = {
    PartyKind.PERSON: Person,
    PartyKind.ORGANIZATION: Organization,
    PartyKind.RELATIONSHIP: PartyRelationship,
}
PARTY_RELATIONS = tuple(relation(cls, "id") for cls in PARTY_TYPES.values())

"""Writes a customer, its parties, restrictions and search terms to CRM."""

from random import Random
from typing import Any

from gateway_demo.plan.clock import DAY, HOUR, MONTHS, NOW, midnight, utc_iso
from gateway_demo.plan.model import ContactRestriction, Customer, Person, SpecialNeed
from gateway_demo.plan.names import TRADES
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import document_tables as documents
from gateway_demo.writers.search_terms import account_term, name_terms, phone_term

Body = dict[str, Any]  # Any: JSON values
LIFECYCLES = {
    "customer": ("A", "Active", ["CUSTOMER"]),
    "former": ("F", "Former", ["FORMER_CUSTOMER"]),
    "prospect": ("P", "Prospect", ["PROSPECT"]),
    "contact": ("C", "Contact only", ["CONTACT"]),
}


def record(customer: Customer, rng: Random, rows: Rows) -> None:
    """Write all CRM records of a customer."""
    _customer(customer, rng, rows)
    for person in customer.people:
        main = person is customer.people[0]
        _party(person_body(person, _roles(customer) if main else ["CONTACT"]), rows)
    _account_parties(customer, rows)
    if customer.kind != "person":
        _party(_organization(customer), rows)
    if customer.kind == "relationship":
        _party(_relationship(customer), rows)
    for index, restriction in enumerate(customer.restrictions):
        _restriction(customer, index, restriction, rows)
    _search_terms(customer, rows)


def _account_parties(customer: Customer, rows: Rows) -> None:
    rows.extend(
        documents.ACCOUNT_PARTY,
        [(person.id, account.id) for account in customer.accounts for person in customer.people],
    )


def _roles(customer: Customer) -> list[str]:
    roles = list(LIFECYCLES[customer.lifecycle][2])
    if customer.lifecycle == "prospect" and customer.accounts:
        roles.append("FORMER_CUSTOMER")
    return roles


def _customer(customer: Customer, rng: Random, rows: Rows) -> None:
    code, label, _ = LIFECYCLES[customer.lifecycle]
    opened = [account.traits.opened for account in customer.accounts]
    since = midnight(min(opened)) + 9 * HOUR if opened else random_instant(rng)
    since = min(since, NOW - DAY)
    default = next((each for each in customer.accounts if each.traits.closed is None), None)
    body: Body = {
        "id": customer.id,
        "customerNumber": customer.number,
        "partyId": customer.party_id,
        "partyType": customer.kind.upper(),
        "displayName": customer.name,
        "lifecycle": customer.lifecycle.upper(),
        "status": {"code": code, "label": label},
        "billing": {
            "everAttached": customer.ever_attached or bool(customer.accounts),
            "accountCount": len(customer.accounts),
            "defaultAccountId": default.id if default else None,
        },
        "createdAt": utc_iso(since),
    }
    rows.document(
        documents.CUSTOMER, body, id=customer.id, customer_number=customer.number, party_id=customer.party_id, at=since
    )


def random_instant(rng: Random) -> int:
    """A random instant of 2025, for customers without accounts."""
    return 1_735_740_000 + rng.randint(0, MONTHS * 2_500_000)


def _party(body: Body, rows: Rows) -> None:
    # Only relationships have these keys.
    keys = {"person_id": body.get("personId"), "organization_id": body.get("organizationId")}
    rows.document(documents.PARTY, body, id=body["id"], at=None, **keys)


def person_body(person: Person, roles: list[str]) -> Body:
    """A person as a CRM document."""
    return {
        "id": person.id,
        "type": "PERSON",
        "roles": roles,
        "name": {"full": person.name, "given": person.given, "family": person.family},
        "birthDate": person.birth.isoformat(),
        "language": person.language,
        "identifiers": [{"type": "SSN", "value": person.ssn}],
        "specialNeeds": [_need(need) for need in person.needs],
        "contactPoints": contact_points(person),
    }


def contact_points(person: Person) -> list[Body]:
    """The phone, mobile and e-mail contact points that the person has."""
    contacts = (("HOME_PHONE", person.phone), ("MOBILE_PHONE", person.mobile), ("EMAIL", person.email))
    return [
        {"type": kind, "value": value, "primary": kind != "MOBILE_PHONE", "verified": True,
         "validTo": None}
        for kind, value in contacts if value
    ]  # fmt: skip


def _need(need: SpecialNeed) -> Body:
    return {
        "type": need.kind,
        "from": need.since.isoformat(),
        "to": need.until.isoformat() if need.until else None,
        "equipment": need.equipment,
    }


def _organization(customer: Customer) -> Body:
    industry = next((kind for trade, kind in TRADES if customer.name.endswith(trade)), "Other")
    return {
        "id": f"O{customer.n:09d}",
        "type": "ORGANIZATION",
        "roles": _roles(customer),
        "name": {"full": customer.name},
        "legalName": f"{customer.name} LLC",
        "taxId": f"98-{1_000_000 + customer.n:07d}",
        "industry": industry,
        "contactPoints": contact_points(customer.people[0]),
    }


def _relationship(customer: Customer) -> Body:
    contact = customer.people[0]
    return {
        "id": customer.party_id,
        "type": "RELATIONSHIP",
        "roles": ["CONTACT"],
        "name": {"full": f"{contact.name} of {customer.name}"},
        "relationType": "FACILITY_MANAGER",
        "personId": contact.id,
        "organizationId": f"O{customer.n:09d}",
        "contactPoints": contact_points(contact),
    }


def _restriction(customer: Customer, index: int, restriction: ContactRestriction, rows: Rows) -> None:
    restriction_id = f"RS{customer.n:07d}{index}"
    body: Body = {
        "id": restriction_id,
        "partyId": customer.party_id,
        "channel": restriction.channel,
        "period": {
            "from": restriction.since.isoformat(),
            "to": restriction.until.isoformat() if restriction.until else None,
        },
        "reason": restriction.reason,
    }
    at = midnight(restriction.since)
    rows.document(documents.RESTRICTION, body, id=restriction_id, party_id=customer.party_id, at=at)


def _search_terms(customer: Customer, rows: Rows) -> None:
    names = {customer.name, *(person.name for person in customer.people)}
    terms = {("name", word) for name in names for word in name_terms(name)}
    for person in customer.people:
        terms |= {("phone", phone_term(person.phone)), ("phone", phone_term(person.mobile))}
        terms |= {("email", person.email.lower()), ("identifier", person.ssn[-4:])}
    terms |= {("account_number", account_term(account.number)) for account in customer.accounts}
    rows.extend(documents.SEARCH_TERM, [(customer.id, field, term) for field, term in sorted(terms) if term])

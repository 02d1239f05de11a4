"""What matched, as its system holds it: a number, a contact point or a name, and nothing else of the record."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from gateway.access.masks import mask_email, mask_identifier, mask_phone
from gateway.resolvers.contact.interactions import party_of
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.known import NotKnown
from gateway.resolvers.graph.relations import joined_records, one_of
from gateway.resolvers.party.parties import ContactPointKind, Organization, Party, PartyRelationship, Person
from gateway.resolvers.search import normalize
from gateway.resolvers.search.hit_facts import accounts_of, address_line
from gateway.resolvers.search.matches import Hit, Match, SearchCriterion
from gateway.resolvers.service.premises import Premise

Texts = Callable[[Party], Iterable[str | None]]
Fits = Callable[[str, str], bool]
_MASKS: Mapping[SearchCriterion, Callable[[str], str]] = {
    SearchCriterion.PHONE: mask_phone,
    SearchCriterion.EMAIL: mask_email,
    SearchCriterion.IDENTIFIER_LAST4: mask_identifier,
}
_MIN_DIGITS = 7  # of a number in its area
_MAX_COUNTRY_CODE = 3  # digits


async def matched_texts(hit: Hit, info: Info) -> list[str]:
    """A masked text for each criterion that matched. Raises NotKnown if one of them cannot be told."""
    texts = await asyncio.gather(*(_matched_text(hit.record, match, info) for match in hit.matches))
    return [_MASKS.get(match.criterion, str)(text) for match, text in zip(hit.matches, texts, strict=True)]


async def _matched_text(record: Any, match: Match, info: Info) -> str:
    if match.text is not None:
        return match.text
    if isinstance(record, Premise):
        return address_line(record.address)
    if isinstance(record, BillingAccount):
        return record.account_number
    if match.criterion is SearchCriterion.CUSTOMER_NUMBER:
        return str(record.customer_number)
    if match.criterion is SearchCriterion.ACCOUNT_NUMBER:
        numbers = [account.account_number for account in await accounts_of(record, info)]
        if text := _fitting(numbers, match.searched, _same_number):
            return text
        raise NotKnown
    texts, fits = _PARTY_TEXTS[match.criterion]
    async for party in _parties(record, info):
        if text := _fitting(texts(party), match.searched, fits):
            return text
    raise NotKnown


def _fitting(texts: Iterable[str | None], searched: str, fits: Fits) -> str | None:
    return next((text for text in texts if text and fits(text, searched)), None)


async def _parties(customer: Customer, info: Info) -> AsyncIterator[Party]:
    """The party of a customer, then those behind a relationship, then the persons of the customer's accounts."""
    loader = info.context.loader
    party = await party_of(info, customer.party_kind, customer.party_id)
    if party is not None:
        yield party
    if isinstance(party, PartyRelationship):
        behind = await asyncio.gather(
            one_of(loader, Person, "id", party.person_id), one_of(loader, Organization, "id", party.organization_id)
        )
        for each in behind:
            if each is not None:
                yield each
    if not loader.has_lookup(Person, "account_id"):
        return
    accounts = await accounts_of(customer, info)
    persons = await joined_records(loader.load(Person, "account_id", account.id) for account in accounts)
    for person in persons or ():
        yield person


def _names(party: Party) -> Iterable[str | None]:
    return (party.name, party.legal_name) if isinstance(party, Organization) else (party.name,)


def _phones(party: Party) -> Iterable[str]:
    return _points(party, ContactPointKind.PHONE, ContactPointKind.MOBILE, ContactPointKind.FAX)


def _emails(party: Party) -> Iterable[str]:
    return _points(party, ContactPointKind.EMAIL)


def _points(party: Party, *kinds: ContactPointKind) -> Iterable[str]:
    return (point.value for point in party.contact_points or () if point.kind in kinds)


def _identifier_ends(party: Party) -> Iterable[str]:
    """The last four of each identifier: what was searched, and no more."""
    identifiers = party.identifiers if isinstance(party, Person) else None
    return (normalize.last4(identifier.value)[-4:] for identifier in identifiers or ())


def _fits_name(text: str, searched: str) -> bool:
    """Whether each word begins a word of the name, joined or apart at apostrophes and hyphens."""
    apart = normalize.apostrophes_apart(text)
    words = {word for form in (text, apart, text.replace("-", "")) for word in normalize.name(form).split()}
    return all(any(word.startswith(each) for word in words) for each in searched.split())


def _fits_phone(text: str, searched: str) -> bool:
    """Whether two numbers are one, with or without the country code."""
    short, long = sorted((normalize.phone(text), searched), key=len)
    if short == long:
        return True
    return len(short) >= _MIN_DIGITS and long.endswith(short) and len(long) - len(short) <= _MAX_COUNTRY_CODE


def _same_number(text: str, searched: str) -> bool:
    return normalize.last4(text) == normalize.last4(searched)


_PARTY_TEXTS: dict[SearchCriterion, tuple[Texts, Fits]] = {
    SearchCriterion.NAME: (_names, _fits_name),
    SearchCriterion.PHONE: (_phones, _fits_phone),
    SearchCriterion.EMAIL: (_emails, lambda text, searched: normalize.email(text) == searched),
    SearchCriterion.IDENTIFIER_LAST4: (_identifier_ends, str.__eq__),
}

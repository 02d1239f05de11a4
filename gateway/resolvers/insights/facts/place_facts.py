"""Facts about people, places and what is used there: found by the keys of the cross-reference."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from gateway.contract.batch import Window
from gateway.errors import SourceMisread
from gateway.loading.finder import Found
from gateway.resolvers.account.cross_reference import AccountReference
from gateway.resolvers.billing.bills import AccountBalance
from gateway.resolvers.collections.processes import CollectionProcess
from gateway.resolvers.graph.date_ranges import Span, earliest
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.insights.facts.facts import REFERENCE, whole
from gateway.resolvers.insights.facts.newest import NEWEST, looked_at
from gateway.resolvers.insights.model.fact import (
    Case,
    Fact,
    always,
    believed,
    existing,
    following,
    joined,
    settled,
    system_of,
    together,
    unnamed,
)
from gateway.resolvers.party.parties import PARTY_CLASS, PartyKind, PartyRelationship, Person
from gateway.resolvers.party.restrictions import ContactRestriction
from gateway.resolvers.service.orders import OutageEvent
from gateway.resolvers.service.premises import Premise, ServicePoint, ServiceType
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, IntervalUsage

FRESH = timedelta(hours=24)
OTHERS = NEWEST + 1  # accounts of a customer that are asked about, the account itself counted


def placed(name: str, record: type, by: str, held: str, window: Any = always) -> Fact:
    """The records of each key that the cross-reference holds under `held`."""

    async def find(case: Case) -> Found[Any]:
        reference = await case.told(REFERENCE)
        keys = getattr(reference.records[0], held) if reference.records else None
        if keys is None:
            unknown = unnamed(case, record, by, AccountReference.SYSTEM)
            return following(reference, unknown) if case.offers(record, by) else unknown
        return await (case.named(record, keys) if by == "id" else case.each(record, by, keys, window(case)))

    return Fact(name, system_of(record), find)


def _until_today(days: int) -> Any:
    """Whole days up to and with today: the usage field asks to the same end, so both are one question."""

    def window(case: Case) -> Window:
        span = Span(case.on.days_ago(days), case.today)
        return Window(span.start(case.zone), span.end(case.zone), zone=case.zone)

    return window


def _billed(case: Case) -> Window:
    """All that is kept, as the usage field asks: what a closed account used last has a year before it."""
    span = Span(earliest(case.today, case.info.context.rules), case.today)
    return Window(span.start(case.zone), span.end(case.zone), zone=case.zone)


def _daily(case: Case) -> Window:
    set_ = case.on.set
    return _until_today(max(set_.usage_zero_days, set_.usage_vacant_days, set_.estimated_days))(case)  # type: ignore[no-any-return]  # a window


async def _persons(case: Case) -> Found[Person]:
    """Everybody who has to do with the account, in any role. Whom the CIS names must be among them."""
    if not case.offers(Person, "account_id"):
        return await case.told(PERSONS_BY_ID)
    asked = case.ask(Person, "account_id", case.account.id)
    found, reference = await settled([asked, case.told(REFERENCE)])
    named = {key for each in reference.records for key in each.person_ids or ()}
    if found.error is None and named - {each.id for each in found.records}:
        lost = SourceMisread(Person.SYSTEM.name, "not every person of the account")
        return Found(found.records, found.as_of, lost)
    return found


async def _customer(case: Case) -> Found[Any]:
    key = case.account.customer_id
    if key is None:
        return unnamed(case, case.info.context.records["Customer"], "id", SourceSystem.CIS)
    return await case.named(case.info.context.records["Customer"], [key])


def _of_party(case: Case, customers: Found[Any], record: type, by: str) -> tuple[list[str], Found[Any]]:
    """The party of the customer, or why nobody can be asked by it."""
    keys = [each.party_id for each in customers.records if each.party_id]
    lost = customers.error is None and not keys
    return keys, unnamed(case, record, by, SourceSystem.CRM) if lost else customers


async def _party(case: Case) -> Found[Any]:
    keys, first = _of_party(case, customers := await case.told(CUSTOMER), Person, "id")
    kinds = {each.party_kind for each in customers.records}
    asked = [PARTY_CLASS[each] for each in kinds if each] or PARTY_CLASS.values()
    found = await together([case.ask(kind, "id", key) for kind in asked for key in keys])
    return following(first, existing(Person, found) if keys else found)


async def _restrictions(case: Case) -> Found[ContactRestriction]:
    customers = await case.told(CUSTOMER)
    keys, first = _of_party(case, customers, ContactRestriction, "party_id")
    if all(each.party_kind in ALONE for each in customers.records):
        return following(first, await case.each(ContactRestriction, "party_id", keys))
    # Who acts for an organization may not want to be called, whatever the organization wants (TS-RES-1).
    party = await case.told(PARTY)
    related = [each for each in party.records if isinstance(each, PartyRelationship)]
    others = [key for each in related for key in (each.person_id, each.organization_id) if key]
    found = await case.each(ContactRestriction, "party_id", [*keys, *others])
    return following(following(first, party), found)


ALONE = (PartyKind.PERSON, PartyKind.ORGANIZATION)


async def _siblings(case: Case) -> Found[Any]:
    key = case.account.customer_id
    if key is None:
        return unnamed(case, case.info.context.records["BillingAccount"], "customer_id", SourceSystem.CIS)
    return await case.ask(case.info.context.records["BillingAccount"], "customer_id", key)


def _of_others(record: type, window: Any, *, single: bool = False) -> Any:
    async def all_of(case: Case, keys: Sequence[str]) -> dict[str, Found[Any]]:
        founds = await settled([case.ask(record, "account_id", key, window(case)) for key in keys])
        told = [believed(record, each) for each in founds] if single else founds
        return dict(zip(keys, told, strict=True))

    async def find(case: Case) -> Found[Any]:
        accounts = await case.told(SIBLINGS)
        every = [each.id for each in accounts.records]
        if not {*every} - {case.account.id}:
            return following(accounts, joined([]))
        keys = every[:OTHERS]  # the same for each of them, so that they share what they ask
        # Fifty accounts have the same others, nearly: asked and waited for once, not fifty times fifty.
        once = (record, case.account.customer_id, case.zone)
        told = await case.shared(once, lambda: all_of(case, keys))
        others = [found for key, found in told.items() if key != case.account.id]
        all_told = following(accounts, joined(others))
        return looked_at(all_told, all_told.records, len(others) if len(every) > OTHERS else None)

    return find


async def _intervals(case: Case) -> Found[IntervalUsage]:
    points = await case.told(POINTS)
    water = [each.id for each in points.records if each.service_type is ServiceType.WATER]
    end = Span(case.today, case.today).end(case.zone)
    hours = timedelta(hours=case.on.set.leak_hours) + FRESH  # the newest reading may be as old as that
    window = Window(case.now - hours, end, zone=case.zone)
    return following(points, await case.each(IntervalUsage, "service_point_id", water, window))


PERSONS_BY_ID = placed("persons", Person, "id", "person_ids")
PERSONS = Fact("persons", Person.SYSTEM, _persons)
CUSTOMER = Fact("customer", SourceSystem.CRM, _customer)
PARTY = Fact("party", SourceSystem.CRM, _party)
RESTRICTIONS = Fact("contact restrictions", ContactRestriction.SYSTEM, _restrictions)
SIBLINGS = Fact("accounts of the customer", SourceSystem.CIS, _siblings)
OTHER_BALANCES = Fact(
    "balances of other accounts", AccountBalance.SYSTEM, _of_others(AccountBalance, always, single=True)
)
OTHER_COLLECTIONS = Fact(
    "collections of other accounts", CollectionProcess.SYSTEM, _of_others(CollectionProcess, whole)
)

PREMISES = placed("premises", Premise, "id", "premise_ids")
POINTS = placed("service points", ServicePoint, "id", "service_point_ids")
OUTAGES = placed("outages", OutageEvent, "premise_id", "premise_ids")
BILLED = placed("billed usage", BilledUsage, "service_point_id", "service_point_ids", _billed)
DAILY = placed("daily usage", DailyUsage, "service_point_id", "service_point_ids", _daily)
WATER = Fact("hourly water", IntervalUsage.SYSTEM, _intervals)

"""Facts about people, places and what is used there: found by the keys of the cross-reference."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from gateway.contract.batch import Window
from gateway.errors import InvalidResponse
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.cross_reference import AccountReference
from gateway.resolvers.billing.bills import AccountBalance
from gateway.resolvers.collections.processes import CollectionProcess
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.insights.facts.account_facts import REFERENCE, whole
from gateway.resolvers.insights.facts.limited import MAX_RECORDS, limited_result
from gateway.resolvers.insights.model.fact import (
    Evaluation,
    Fact,
    await_each,
    await_joined,
    derived_from,
    joined,
    missing_key,
    no_window,
    require_record,
    single_record,
    system_of,
)
from gateway.resolvers.party.parties import PARTY_TYPES, PartyKind, PartyRelationship, Person
from gateway.resolvers.party.restrictions import ContactRestriction
from gateway.resolvers.service.orders import OutageEvent
from gateway.resolvers.service.premises import Premise, ServicePoint, ServiceType
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, IntervalUsage

FRESH = timedelta(hours=24)
MAX_ACCOUNTS = MAX_RECORDS + 1  # accounts of a customer that are asked about, the account itself counted


def placed(name: str, record: type, by: str, held: str, window: Any = no_window) -> Fact:
    """The records of each key that the cross-reference holds under `held`."""

    async def find(case: Evaluation) -> LoadResult[Any]:
        reference = await case.told(REFERENCE)
        keys = getattr(reference.records[0], held) if reference.records else None
        if keys is None:
            unknown = missing_key(case, record, by, AccountReference.SYSTEM)
            return derived_from(reference, unknown) if case.has_lookup(record, by) else unknown
        return await (case.named(record, keys) if by == "id" else case.each(record, by, keys, window(case)))

    return Fact(name, system_of(record), find)


def _until_today(days: int) -> Any:
    """Whole days up to and with today: the usage field asks to the same end, so both are one question."""

    def window(case: Evaluation) -> Window:
        span = DateSpan(case.on.days_ago(days), case.today)
        return Window(span.start(case.zone), span.end(case.zone), zone=case.zone)

    return window


def _billed(case: Evaluation) -> Window:
    """All that is kept, as the usage field asks: what a closed account used last has a year before it."""
    span = DateSpan(earliest_day(case.today, case.info.context.rules), case.today)
    return Window(span.start(case.zone), span.end(case.zone), zone=case.zone)


def _daily(case: Evaluation) -> Window:
    set_ = case.on.set
    return _until_today(max(set_.usage_zero_days, set_.usage_vacant_days, set_.estimated_days))(case)  # type: ignore[no-any-return]  # a window


async def _persons(case: Evaluation) -> LoadResult[Person]:
    """Everybody who has to do with the account, in any role. Whom the CIS names must be among them."""
    if not case.has_lookup(Person, "account_id"):
        return await case.told(PERSONS_BY_ID)
    asked = case.load(Person, "account_id", case.account.id)
    found, reference = await await_each([asked, case.told(REFERENCE)])
    named = {key for each in reference.records for key in each.person_ids or ()}
    if found.error is None and named - {each.id for each in found.records}:
        lost = InvalidResponse(Person.SYSTEM.name, "not every person of the account")
        return LoadResult(found.records, found.as_of, lost)
    return found


async def _customer(case: Evaluation) -> LoadResult[Any]:
    key = case.account.customer_id
    if key is None:
        return missing_key(case, case.info.context.records["Customer"], "id", SourceSystem.CIS)
    return await case.named(case.info.context.records["Customer"], [key])


def _of_party(
    case: Evaluation, customers: LoadResult[Any], record: type, by: str
) -> tuple[list[str], LoadResult[Any]]:
    """The party of the customer, or why nobody can be asked by it."""
    keys = [each.party_id for each in customers.records if each.party_id]
    lost = customers.error is None and not keys
    return keys, missing_key(case, record, by, SourceSystem.CRM) if lost else customers


async def _party(case: Evaluation) -> LoadResult[Any]:
    keys, first = _of_party(case, customers := await case.told(CUSTOMER), Person, "id")
    kinds = {each.party_kind for each in customers.records}
    asked = [PARTY_TYPES[each] for each in kinds if each] or PARTY_TYPES.values()
    found = await await_joined([case.load(kind, "id", key) for kind in asked for key in keys])
    return derived_from(first, require_record(Person, found) if keys else found)


async def _restrictions(case: Evaluation) -> LoadResult[ContactRestriction]:
    customers = await case.told(CUSTOMER)
    keys, first = _of_party(case, customers, ContactRestriction, "party_id")
    if all(each.party_kind in ALONE for each in customers.records):
        return derived_from(first, await case.each(ContactRestriction, "party_id", keys))
    # Who acts for an organization may not want to be called, whatever the organization wants (TS-RES-1).
    party = await case.told(PARTY)
    related = [each for each in party.records if isinstance(each, PartyRelationship)]
    others = [key for each in related for key in (each.person_id, each.organization_id) if key]
    found = await case.each(ContactRestriction, "party_id", [*keys, *others])
    return derived_from(derived_from(first, party), found)


ALONE = (PartyKind.PERSON, PartyKind.ORGANIZATION)


async def _siblings(case: Evaluation) -> LoadResult[Any]:
    key = case.account.customer_id
    if key is None:
        return missing_key(case, case.info.context.records["BillingAccount"], "customer_id", SourceSystem.CIS)
    return await case.load(case.info.context.records["BillingAccount"], "customer_id", key)


def _of_others(record: type, window: Any, *, single: bool = False) -> Any:
    async def all_of(case: Evaluation, keys: Sequence[str]) -> dict[str, LoadResult[Any]]:
        founds = await await_each([case.load(record, "account_id", key, window(case)) for key in keys])
        told = [single_record(record, each) for each in founds] if single else founds
        return dict(zip(keys, told, strict=True))

    async def find(case: Evaluation) -> LoadResult[Any]:
        accounts = await case.told(CUSTOMER_ACCOUNTS)
        every = [each.id for each in accounts.records]
        if not {*every} - {case.account.id}:
            return derived_from(accounts, joined([]))
        keys = every[:MAX_ACCOUNTS]  # the same for each of them, so that they share what they ask
        # Fifty accounts have the same others, nearly: asked and waited for once, not fifty times fifty.
        once = (record, case.account.customer_id, case.zone)
        told = await case.shared(once, lambda: all_of(case, keys))
        others = [found for key, found in told.items() if key != case.account.id]
        all_told = derived_from(accounts, joined(others))
        return limited_result(all_told, all_told.records, len(others) if len(every) > MAX_ACCOUNTS else None)

    return find


async def _intervals(case: Evaluation) -> LoadResult[IntervalUsage]:
    points = await case.told(SERVICE_POINTS)
    water = [each.id for each in points.records if each.service_type is ServiceType.WATER]
    end = DateSpan(case.today, case.today).end(case.zone)
    hours = timedelta(hours=case.on.set.leak_hours) + FRESH  # the newest reading may be as old as that
    window = Window(case.now - hours, end, zone=case.zone)
    return derived_from(points, await case.each(IntervalUsage, "service_point_id", water, window))


PERSONS_BY_ID = placed("persons", Person, "id", "person_ids")
PERSONS = Fact("persons", Person.SYSTEM, _persons)
CUSTOMER = Fact("customer", SourceSystem.CRM, _customer)
PARTY = Fact("party", SourceSystem.CRM, _party)
RESTRICTIONS = Fact("contact restrictions", ContactRestriction.SYSTEM, _restrictions)
CUSTOMER_ACCOUNTS = Fact("accounts of the customer", SourceSystem.CIS, _siblings)
OTHER_BALANCES = Fact(
    "balances of other accounts", AccountBalance.SYSTEM, _of_others(AccountBalance, no_window, single=True)
)
OTHER_COLLECTIONS = Fact(
    "collections of other accounts", CollectionProcess.SYSTEM, _of_others(CollectionProcess, whole)
)

PREMISES = placed("premises", Premise, "id", "premise_ids")
SERVICE_POINTS = placed("service points", ServicePoint, "id", "service_point_ids")
OUTAGES = placed("outages", OutageEvent, "premise_id", "premise_ids")
BILLED_USAGE = placed("billed usage", BilledUsage, "service_point_id", "service_point_ids", _billed)
DAILY_USAGE = placed("daily usage", DailyUsage, "service_point_id", "service_point_ids", _daily)
HOURLY_WATER = Fact("hourly water", IntervalUsage.SYSTEM, _intervals)

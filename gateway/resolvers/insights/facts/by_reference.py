"""Facts about what the account refers to: people, other accounts, premises, service points and usage."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from gateway.contract.batch import Window
from gateway.errors import InvalidResponse
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountReference
from gateway.resolvers.billing.balance import AccountBalance
from gateway.resolvers.collections.processes import CollectionProcess
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import single_record
from gateway.resolvers.insights.facts.limited import REFERENCE, limited_result
from gateway.resolvers.insights.model import fact
from gateway.resolvers.insights.model.fact import MAX_RECORDS, FactLoader, whole
from gateway.resolvers.party.parties import PARTY_TYPES, Party, PartyKind, PartyRelationship, Person
from gateway.resolvers.party.restrictions import ContactRestriction
from gateway.resolvers.service.outages import OutageEvent
from gateway.resolvers.service.premises import Premise, ServicePoint, ServiceType
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, IntervalUsage

R = TypeVar("R", bound=Record)
MAX_READING_AGE = timedelta(hours=24)  # older readings do not say whether water still runs
MAX_ACCOUNTS = MAX_RECORDS + 1  # of a customer, the account itself included


def of_reference(
    name: str, record: type[R], by: str, keys_field: str, window: fact.WindowOf = fact.no_window
) -> fact.Fact[R]:
    """The records of each key in a field of the cross-reference."""

    async def load(loader: FactLoader) -> LoadResult[R]:
        reference = await loader.result(REFERENCE)
        keys = getattr(reference.records[0], keys_field) if reference.records else None
        if keys is not None:
            return await loader.load_all(record, by, keys, window(loader))
        missing = fact.missing_key(loader, record, by, AccountReference, keys_field)
        return fact.derived_from(reference, missing) if loader.has_lookup(record, by) else missing

    return fact.Fact(name, record.SYSTEM, load)


def of_customer(name: str, system: SourceSystem, record_name: str, by: str) -> fact.Fact[Any]:
    """The records of the account's customer id. Their types are of rooms above: they are named by text."""

    async def load(loader: FactLoader) -> LoadResult[Any]:
        if loader.account.failure is not None:
            return LoadResult([], error=loader.account.failure)
        customer_id, record = loader.account.customer_id, loader.info.context.records[record_name]
        if customer_id is None:
            return fact.missing_key(loader, record, by, type(loader.account), "customer_id")
        return await loader.load_all(record, by, [customer_id])

    return fact.Fact(name, system, load)


def _window(loader: FactLoader, span: DateSpan) -> Window:
    zone = loader.evaluation.zone
    return Window(span.start(zone), span.end(zone), zone=zone)


def _billed_window(loader: FactLoader) -> Window:
    """All searchable days. A closed account's last period needs the year before it."""
    today = loader.evaluation.today
    return _window(loader, DateSpan(earliest_day(today, loader.info.context.rules), today))


def _daily_window(loader: FactLoader) -> Window:
    """As many whole days as the rules need, up to and including today as the usage field loads them."""
    evaluation, limits = loader.evaluation, loader.evaluation.thresholds
    days = max(limits.usage_zero_days, limits.usage_vacant_days, limits.estimated_days)
    return _window(loader, DateSpan(evaluation.days_ago(days), evaluation.today))


def _leak_window(loader: FactLoader) -> Window:
    """As long ago as a leak up to the oldest current reading began."""
    evaluation, zone = loader.evaluation, loader.evaluation.zone
    since = evaluation.now - timedelta(hours=evaluation.thresholds.leak_hours) - MAX_READING_AGE
    return Window(since, DateSpan(evaluation.today, evaluation.today).end(zone), zone=zone)


def _water_point_ids(points: Sequence[ServicePoint]) -> list[str]:
    return [point.id for point in points if point.service_type is ServiceType.WATER]


async def _persons(loader: FactLoader) -> LoadResult[Person]:
    """Everyone with a role on the account. A result that lacks a person of the cross-reference is invalid."""
    if not loader.has_lookup(Person, "account_id"):
        return await loader.result(PERSONS_BY_ID)
    pending = loader.load(Person, "account_id", loader.account.id)
    references, persons = await loader.result(REFERENCE), await pending
    ids = {key for reference in references.records for key in reference.person_ids or ()}
    if persons.error is None and ids - {person.id for person in persons.records}:
        error = InvalidResponse(Person.SYSTEM.name, "not every person of the account")
        return LoadResult(persons.records, persons.as_of, error)
    return persons


def _party_ids(
    loader: FactLoader, customers: LoadResult[Any], record: type[Record], by: str
) -> tuple[list[str], LoadResult[Any]]:
    """The customer's party id; and the result that it comes from, which says why it is missing."""
    ids = [customer.party_id for customer in customers.records if customer.party_id]
    if customers.error is None and not ids:
        return ids, fact.missing_key(loader, record, by, loader.info.context.records["Customer"], "party_id")
    return ids, customers


async def _party(loader: FactLoader) -> LoadResult[Party]:
    customers = await loader.result(CUSTOMER)
    ids, source = _party_ids(loader, customers, Person, "id")
    kinds = {customer.party_kind for customer in customers.records}
    types: Sequence[type[Party]] = [PARTY_TYPES[kind] for kind in kinds if kind] or [*PARTY_TYPES.values()]
    pending = [loader.load(party_type, "id", key) for party_type in types for key in ids]
    parties = fact.combined(await fact.await_each(pending))
    return fact.derived_from(source, fact.require_record(Party, parties) if ids else parties)


async def _restrictions(loader: FactLoader) -> LoadResult[ContactRestriction]:
    """Restrictions of the customer; of a contact of an organization, also those of both."""
    customers = await loader.result(CUSTOMER)
    ids, source = _party_ids(loader, customers, ContactRestriction, "party_id")
    if not {customer.party_kind for customer in customers.records} <= {PartyKind.PERSON, PartyKind.ORGANIZATION}:
        # A contact's own restriction counts, whatever the organization allows (TS-RES-1).
        party = await loader.result(PARTY)
        relations = [relation for relation in party.records if isinstance(relation, PartyRelationship)]
        ids += [key for relation in relations for key in (relation.person_id, relation.organization_id) if key]
        source = fact.derived_from(source, party)
    return fact.derived_from(source, await loader.load_all(ContactRestriction, "party_id", ids))


def _of_other_accounts(
    name: str, record: type[R], window: fact.WindowOf = fact.no_window, *, single: bool = False
) -> fact.Fact[R]:
    """Records of the customer's other accounts, up to `MAX_ACCOUNTS`.

    All accounts of a customer share one load of the same ids. Fifty of them load fifty keys, not 2,500.
    """

    async def load_accounts(loader: FactLoader, ids: Sequence[str]) -> dict[str, LoadResult[R]]:
        pending = [loader.load(record, "account_id", key, window(loader)) for key in ids]
        results = await fact.await_each(pending)
        if single:
            results = [single_record(record, result) for result in results]
        return dict(zip(ids, results, strict=True))

    async def load(loader: FactLoader) -> LoadResult[R]:
        accounts, account = await loader.result(CUSTOMER_ACCOUNTS), loader.account
        ids = [account.id for account in accounts.records]
        if not {*ids} - {account.id}:
            return fact.derived_from(accounts, fact.combined([]))
        shared_key = (record, account.customer_id, loader.evaluation.zone)
        results = await loader.shared(shared_key, lambda: load_accounts(loader, ids[:MAX_ACCOUNTS]))
        others = [result for key, result in results.items() if key != account.id]
        result = fact.derived_from(accounts, fact.combined(others))
        return limited_result(result, result.records, len(others) if len(ids) > MAX_ACCOUNTS else None)

    return fact.Fact(name, record.SYSTEM, load)


PERSONS_BY_ID = of_reference("persons", Person, "id", "person_ids")
PERSONS = fact.Fact("persons", Person.SYSTEM, _persons)
CUSTOMER = of_customer("customers", SourceSystem.CRM, "Customer", "id")
PARTY = fact.Fact("parties", SourceSystem.CRM, _party)
RESTRICTIONS = fact.Fact("contact restrictions", ContactRestriction.SYSTEM, _restrictions)
CUSTOMER_ACCOUNTS = of_customer("accounts of the customer", SourceSystem.CIS, "BillingAccount", "customer_id")
OTHER_BALANCES = _of_other_accounts("balances of other accounts", AccountBalance, single=True)
OTHER_COLLECTIONS = _of_other_accounts("collection processes of other accounts", CollectionProcess, whole)

PREMISES = of_reference("premises", Premise, "id", "premise_ids")
SERVICE_POINTS = of_reference("service points", ServicePoint, "id", "service_point_ids")
OUTAGES = of_reference("outages", OutageEvent, "premise_id", "premise_ids")
BILLED_USAGE = of_reference("billed readings", BilledUsage, "service_point_id", "service_point_ids", _billed_window)
DAILY_USAGE = of_reference("daily readings", DailyUsage, "service_point_id", "service_point_ids", _daily_window)
WATER_INTERVALS = fact.derived(
    "water intervals", SERVICE_POINTS, IntervalUsage, "service_point_id", _water_point_ids, _leak_window
)

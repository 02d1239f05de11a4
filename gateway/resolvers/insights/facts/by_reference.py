"""Facts about what the account refers to: people, other accounts, premises, service points and usage."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from gateway.contract.batch import Window
from gateway.errors import InvalidResponse
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountCore, AccountReference
from gateway.resolvers.billing.bills import AccountBalance
from gateway.resolvers.collections.processes import CollectionProcess
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.insights.facts.by_account import whole
from gateway.resolvers.insights.facts.limited import MAX_RECORDS, REFERENCE, limited_result
from gateway.resolvers.insights.model import fact
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

    async def load(evaluation: fact.Evaluation) -> LoadResult[R]:
        reference = await evaluation.result(REFERENCE)
        keys = getattr(reference.records[0], keys_field) if reference.records else None
        if keys is None:
            missing = fact.missing_key(evaluation, record, by, AccountReference.SYSTEM)
            return fact.derived_from(reference, missing) if evaluation.has_lookup(record, by) else missing
        if by == "id":
            return await evaluation.load_named(record, keys)
        return await evaluation.load_all(record, by, keys, window(evaluation))

    return fact.Fact(name, record.SYSTEM, load)


def _window(evaluation: fact.Evaluation, span: DateSpan) -> Window:
    zone = evaluation.context.zone
    return Window(span.start(zone), span.end(zone), zone=zone)


def _billed_window(evaluation: fact.Evaluation) -> Window:
    """All searchable days. A closed account's last period needs the year before it."""
    today = evaluation.context.today
    return _window(evaluation, DateSpan(earliest_day(today, evaluation.info.context.rules), today))


def _daily_window(evaluation: fact.Evaluation) -> Window:
    """As many whole days as the rules need, up to and including today as the usage field loads them."""
    context, limits = evaluation.context, evaluation.context.thresholds
    days = max(limits.usage_zero_days, limits.usage_vacant_days, limits.estimated_days)
    return _window(evaluation, DateSpan(context.days_ago(days), context.today))


async def _persons(evaluation: fact.Evaluation) -> LoadResult[Person]:
    """Everyone with a role on the account. A result that lacks a person of the cross-reference is invalid."""
    if not evaluation.has_lookup(Person, "account_id"):
        return await evaluation.result(PERSONS_BY_ID)
    pending = evaluation.load(Person, "account_id", evaluation.account.id)
    references, persons = await evaluation.result(REFERENCE), await pending
    ids = {key for reference in references.records for key in reference.person_ids or ()}
    if persons.error is None and ids - {person.id for person in persons.records}:
        error = InvalidResponse(Person.SYSTEM.name, "not every person of the account")
        return LoadResult(persons.records, persons.as_of, error)
    return persons


async def _customer(evaluation: fact.Evaluation) -> LoadResult[Any]:
    customer_id, record = evaluation.account.customer_id, evaluation.info.context.records["Customer"]
    if customer_id is None:
        return fact.missing_key(evaluation, record, "id", SourceSystem.CIS)
    return await evaluation.load_named(record, [customer_id])


def _party_ids(
    evaluation: fact.Evaluation, customers: LoadResult[Any], record: type[Record], by: str
) -> tuple[list[str], LoadResult[Any]]:
    """The customer's party id; and the result that it comes from, which says why it is missing."""
    ids = [customer.party_id for customer in customers.records if customer.party_id]
    if customers.error is None and not ids:
        return ids, fact.missing_key(evaluation, record, by, SourceSystem.CRM)
    return ids, customers


async def _party(evaluation: fact.Evaluation) -> LoadResult[Party]:
    customers = await evaluation.result(CUSTOMER)
    ids, source = _party_ids(evaluation, customers, Person, "id")
    kinds = {customer.party_kind for customer in customers.records}
    types: Sequence[type[Party]] = [PARTY_TYPES[kind] for kind in kinds if kind] or [*PARTY_TYPES.values()]
    pending = [evaluation.load(party_type, "id", key) for party_type in types for key in ids]
    parties = fact.combined(await fact.await_each(pending))
    return fact.derived_from(source, fact.require_record(Party, parties) if ids else parties)


async def _restrictions(evaluation: fact.Evaluation) -> LoadResult[ContactRestriction]:
    """Restrictions of the customer; of a contact of an organization, also those of both."""
    customers = await evaluation.result(CUSTOMER)
    ids, source = _party_ids(evaluation, customers, ContactRestriction, "party_id")
    if {customer.party_kind for customer in customers.records} <= {PartyKind.PERSON, PartyKind.ORGANIZATION}:
        return fact.derived_from(source, await evaluation.load_all(ContactRestriction, "party_id", ids))
    # A contact's own restriction counts, whatever the organization allows (TS-RES-1).
    party = await evaluation.result(PARTY)
    relations = [relation for relation in party.records if isinstance(relation, PartyRelationship)]
    related = [key for relation in relations for key in (relation.person_id, relation.organization_id) if key]
    restrictions = await evaluation.load_all(ContactRestriction, "party_id", [*ids, *related])
    return fact.derived_from(fact.derived_from(source, party), restrictions)


async def _customer_accounts(evaluation: fact.Evaluation) -> LoadResult[AccountCore]:
    customer_id = evaluation.account.customer_id
    record: Any = evaluation.info.context.records["BillingAccount"]  # an AccountCore of a room above
    if customer_id is None:
        return fact.missing_key(evaluation, record, "customer_id", SourceSystem.CIS)
    return await evaluation.load(record, "customer_id", customer_id)


def _of_other_accounts(
    name: str, record: type[R], window: fact.WindowOf = fact.no_window, *, single: bool = False
) -> fact.Fact[R]:
    """Records of the customer's other accounts, up to `MAX_ACCOUNTS`.

    All accounts of a customer share one load of the same ids. Fifty of them load fifty keys, not 2,500.
    """

    async def load_accounts(evaluation: fact.Evaluation, ids: Sequence[str]) -> dict[str, LoadResult[R]]:
        pending = [evaluation.load(record, "account_id", key, window(evaluation)) for key in ids]
        results = await fact.await_each(pending)
        if single:
            results = [fact.single_record(record, result) for result in results]
        return dict(zip(ids, results, strict=True))

    async def load(evaluation: fact.Evaluation) -> LoadResult[R]:
        accounts, account = await evaluation.result(CUSTOMER_ACCOUNTS), evaluation.account
        ids = [account.id for account in accounts.records]
        if not {*ids} - {account.id}:
            return fact.derived_from(accounts, fact.combined([]))
        shared_key = (record, account.customer_id, evaluation.context.zone)
        results = await evaluation.shared(shared_key, lambda: load_accounts(evaluation, ids[:MAX_ACCOUNTS]))
        others = [result for key, result in results.items() if key != account.id]
        result = fact.derived_from(accounts, fact.combined(others))
        return limited_result(result, result.records, len(others) if len(ids) > MAX_ACCOUNTS else None)

    return fact.Fact(name, record.SYSTEM, load)


async def _water_intervals(evaluation: fact.Evaluation) -> LoadResult[IntervalUsage]:
    """Intervals at water service points, as long ago as a leak up to the oldest current reading began."""
    context = evaluation.context
    points = await evaluation.result(SERVICE_POINTS)
    ids = [point.id for point in points.records if point.service_type is ServiceType.WATER]
    since = context.now - timedelta(hours=context.thresholds.leak_hours) - MAX_READING_AGE
    end = DateSpan(context.today, context.today).end(context.zone)
    window = Window(since, end, zone=context.zone)
    intervals = await evaluation.load_all(IntervalUsage, "service_point_id", ids, window)
    return fact.derived_from(points, intervals)


PERSONS_BY_ID = of_reference("persons", Person, "id", "person_ids")
PERSONS = fact.Fact("persons", Person.SYSTEM, _persons)
CUSTOMER = fact.Fact("customers", SourceSystem.CRM, _customer)
PARTY = fact.Fact("parties", SourceSystem.CRM, _party)
RESTRICTIONS = fact.Fact("contact restrictions", ContactRestriction.SYSTEM, _restrictions)
CUSTOMER_ACCOUNTS = fact.Fact("accounts of the customer", SourceSystem.CIS, _customer_accounts)
OTHER_BALANCES = _of_other_accounts("balances of other accounts", AccountBalance, single=True)
OTHER_COLLECTIONS = _of_other_accounts("collection processes of other accounts", CollectionProcess, whole)

PREMISES = of_reference("premises", Premise, "id", "premise_ids")
SERVICE_POINTS = of_reference("service points", ServicePoint, "id", "service_point_ids")
OUTAGES = of_reference("outages", OutageEvent, "premise_id", "premise_ids")
BILLED_USAGE = of_reference("billed readings", BilledUsage, "service_point_id", "service_point_ids", _billed_window)
DAILY_USAGE = of_reference("daily readings", DailyUsage, "service_point_id", "service_point_ids", _daily_window)
WATER_INTERVALS = fact.Fact("water intervals", IntervalUsage.SYSTEM, _water_intervals)

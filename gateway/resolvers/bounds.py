"""The keys in a caller's reach, kind by kind: each part comes from one or two lookups."""

import asyncio
from collections.abc import Mapping, Sequence

from gateway.access.bounds import Bounds
from gateway.access.ties import Tie
from gateway.loading.bounded import BoundedLoads
from gateway.loading.loader import Loader
from gateway.resolvers.account.core import AccountPerson, AccountReference
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.record import Record
from gateway.resolvers.party.parties import PartyKind, PartyRelationship, Person
from gateway.resolvers.reach import (
    Keys,
    Loaded,
    Part,
    Reach,
    accounts,
    accounts_of_named_customers,
    joined,
    keys_of,
    union,
)
from gateway.resolvers.records import RECORDS
from gateway.resolvers.service.outages import OutageEvent
from gateway.resolvers.service.premises import ServiceAgreement, ServicePoint


async def _named_accounts(reach: Reach) -> Keys:
    return Keys(reach.spelled(reach.bounds.accounts, Tie.ACCOUNT))


async def _named_customers(reach: Reach) -> Keys:
    return Keys(reach.spelled(reach.bounds.customers, Tie.CUSTOMER))


async def _other_accounts(reach: Reach) -> Keys:
    return keys_of(await reach.once(accounts_of_named_customers), lambda account: [account.id])


async def _account_ids(reach: Reach) -> Keys:
    others: Keys = await reach.once(_other_accounts)
    return Keys(reach.bounds.accounts | others.keys, others.failure)


async def _customers_of_accounts(reach: Reach) -> Keys:
    return keys_of(await reach.once(accounts), lambda account: [account.customer_id])


async def _customers(reach: Reach) -> Loaded:
    """The customers in reach."""
    ids = await reach.once(_customers_of_accounts)
    customers = await reach.load(Customer, "id", ids.keys | reach.bounds.customers)
    return Loaded(customers.records, ids.failure or customers.failure)


async def _whole_customers(reach: Reach) -> Keys:
    """Customers of named accounts that have no other accounts."""
    ids, named, more = await asyncio.gather(
        reach.once(_customers_of_accounts), reach.once(_named_accounts), reach.once(_other_accounts)
    )
    within = named.keys | more.keys
    others = sorted(ids.keys - reach.bounds.customers)
    loads = await asyncio.gather(*(reach.load(BillingAccount, "customer_id", [key]) for key in others))
    whole = [
        key
        for key, loaded in zip(others, loads, strict=True)
        if loaded.records and loaded.failure is None and {account.id for account in loaded.records} <= within
    ]
    return Keys(frozenset(whole), ids.failure or joined(loads).failure)


async def _references(reach: Reach) -> Loaded:
    return await _of_accounts(reach, AccountReference)


async def _agreements(reach: Reach) -> Loaded:
    return await _of_accounts(reach, ServiceAgreement)


async def _of_accounts(reach: Reach, record: type[Record]) -> Loaded:
    """The records of all accounts in reach."""
    ids: Keys = await reach.once(_account_ids)
    loaded = await reach.load(record, "account_id", ids.keys)
    return Loaded(loaded.records, ids.failure or loaded.failure)


async def _persons(reach: Reach) -> Keys:
    """Persons with a role on an account."""
    roles, persons, references = await asyncio.gather(
        _of_accounts(reach, AccountPerson), _of_accounts(reach, Person), reach.once(_references)
    )
    with_role = keys_of(roles, lambda role: [role.person_id])
    named = keys_of(references, lambda reference: reference.person_ids or ())
    return union(with_role, named, keys_of(persons, lambda person: [person.id]))


async def _parties(reach: Reach) -> Keys:
    """Parties of customers, and whom a relationship joins."""
    customers: Loaded = await reach.once(_customers)
    parties = keys_of(customers, lambda customer: [customer.party_id])
    kinds = (PartyKind.RELATIONSHIP, None)
    ids = {customer.party_id for customer in customers.records if customer.party_kind in kinds} - {None}
    relationships = await reach.load(PartyRelationship, "id", ids)
    return union(parties, keys_of(relationships, lambda each: [each.person_id, each.organization_id]))


async def _whole_parties(reach: Reach) -> Keys:
    """Parties that are no other customers than whole ones.

    Those of all customers are asked for: fewer questions would tell that a customer has more accounts.
    """
    named, whole, customers = await asyncio.gather(
        reach.once(_named_customers), reach.once(_whole_customers), reach.once(_customers)
    )
    within = named.keys | whole.keys
    ids = sorted({each.party_id for each in customers.records} - {None})
    loads = await asyncio.gather(*(reach.load(Customer, "party_id", [key]) for key in ids))
    parties = [
        key
        for key, loaded in zip(ids, loads, strict=True)
        if loaded.records and loaded.failure is None and {customer.id for customer in loaded.records} <= within
    ]
    return Keys(frozenset(parties), whole.failure or customers.failure or joined(loads).failure)


async def _referenced_premises(reach: Reach) -> Keys:
    return keys_of(await reach.once(_references), lambda reference: reference.premise_ids or ())


async def _agreed_premises(reach: Reach) -> Keys:
    return keys_of(await reach.once(_agreements), lambda agreement: [agreement.premise_id])


async def _referenced_points(reach: Reach) -> Keys:
    return keys_of(await reach.once(_references), lambda reference: reference.service_point_ids or ())


async def _agreed_points(reach: Reach) -> Keys:
    return keys_of(await reach.once(_agreements), lambda agreement: agreement.service_point_ids or ())


async def _premises(reach: Reach) -> Keys:
    parts = await asyncio.gather(reach.once(_referenced_premises), reach.once(_agreed_premises))
    return union(*parts)


async def _points_at_premises(reach: Reach) -> Keys:
    premises = await reach.once(_premises)
    points = await reach.load(ServicePoint, "premise_id", premises.keys)
    return union(keys_of(points, lambda point: [point.id]), Keys(failure=premises.failure))


async def _outages(reach: Reach) -> Keys:
    premises = await reach.once(_premises)
    outages = await reach.load(OutageEvent, "premise_id", premises.keys)
    return union(keys_of(outages, lambda outage: [outage.id]), Keys(failure=premises.failure))


# The parts of the keys of a kind, those that cost least first.
PARTS: Mapping[Tie, Sequence[Part]] = {
    Tie.ACCOUNT: [_named_accounts, _other_accounts],
    Tie.CUSTOMER: [_named_customers, _customers_of_accounts],
    Tie.WHOLE_CUSTOMER: [_named_customers, _whole_customers],
    Tie.PARTY: [_persons, _parties],
    Tie.WHOLE_PARTY: [_whole_parties],
    Tie.PREMISE: [_referenced_premises, _agreed_premises],
    Tie.SERVICE_POINT: [_referenced_points, _agreed_points, _points_at_premises],
    Tie.OUTAGE: [_outages],
}


def bound(loader: Loader, bounds: Bounds) -> None:
    """Limit what a loader loads for its resolvers."""
    loader.bounded = BoundedLoads(
        Reach(loader, bounds, PARTS),
        loader.load_all,
        loader.load_apart,
        loader.refusal,
        lambda record, result: loader.results.append((record, (result,))),
        RECORDS.__getitem__,
    )

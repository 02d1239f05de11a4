"""Generates one customer's rows in every system, independently of other customers."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from gateway_demo.cases.customers import BY_NUMBER
from gateway_demo.cases.extras import EXTRAS
from gateway_demo.cases.model import PlantedCustomer
from gateway_demo.plan import random_traits
from gateway_demo.plan.accounts import build_account, customer_id, customer_number, random_person
from gateway_demo.plan.clock import chance, seeded_random
from gateway_demo.plan.model import Account, Customer, Person, Traits
from gateway_demo.plan.names import TRADES
from gateway_demo.plan.rows import Rows
from gateway_demo.writers import (
    cis,
    cis_contacts,
    collections,
    crm,
    finances,
    interactions,
    orders,
    outages,
    random_contacts,
)

BUSINESSES = 0.05


def shared_rows(seed: int) -> Rows:
    """The rows that belong to no single customer: outages."""
    rows = Rows()
    outages.record_outages(seed, rows)
    return rows


def customer_rows(n: int, seed: int, rows: Rows) -> None:
    """Add the rows of customer `n` in every system."""
    rng = seeded_random(seed, n)
    customer = customer_of(n, rng)
    crm.record(customer, rng, rows)
    for account in customer.accounts:
        _account_rows(customer, account, seed, rows)
    for name in customer.extras:
        EXTRAS[name](customer, rows)
    rows.finish_customer()


def _account_rows(customer: Customer, account: Account, seed: int, rows: Rows) -> None:
    rng = seeded_random(seed, account.id)
    account_finances = finances.simulate(account, rng, rows)
    cis.record(customer, account, account_finances, rows)
    history = collections.record(account, account_finances, rng, rows)
    orders.record(account, history, rng, rows)
    cis_contacts.record(account, rng, rows)
    random_contacts.record(customer, account, account_finances, rng, rows)
    interactions.record(customer, account, rng, rows)
    outages.record(account, seed, rng, rows)


def customer_of(n: int, rng: Random) -> Customer:
    """Customer `n`: planted if the number has a case, else random."""
    planted = BY_NUMBER.get(n)
    return _planted(n, planted, rng) if planted else _random_customer(n, rng)


def _random_customer(n: int, rng: Random) -> Customer:
    business = chance(rng, BUSINESSES)
    people = [replace(random_person(rng, n, 0), needs=random_traits.special_needs(rng))]
    if chance(rng, 0.25):
        people.append(random_person(rng, n, 1))
    number = random_traits.account_count(rng)
    traits = [random_traits.traits(rng, business=business, first=index == 0) for index in range(number)]
    accounts = _accounts(n, people[0], traits, rng)
    closed = all(each.closed for each in traits)
    return Customer(
        n=n,
        id=customer_id(n),
        number=customer_number(n),
        kind="organization" if business else "person",
        lifecycle="former" if closed else "customer",
        name=_trade_name(rng, people[0]) if business else people[0].name,
        people=tuple(people),
        party_id=f"O{n:09d}" if business else people[0].id,
        restrictions=random_traits.restrictions(rng),
        accounts=accounts,
    )


def _accounts(n: int, owner: Person, traits: Sequence[Traits], rng: Random) -> tuple[Account, ...]:
    return tuple(build_account(rng, n, index, owner, each) for index, each in enumerate(traits, start=1))


def _trade_name(rng: Random, owner: Person) -> str:
    return f"{owner.family} {rng.choice(TRADES)[0]}"


def _planted(n: int, plan: PlantedCustomer, rng: Random) -> Customer:
    people = [random_person(rng, n, index) for index in range(plan.people)]
    people[0] = replace(_named(people[0], plan.person), needs=plan.needs)
    if not plan.reachable:
        people = [replace(each, phone="", mobile="", email="") for each in people]
    business = plan.kind != "person"
    accounts = _accounts(n, people[0], plan.traits, rng)
    return Customer(
        n=n,
        id=customer_id(n),
        number=customer_number(n),
        kind=plan.kind,
        lifecycle=plan.lifecycle,
        ever_attached=plan.ever_attached,
        name=plan.organization or people[0].name,
        people=tuple(people),
        party_id=f"{'R' if plan.kind == 'relationship' else 'O'}{n:09d}" if business else people[0].id,
        restrictions=plan.restrictions,
        accounts=accounts,
        extras=plan.extras,
    )


def _named(person: Person, name: str) -> Person:
    if not name:
        return person
    given, _, family = name.partition(" ")
    return replace(person, given=given, family=family)

"""Tells one customer's story to every system; each customer's is independent of the others'."""

from dataclasses import replace
from random import Random

from gateway_demo.cases.customers import BY_NUMBER
from gateway_demo.cases.extras import EXTRAS
from gateway_demo.cases.model import PlantedCustomer
from gateway_demo.plan import random_traits as draw
from gateway_demo.plan.accounts import account, customer_id, person
from gateway_demo.plan.clock import chance, seeded_random
from gateway_demo.plan.model import Account, Customer, Person
from gateway_demo.plan.names import TRADES
from gateway_demo.plan.rows import Rows
from gateway_demo.writers import account_ledger as money
from gateway_demo.writers import cis, crm, interactions, orders, outages
from gateway_demo.writers import cis_contacts as contacts
from gateway_demo.writers import collections as credit
from gateway_demo.writers import random_contacts as care

BUSINESSES = 0.05
FIRST_NUMBER = 1_000_000


def shared_rows(seed: int) -> Rows:
    """What belongs to no single customer: the outages."""
    rows = Rows()
    outages.record_outages(seed, rows)
    return rows


def customer_rows(n: int, seed: int, rows: Rows) -> None:
    """Everything every system knows of the n-th customer."""
    rng = seeded_random(seed, n)
    customer = customer_of(n, rng)
    crm.record(customer, rng, rows)
    for each in customer.accounts:
        _account_rows(customer, each, seed, rows)
    for name in customer.extras:
        EXTRAS[name](customer, rows)
    rows.finish()


def _account_rows(customer: Customer, each: Account, seed: int, rows: Rows) -> None:
    rng = seeded_random(seed, each.id)
    played = money.simulate(each, rng, rows)
    cis.record(customer, each, played, rows)
    troubles = credit.record(each, played, rng, rows)
    orders.record(each, troubles, rng, rows)
    contacts.record(each, rng, rows)
    care.record(customer, each, played, rng, rows)
    interactions.record(customer, each, rng, rows)
    outages.record(each, seed, rng, rows)


def customer_of(n: int, rng: Random) -> Customer:
    """The n-th customer: planted if there is one, drawn otherwise."""
    planted = BY_NUMBER.get(n)
    return _planted(n, planted, rng) if planted else _drawn(n, rng)


def _drawn(n: int, rng: Random) -> Customer:
    business = chance(rng, BUSINESSES)
    people = [replace(person(rng, n, 0), needs=draw.special_needs(rng))]
    if chance(rng, 0.25):
        people.append(person(rng, n, 1))
    number = draw.account_count(rng)
    traits = [draw.traits(rng, business=business, first=index == 0) for index in range(number)]
    made = tuple(account(rng, n, index, people[0], each) for index, each in enumerate(traits, start=1))
    over = all(each.closed for each in traits)
    return Customer(
        n=n,
        id=customer_id(n),
        number=str(FIRST_NUMBER + n),
        kind="organization" if business else "person",
        lifecycle="former" if over else "customer",
        name=_trade_name(rng, people[0]) if business else people[0].name,
        people=tuple(people),
        party_id=f"O{n:09d}" if business else people[0].id,
        restrictions=draw.restrictions(rng),
        accounts=made,
    )


def _trade_name(rng: Random, owner: Person) -> str:
    return f"{owner.family} {rng.choice(TRADES)[0]}"


def _planted(n: int, plan: PlantedCustomer, rng: Random) -> Customer:
    people = [person(rng, n, index) for index in range(plan.people)]
    people[0] = replace(_named(people[0], plan.person), needs=plan.needs)
    if not plan.reachable:
        people = [replace(each, phone="", mobile="", email="") for each in people]
    business = plan.kind != "person"
    made = tuple(account(rng, n, index, people[0], each) for index, each in enumerate(plan.traits, start=1))
    return Customer(
        n=n,
        id=customer_id(n),
        number=str(FIRST_NUMBER + n),
        kind=plan.kind,
        lifecycle=plan.lifecycle,
        name=plan.organization or people[0].name,
        people=tuple(people),
        party_id=f"{'R' if plan.kind == 'relationship' else 'O'}{n:09d}" if business else people[0].id,
        restrictions=plan.restrictions,
        accounts=made,
        extras=plan.extras,
    )


def _named(someone: Person, name: str) -> Person:
    if not name:
        return someone
    given, _, family = name.partition(" ")
    return replace(someone, given=given, family=family)

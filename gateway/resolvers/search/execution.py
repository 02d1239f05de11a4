"""Asks each system's own index what fits, no more of it than a page needs, and puts together what it says."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from gateway.contract.batch import Key, Window, join_key
from gateway.errors import BadInput, NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.search.addresses import asked as address_asked
from gateway.resolvers.search.criteria import CUSTOMER_CRITERIA
from gateway.resolvers.service.premises import Premise

MAX_HITS = 2_000  # hits of one search: nobody reads more, and whoever looks for somebody can say more
_TOGETHER = "criteria"
Founds = list[tuple[type, LoadResult[Any]]]


@dataclass(frozen=True, slots=True)
class SearchHits:
    """The first hits in their order: all there are, or at least as many as were wanted.

    `error` is why they are not known; `known` is False, too, where a system to be asked is not there.
    """

    records: Sequence[Any]
    founds: Founds
    error: SourceError | None
    known: bool


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """One question to one index: of the first so many."""

    record: type
    by: str
    key: Key
    first: int

    async def asked(self, load: Loader) -> LoadResult[Any]:
        """What the index says."""
        return await load.load(self.record, self.by, self.key, Window(first=self.first))

    def is_cut(self, found: LoadResult[Any]) -> bool:
        """Whether the index may have more than it was asked for."""
        return len(found.records) >= self.first


Answered = Sequence[tuple[IndexQuery, LoadResult[Any]]]


async def hits(load: Loader, said: Mapping[str, str], wanted: int) -> SearchHits:
    """The first `wanted` of what fits all of this. BadInput where too much fits to be told apart."""
    if "address" in said:
        return await _premises(load, said["address"], wanted)
    joined = _joined(load, said)
    questions = _questions(said, joined, wanted)
    _check_offered(load, questions)
    founds = await _all(load, questions)
    told = _told(questions, founds)
    if not told.known:
        return told
    answered = list(zip(questions, founds, strict=True))
    people = [(each, found) for each, found in answered if each.record is Customer]
    numbered = [(each, found) for each, found in answered if each.record is BillingAccount]
    if not people:
        return replace(told, records=[one for _, found in numbered for one in found.records])
    customers = _fitting(people, [] if "account_number" in joined else numbered)
    own = _own(numbered, {each.id for each in customers}) if len(customers) < wanted else []
    return replace(told, records=[*customers, *own])


def _joined(load: Loader, said: Mapping[str, str]) -> dict[str, str]:
    """The criteria that are one question: several that CRM's search takes so, one of them personal."""
    parts = load.parts(Customer, _TOGETHER)
    joined = {name: text for name, text in said.items() if name in parts}
    several = len(joined) > 1 and not set(joined).isdisjoint(CUSTOMER_CRITERIA)
    return joined if several else {}


def _questions(said: Mapping[str, str], joined: Mapping[str, str], wanted: int) -> list[IndexQuery]:
    """One question for what is joined, one for each other: for all of it where they must be compared."""
    alone = [name for name in CUSTOMER_CRITERIA if name in said and name not in joined]
    narrowed = len(alone) + bool(joined) > 1 or ("account_number" in said and "account_number" not in joined)
    first = MAX_HITS + 1 if narrowed else wanted
    people = [IndexQuery(Customer, name, said[name], first) for name in alone]
    if joined:
        people.insert(0, IndexQuery(Customer, _TOGETHER, join_key(joined), first))
    if "account_number" in said:
        first = MAX_HITS + 1 if people else wanted
        return [*people, IndexQuery(BillingAccount, "account_number", said["account_number"], first)]
    return people


def _check_offered(load: Loader, questions: Sequence[IndexQuery]) -> None:
    """BadInput where only some of the criteria can be searched by: what fits the others is no answer."""
    missing = [to_camel_case(each.by) for each in questions if not load.has_lookup(each.record, each.by)]
    if 0 < len(missing) < len(questions):
        raise BadInput(f"Nothing can be searched by {', '.join(missing)} here: leave that out.")


def _fitting(people: Answered, numbered: Answered) -> list[Any]:
    """Whom every question found, and who owns what was found by number.

    BadInput where a list was cut that might hold more of them.
    """
    if len(people) == 1 and not numbered:
        return list(people[0][1].records)
    whole = [_customers(found) for each, found in (*people, *numbered) if not each.is_cut(found)]
    fitting = set.intersection(*whole) if whole else set()
    for each, found in (*people, *numbered):
        if each.is_cut(found) and (not whole or fitting - _customers(found)):
            raise too_many(each.by)
    return [each for each in people[0][1].records if each.id in fitting]


def _customers(found: LoadResult[Any]) -> set[str]:
    """The ids of the customers found, or of those whose accounts were."""
    return {each.id if isinstance(each, Customer) else each.customer_id for each in found.records}


def _own(numbered: Answered, customers: Collection[str]) -> list[Any]:
    """The accounts found that are of these customers. BadInput where there may be more of them."""
    for each, found in numbered:
        if customers and each.is_cut(found):
            raise too_many(each.by)
    return [one for _, found in numbered for one in found.records if one.customer_id in customers]


async def _premises(load: Loader, text: str, wanted: int) -> SearchHits:
    """Premises whose address begins so; where more is said than a street line, only those that it fits."""
    address = address_asked(text)
    first, count = MAX_HITS + 1 if address.street else wanted, len(address.whole)
    lines = (*address.whole, *address.street)
    questions = [IndexQuery(Premise, "address", line, first) for line in lines]
    founds = await _all(load, questions)
    told = _told(questions, founds)
    if not told.known:
        return told
    begun = [each for found in founds[:count] for each in found.records]
    near = [found.records for found in founds[count:]]
    if len(begun) < wanted and any(len(records) > MAX_HITS for records in near):
        raise too_many("address")
    meant = [each for records in near for each in records if address.is_at(each.address)]
    return replace(told, records=list({each.id: each for each in (*begun, *meant)}.values()))


def too_many(by: str) -> BadInput:
    """What is said where nobody could read what fits."""
    return BadInput(f"More than {MAX_HITS:,} fit the {to_camel_case(by)}: say more of it.")


async def _all(load: Loader, questions: Iterable[IndexQuery]) -> list[LoadResult[Any]]:
    return await asyncio.gather(*(each.asked(load) for each in questions))


def _told(questions: Sequence[IndexQuery], founds: Sequence[LoadResult[Any]]) -> SearchHits:
    """How each system fared, and whether all of them answered."""
    asked = [(each.record, found) for each, found in zip(questions, founds, strict=True)]
    errors = [found.error for found in founds if found.error is not None]
    failed = next((each for each in errors if not isinstance(each, NotConfigured)), None)
    return SearchHits([], asked, failed, known=not errors)

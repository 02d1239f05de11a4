"""Runs a search: queries each system's own index for no more hits than a page needs, and joins the hits."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from gateway.contract.batch import Window
from gateway.contract.paths import Key, join_key, split_key
from gateway.errors import BadInput, SourceError
from gateway.errors.reasons import Reason
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.record import Record
from gateway.resolvers.search.addresses import address_query
from gateway.resolvers.search.criteria import CUSTOMER_CRITERIA
from gateway.resolvers.service.premises import Premise

MAX_HITS = 2_000  # hits of one search; a user who needs more should narrow the search
_COMBINED = "criteria"


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """A query of one index for the first hits of a key."""

    record: type[Record]
    by: str
    key: Key
    first: int

    @property
    def window(self) -> Window:
        return Window(limit=self.first) if self.record.TIME else Window(first=self.first)

    @property
    def criteria(self) -> Collection[str]:
        """The criteria that the key is made of."""
        return split_key(self.key) if self.by == _COMBINED else (self.by,)

    def is_cut(self, result: LoadResult[Any]) -> bool:
        """Whether the index may have more hits than it was asked for."""
        return len(result.records) >= self.first


IndexAnswers = Sequence[tuple[IndexQuery, LoadResult[Any]]]


@dataclass(frozen=True, slots=True)
class SearchHits:
    """The first hits in their order: all there are, or at least as many as requested.

    answers: the queries with their results
    error: why the hits are unknown
    complete: False after an error, or if an index is not configured
    unsearched: criteria that were not searched wholly
    """

    records: Sequence[Any]
    answers: IndexAnswers
    error: SourceError | None
    complete: bool
    unsearched: Collection[str] = ()


async def hits(loader: Loader, criteria: Mapping[str, str], first: int) -> SearchHits:
    """Find the first hits of all criteria. Raises BadInput if too many fit to be compared."""
    if "address" in criteria:
        return await premises(loader, criteria["address"], first)
    combined = _combined(loader, criteria)
    queries = _queries(criteria, combined, first)
    _check_configured(loader, queries)
    answers = await run(loader, queries)
    result = _without_records(loader, answers)
    if not result.complete:
        return result
    by_person = [(query, result) for query, result in answers if query.record is Customer]
    by_number = [(query, result) for query, result in answers if query.record is BillingAccount]
    if not by_person:
        return replace(result, records=_records(by_number))
    customers = _customers(by_person, [] if "account_number" in combined else by_number)
    accounts = _accounts(by_number, {customer.id for customer in customers}) if len(customers) < first else []
    return replace(result, records=[*customers, *accounts])


def _combined(loader: Loader, criteria: Mapping[str, str]) -> dict[str, str]:
    """The criteria that the CRM's index takes in one query: several, and one of them about the customer."""
    parts = loader.parts(Customer, _COMBINED)
    combined = {name: text for name, text in criteria.items() if name in parts}
    return combined if len(combined) > 1 and not set(combined).isdisjoint(CUSTOMER_CRITERIA) else {}


def _queries(criteria: Mapping[str, str], combined: Mapping[str, str], first: int) -> list[IndexQuery]:
    """One query for the combined criteria, and one for each other; all hits of those to be compared."""
    single = [name for name in CUSTOMER_CRITERIA if name in criteria and name not in combined]
    by_number = "account_number" in criteria and "account_number" not in combined
    limit = MAX_HITS + 1 if len(single) + bool(combined) > 1 or by_number else first
    queries = [IndexQuery(Customer, name, criteria[name], limit) for name in single]
    if combined:
        queries.insert(0, IndexQuery(Customer, _COMBINED, join_key(combined), limit))
    if "account_number" in criteria:
        limit = MAX_HITS + 1 if queries else first
        queries.append(IndexQuery(BillingAccount, "account_number", criteria["account_number"], limit))
    return queries


def _check_configured(loader: Loader, queries: Sequence[IndexQuery]) -> None:
    """Raise BadInput if only some of the criteria have an index: hits of the others are no answer."""
    missing = [to_camel_case(query.by) for query in queries if not loader.has_lookup(query.record, query.by)]
    if 0 < len(missing) < len(queries):
        names = ", ".join(missing)
        message = f"Nothing can be searched by {names} here: leave that out."
        raise BadInput(message, Reason.NOT_SEARCHABLE, f"by.{missing[0]}")


def _customers(by_person: IndexAnswers, by_number: IndexAnswers) -> list[Any]:
    """The customers that every query found, themselves or through their accounts.

    Raises BadInput if a cut list may hold more of them.
    """
    if len(by_person) == 1 and not by_number:
        return list(by_person[0][1].records)
    answers = [*by_person, *by_number]
    full = [_customer_ids(result) for query, result in answers if not query.is_cut(result)]
    common = set.intersection(*full) if full else set()
    for query, result in answers:
        if query.is_cut(result) and (not full or common - _customer_ids(result)):
            raise too_many(query.by)
    return [customer for customer in by_person[0][1].records if customer.id in common]


def _customer_ids(result: LoadResult[Any]) -> set[str]:
    """The ids of the customers found, or of the customers of the accounts found."""
    return {hit.id if isinstance(hit, Customer) else hit.customer_id for hit in result.records}


def _accounts(by_number: IndexAnswers, customers: Collection[str]) -> list[Any]:
    """The accounts found that belong to these customers. Raises BadInput if there may be more."""
    for query, result in by_number:
        if customers and query.is_cut(result):
            raise too_many(query.by)
    return [account for account in _records(by_number) if account.customer_id in customers]


async def premises(loader: Loader, text: str, first: int) -> SearchHits:
    """Premises whose address begins with the text, and those on its street line that fit all of it."""
    address = address_query(text)
    limit = MAX_HITS + 1 if address.street else first
    lines = (*address.whole, *address.street)
    answers = await run(loader, [IndexQuery(Premise, "address", line, limit) for line in lines])
    result = _without_records(loader, answers)
    if not result.complete:
        return result
    whole, street = answers[: len(address.whole)], answers[len(address.whole) :]
    if len(_records(whole)) < first and any(len(result.records) > MAX_HITS for _, result in street):
        raise too_many("address")
    nearby = [premise for premise in _records(street) if address.matches(premise.address)]
    by_id = {premise.id: premise for premise in (*_records(whole), *nearby)}
    return replace(result, records=list(by_id.values()))


def too_many(by: str) -> BadInput:
    argument = to_camel_case(by)
    message = f"More than {MAX_HITS:,} fit the {argument}: type more of it."
    return BadInput(message, Reason.TOO_MANY_HITS, f"by.{argument}", limit=MAX_HITS)


async def run(loader: Loader, queries: Sequence[IndexQuery]) -> IndexAnswers:
    results = await asyncio.gather(*(loader.load(query.record, query.by, query.key, query.window) for query in queries))
    return list(zip(queries, results, strict=True))


def _records(answers: IndexAnswers) -> list[Any]:
    return [record for _, result in answers for record in result.records]


def _without_records(loader: Loader, answers: IndexAnswers) -> SearchHits:
    """The answers, whether all indexes gave one, and the criteria that not all records can be found by."""
    failure = next((result.failure for _, result in answers if result.failure), None)
    complete = all(result.error is None for _, result in answers)
    partial = [query for query, result in answers if result.error or not loader.finds_all(query.record, query.by)]
    return SearchHits([], answers, failure, complete, {name for query in partial for name in query.criteria})

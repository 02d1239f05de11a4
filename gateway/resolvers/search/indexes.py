"""The index of each criterion of one box, and its first hits."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from gateway.errors import BadInput, SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.billing.payments import Payment
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.relations import one_of
from gateway.resolvers.graph.source_status import weightiest
from gateway.resolvers.search.candidates import Candidate
from gateway.resolvers.search.execution import IndexAnswers, IndexQuery, SearchHits, premises, run
from gateway.resolvers.search.matches import Hit, Match, SearchCriterion
from gateway.resolvers.service.premises import Premise, ServicePoint

RecordKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Index:
    """Where a criterion is searched.

    owner, owner_id: the hit, where it is not the record of the index itself, and the field with its id
    number: the number in the index, where the hit does not have it
    """

    record: type[Record]
    by: str
    owner: type[Record] | None = None
    owner_id: str = ""
    number: Callable[[Any], str | None] = lambda _record: None


def _badge_number(point: ServicePoint) -> str | None:
    return point.meter.badge_number if point.meter else None


INDEXES: Mapping[SearchCriterion, Index] = {
    SearchCriterion.ACCOUNT_NUMBER: Index(BillingAccount, "account_number"),
    SearchCriterion.CUSTOMER_NUMBER: Index(Customer, "customer_number"),
    SearchCriterion.METER_NUMBER: Index(ServicePoint, "meter_number", Premise, "premise_id", _badge_number),
    SearchCriterion.BILL_NUMBER: Index(Bill, "bill_number", BillingAccount, "account_id", attrgetter("bill_number")),
    SearchCriterion.PAYMENT_NUMBER: Index(
        Payment, "payment_number", BillingAccount, "account_id", attrgetter("payment_number")
    ),
    SearchCriterion.EMAIL: Index(Customer, "email"),
    SearchCriterion.PHONE: Index(Customer, "phone"),
    SearchCriterion.ADDRESS: Index(Premise, "address"),
    SearchCriterion.NAME: Index(Customer, "name"),
}


@dataclass(frozen=True, slots=True)
class CriterionHits:
    """The first hits of one criterion, in the order of its index.

    is_configured: whether the utility has the index
    is_whole: whether every record that fits can be among the hits
    """

    criterion: SearchCriterion
    hits: Sequence[Hit] = ()
    answers: IndexAnswers = ()
    error: SourceError | None = None
    is_configured: bool = True
    is_whole: bool = True

    def keys(self, count: int) -> Iterable[RecordKey]:
        """The keys of the first hits."""
        return map(record_key, self.hits[:count])


def record_key(hit: Hit) -> RecordKey:
    record: Any = hit.record
    return type(record).__name__, record.id


async def hits_of(loader: Loader, candidate: Candidate, first: int) -> CriterionHits:
    """The first hits of one criterion. All criteria that are asked for at the same time share a round."""
    index = INDEXES[candidate.criterion]
    if not loader.has_lookup(index.record, index.by):
        return CriterionHits(candidate.criterion, is_configured=False, is_whole=False)
    if candidate.criterion is SearchCriterion.ADDRESS:
        return await _at_address(loader, candidate, first)
    # A system that searches by itself reads a text in its own way: one form is enough.
    forms = candidate.forms if loader.compares_keys(index.record, index.by) else candidate.forms[:1]
    answers = await run(loader, [IndexQuery(index.record, index.by, form, first) for form in forms])
    hits = CriterionHits(candidate.criterion, _hits(candidate.criterion, index, answers), answers)
    hits = replace(hits, **_shortfall(loader, index, [result for _, result in answers]))
    return hits if index.owner is None else await _owned(loader, index, hits)


def _hits(criterion: SearchCriterion, index: Index, answers: IndexAnswers) -> list[Hit]:
    """The records of all forms of a text, each once."""
    hits: dict[str, Hit] = {}
    for query, result in answers:
        for record in result.listed:
            hits.setdefault(record.id, Hit(record, (Match(criterion, query.key, index.number(record)),)))
    return list(hits.values())


def _shortfall(loader: Loader, index: Index, results: Sequence[LoadResult[Any]]) -> dict[str, Any]:
    """Why hits may be missing: an error, or texts in the index that a search cannot find."""
    failures = [result.failure for result in results if result.failure]
    is_whole = loader.finds_all(index.record, index.by) and all(result.error is None for result in results)
    return {"error": weightiest(failures) if failures else None, "is_whole": is_whole}


async def _at_address(loader: Loader, candidate: Candidate, first: int) -> CriterionHits:
    """Premises at an address. A street line with too many to compare has none: more of it must be typed."""
    (text,), criterion = candidate.forms, candidate.criterion
    try:
        result: SearchHits = await premises(loader, text, first)
    except BadInput:
        return CriterionHits(criterion, is_whole=False)
    match = Match(criterion, text)
    hits = CriterionHits(criterion, [Hit(record, (match,)) for record in result.records], result.answers)
    return replace(hits, **_shortfall(loader, INDEXES[criterion], [each for _, each in result.answers]))


async def _owned(loader: Loader, index: Index, hits: CriterionHits) -> CriterionHits:
    """The owners of the records, each once, instead of the records. One that cannot be loaded is missing."""
    assert index.owner is not None  # noqa: S101  # the caller looks
    keys = [getattr(hit.record, index.owner_id) for hit in hits.hits]
    loads = (one_of(loader, index.owner, "id", key) for key in keys)
    owners = await asyncio.gather(*loads, return_exceptions=True)
    owned: dict[str, Hit] = {}
    errors: list[SourceError] = [hits.error] if hits.error else []
    for hit, owner in zip(hits.hits, owners, strict=True):
        if isinstance(owner, SourceError):
            errors.append(owner)
        elif isinstance(owner, BaseException):
            raise owner
        elif owner is not None:
            owned.setdefault(owner.id, Hit(owner, hit.matches))  # type: ignore[attr-defined]  # a node
    error = weightiest(errors) if errors else None
    is_whole = hits.is_whole and all(isinstance(owner, Record) for owner in owners)
    return replace(hits, hits=list(owned.values()), error=error, is_whole=is_whole)

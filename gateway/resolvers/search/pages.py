"""Pages of hits, their cursors, and what a page says about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from gateway.errors import BadInput, SourceError
from gateway.errors.reasons import Reason
from gateway.ids import decode_cursor, encode_cursor
from gateway.loading.loader import Loader
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.cursors import cursor_scope
from gateway.resolvers.search.criteria import CUSTOMER_CRITERIA
from gateway.resolvers.search.execution import MAX_HITS, IndexAnswers, hits
from gateway.resolvers.search.indexes import CriterionHits
from gateway.resolvers.search.matches import RANK, Hit, Match, SearchCriterion
from gateway.resolvers.search.text_hits import Positions, merge, text_hits

Count = Annotated[int, msgspec.Meta(ge=0)]


class SearchCursor(msgspec.Struct, array_like=True, frozen=True):
    """Contents of a cursor: the search, and the number of hits up to it."""

    scope: str
    count: Count


class TextCursor(msgspec.Struct, array_like=True, frozen=True):
    """Contents of a cursor of one box: the search, and the number of hits of each criterion up to it."""

    scope: str
    counts: dict[str, Count]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits.

    hits: the hits with their cursors
    first: number of hits before the page
    has_next: whether more hits follow
    answers: the queries with their results
    error: why the hits are unknown
    is_known: whether `hits` are an answer; an empty page is none where an index was not searched wholly
    searched, unsearched: criteria that were searched wholly, and those that were not
    is_complete: whether hits may be missing
    """

    hits: Sequence[tuple[Hit, str]]
    first: int
    has_next: bool
    answers: IndexAnswers
    error: SourceError | None
    is_known: bool
    searched: tuple[SearchCriterion, ...]
    unsearched: tuple[SearchCriterion, ...]
    is_complete: bool


async def criteria_page(loader: Loader, criteria: Mapping[str, str], size: int, after: str | None) -> SearchPage:
    """A page of the hits that fit all criteria."""
    scope = cursor_scope("search", sorted(criteria.items()))
    offset = _offset(after, scope)
    size = _limited(size, offset, "by")
    result = await hits(loader, criteria, offset + size + 1)
    every = sorted((SearchCriterion[name.upper()] for name in criteria), key=RANK.__getitem__)
    unsearched = tuple(each for each in every if each.name.lower() in result.unsearched)
    records = result.records[offset : offset + size]
    return SearchPage(
        hits=[
            (Hit(record, _matches(record, criteria)), encode_cursor(SearchCursor(scope, number)))
            for number, record in enumerate(records, offset + 1)
        ],
        first=offset,
        has_next=len(result.records) > offset + size,
        answers=result.answers,
        error=result.error,
        is_known=result.complete and bool(result.records or not unsearched),
        searched=tuple(each for each in every if each not in unsearched),
        unsearched=unsearched,
        is_complete=result.complete and not unsearched,
    )


async def text_page(loader: Loader, text: str, size: int, after: str | None) -> SearchPage:
    """A page of the hits of everything that the text can be."""
    scope = cursor_scope("search text", " ".join(text.split()))
    positions = _positions(after, scope)
    size = _limited(size, sum(positions.values()), "text")
    lists = await text_hits(loader, text, sum(positions.values()) + size + 1)
    merged = merge(lists, positions)
    failure = next((each.error for each in lists if each.error is not None), None)
    is_complete = _is_complete(lists)
    is_known = is_complete or any(each.hits for each in lists)
    return SearchPage(
        hits=[(hit, encode_cursor(TextCursor(scope, _counts(end)))) for hit, end in merged[:size]],
        first=_hits_before(lists, positions),
        has_next=len(merged) > size,
        answers=[answer for each in lists for answer in each.answers],
        error=None if is_known else failure,
        is_known=is_known,
        searched=tuple(each.criterion for each in lists if each.is_whole),
        unsearched=tuple(each.criterion for each in lists if not each.is_whole),
        is_complete=is_complete,
    )


def _is_complete(lists: Sequence[CriterionHits]) -> bool:
    """Whether the utility has any of the indexes, and those that it has were searched wholly."""
    configured = [each.is_whole for each in lists if each.is_configured]
    return bool(configured) and all(configured)


def _matches(record: object, criteria: Mapping[str, str]) -> tuple[Match, ...]:
    """The criteria that a hit was compared by: an account by its number, a customer by all."""
    names = {"account_number"} if isinstance(record, BillingAccount) else {*criteria}
    if isinstance(record, Customer):
        names &= {*CUSTOMER_CRITERIA, "account_number"}
    matches = [Match(SearchCriterion[name.upper()], criteria[name]) for name in names]
    return tuple(sorted(matches, key=lambda match: RANK[match.criterion]))


def _hits_before(lists: Sequence[CriterionHits], positions: Positions) -> int:
    """Number of distinct hits before a page."""
    return len({key for each in lists for key in each.keys(positions.get(each.criterion, 0))})


def _limited(size: int, offset: int, argument: str) -> int:
    """The size of a page, within all hits that a search returns. Raises BadInput behind them."""
    if offset >= MAX_HITS:
        advice = "add a criterion" if argument == "by" else "type more"
        message = f"A search returns at most {MAX_HITS:,} hits: {advice}."
        raise BadInput(message, Reason.TOO_MANY_HITS, argument, limit=MAX_HITS)
    return min(size, MAX_HITS - offset)


def _offset(after: str | None, scope: str) -> int:
    """Number of hits before this page."""
    if after is None:
        return 0
    cursor: SearchCursor = decode_cursor(after, SearchCursor)
    _check_scope(cursor.scope, scope)
    return cursor.count


def _positions(after: str | None, scope: str) -> Positions:
    """Number of hits of each criterion before this page."""
    if after is None:
        return {}
    cursor: TextCursor = decode_cursor(after, TextCursor)
    _check_scope(cursor.scope, scope)
    if not {*cursor.counts} <= {*SearchCriterion.__members__}:
        raise BadInput("That is not a cursor of this list.", Reason.INVALID_CURSOR, "after")
    return {SearchCriterion[name]: count for name, count in cursor.counts.items()}


def _counts(positions: Positions) -> dict[str, int]:
    return {criterion.name: count for criterion, count in positions.items()}


def _check_scope(actual: str, scope: str) -> None:
    """Raise BadInput if the cursor belongs to another search."""
    if actual != scope:
        raise BadInput("That cursor belongs to another search.", Reason.FOREIGN_CURSOR, "after")

"""Runs a search of one box: asks the index of each criterion that the text can be, and merges the hits."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from gateway.loading.loader import Loader
from gateway.resolvers.search.candidates import candidates
from gateway.resolvers.search.indexes import CriterionHits, RecordKey, hits_of, record_key
from gateway.resolvers.search.matches import RANK, Hit, Match, SearchCriterion

Positions = Mapping[SearchCriterion, int]  # number of hits of each criterion up to a place in the list


async def text_hits(loader: Loader, text: str, first: int) -> Sequence[CriterionHits]:
    """The first hits of each criterion that the text can be, exact ones first."""
    every = sorted(candidates(text), key=lambda candidate: RANK[candidate.criterion])
    return await asyncio.gather(*(hits_of(loader, candidate, first) for candidate in every))


def merge(lists: Sequence[CriterionHits], positions: Positions) -> list[tuple[Hit, Positions]]:
    """The hits after these positions, each record once, with the positions behind it."""
    matches = _matches(lists)
    earlier = {key for each in lists for key in each.keys(positions.get(each.criterion, 0))}
    merged: list[tuple[Hit, Positions]] = []
    for each in lists:
        start = positions.get(each.criterion, 0)
        for position, hit in enumerate(each.hits[start:], start + 1):
            positions = {**positions, each.criterion: position}
            key = record_key(hit)
            if key not in earlier:
                earlier.add(key)
                merged.append((Hit(hit.record, matches[key]), positions))
    return merged


def _matches(lists: Sequence[CriterionHits]) -> Mapping[RecordKey, tuple[Match, ...]]:
    """By which criteria each record was found."""
    matches: dict[RecordKey, tuple[Match, ...]] = {}
    for hit in _every(lists):
        matches[record_key(hit)] = (*matches.get(record_key(hit), ()), *hit.matches)
    return matches


def _every(lists: Sequence[CriterionHits]) -> Iterable[Hit]:
    return (hit for each in lists for hit in each.hits)

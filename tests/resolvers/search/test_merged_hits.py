"""Pages of merged hits give each record once, in one order, whatever the lists and the size of a page."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from support.rows import row

from gateway.resolvers.records import RECORDS
from gateway.resolvers.search.indexes import CriterionHits
from gateway.resolvers.search.matches import Hit, Match, SearchCriterion
from gateway.resolvers.search.text_hits import Positions, merge

CRITERIA = (SearchCriterion.CUSTOMER_NUMBER, SearchCriterion.PHONE, SearchCriterion.NAME)
OPTIONAL = dict.fromkeys(("status", "party_id", "party_kind", "ever_attached"))
LISTS = st.tuples(*[st.lists(st.sampled_from("abcdefg"), unique=True)] * len(CRITERIA))


def hits_of(criterion: SearchCriterion, ids: Sequence[str]) -> CriterionHits:
    """The hits of an index that found these customers."""
    customer = RECORDS["Customer"]
    records = [customer(**row("Customer", id=each, **OPTIONAL)) for each in ids]
    return CriterionHits(criterion, [Hit(each, (Match(criterion, "searched"),)) for each in records])


def pages(rounds: Sequence[Sequence[CriterionHits]], size: int) -> list[str]:
    """The ids of all pages; each round of lists is what the indexes say for one page, the last one for all others."""
    ids: list[str] = []
    positions: Positions = {}
    for number in range(100):
        merged = merge(rounds[min(number, len(rounds) - 1)], positions)
        for hit, end in merged[:size]:
            ids.append(getattr(hit.record, "id"))  # noqa: B009  # a node
            positions = end
        if len(merged) <= size and number >= len(rounds) - 1:
            return ids
    raise AssertionError("the list does not end")


@given(LISTS, st.integers(1, 4))
def test_all_sizes_of_pages_give_the_same_hits(ids: tuple[list[str], ...], size: int) -> None:
    lists = [hits_of(criterion, each) for criterion, each in zip(CRITERIA, ids, strict=True)]
    assert pages([lists], size) == list(dict.fromkeys(key for each in ids for key in each))


@given(LISTS)
def test_a_hit_has_each_criterion_that_found_it(ids: tuple[list[str], ...]) -> None:
    lists = [hits_of(criterion, each) for criterion, each in zip(CRITERIA, ids, strict=True)]
    for hit, _ in merge(lists, {}):
        key = getattr(hit.record, "id")  # noqa: B009  # a node
        expected = [criterion for criterion, each in zip(CRITERIA, ids, strict=True) if key in each]
        assert [match.criterion for match in hit.matches] == expected


@given(LISTS, st.integers(1, 4), st.sampled_from(range(len(CRITERIA))))
def test_an_index_away_for_a_page_loses_and_doubles_nothing(ids: tuple[list[str], ...], size: int, away: int) -> None:
    lists = [hits_of(criterion, each) for criterion, each in zip(CRITERIA, ids, strict=True)]
    without = [each if number != away else hits_of(each.criterion, []) for number, each in enumerate(lists)]
    hits = pages([without, lists], size)
    assert sorted(hits) == sorted({key for each in ids for key in each})

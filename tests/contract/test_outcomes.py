"""What a batch says of its system: whether it fails, whatever the order of its keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import ANY, EVERY, FAILING, NAME, ODD, SILENT, batch, rows

from gateway.contract.outcomes import OK, batch_failure, fails, outcome_code, says_nothing
from gateway.errors import InvalidRow, NotConfigured, SourceError

KINDS = st.lists(st.sampled_from(EVERY), min_size=1, max_size=6)


@pytest.mark.parametrize("kind", EVERY)
def test_5xx_timeouts_and_nonsense_are_signs_of_failing_and_4xx_are_not(kind: type[SourceError]) -> None:
    error = batch_failure(batch("a", "b"), {"a": kind(NAME), "b": kind(NAME)})
    assert fails(error) == (kind in FAILING)
    assert says_nothing(error) == (kind in SILENT)
    assert outcome_code(batch("a"), {"a": kind(NAME)}) == kind.code


@ANY
@given(kinds=KINDS)
def test_one_key_that_is_known_or_odd_or_has_no_rows_makes_a_batch_no_failure(
    kinds: list[type[SourceError]],
) -> None:
    asked = batch("known", *map(str, range(len(kinds))))
    errors = {str(n): kind(NAME) for n, kind in enumerate(kinds)}
    for known in (rows("known"), ODD):
        for answers in ({"known": known, **errors}, {**errors, "known": known}):
            assert batch_failure(asked, answers) is None
            assert outcome_code(asked, answers) == OK
    for answers in (errors, {**errors, "1": ODD}):
        assert batch_failure(asked, answers) is None
        assert outcome_code(asked, answers) == OK


@ANY
@given(kinds=KINDS)
def test_a_batch_fails_where_any_of_its_errors_is_a_sign_and_says_nothing_where_all_do(
    kinds: list[type[SourceError]],
) -> None:
    errors = {str(n): kind(NAME) for n, kind in enumerate(kinds)}
    error = batch_failure(batch(*errors), errors)
    assert error in errors.values()
    assert fails(error) == any(kind in FAILING for kind in kinds)
    assert says_nothing(error) == all(kind in SILENT for kind in kinds)


def test_nothing_asked_is_nothing_failed() -> None:
    assert batch_failure(batch(), {}) is None
    assert not fails(None)
    assert not fails(ODD)
    assert not says_nothing(None)


def below(kind: type[SourceError]) -> set[type[SourceError]]:
    return {kind}.union(*map(below, kind.__subclasses__()))


def test_every_kind_of_failure_is_looked_at() -> None:
    assert below(SourceError) - {SourceError, NotConfigured} == {*EVERY, InvalidRow}

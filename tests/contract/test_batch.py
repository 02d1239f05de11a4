"""The outcome of a batch, and the meaning of each error, whatever the order of the keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import EVERY_ERROR, FAILING, INCONCLUSIVE, INVALID_ROW, NAME, PATIENT, answer, batch

from gateway.contract.batch import OK, batch_failure, outcome_code
from gateway.errors import InvalidRow, NotConfigured, NotPermitted, SourceError

KINDS = st.lists(st.sampled_from(EVERY_ERROR), min_size=1, max_size=6)


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_5xx_timeouts_and_unreadable_answers_count_against_a_source(kind: type[SourceError]) -> None:
    error = batch_failure(batch("a", "b"), {"a": kind(NAME), "b": kind(NAME)})
    assert error is not None
    assert error.counts_against_source == (kind in FAILING)
    assert error.inconclusive == (kind in INCONCLUSIVE)
    assert outcome_code(batch("a"), {"a": kind(NAME)}) == kind.code


@PATIENT
@given(kinds=KINDS)
def test_one_answered_or_invalid_row_saves_the_batch(kinds: list[type[SourceError]]) -> None:
    question = batch("saved", *map(str, range(len(kinds))))
    errors = {str(n): kind(NAME) for n, kind in enumerate(kinds)}
    variants = [errors, {**errors, "1": INVALID_ROW}]  # "saved" is left out: it has no rows
    variants += [{"saved": answer, **errors} for answer in (answer("saved"), INVALID_ROW)]
    variants += [{**errors, "saved": answer} for answer in (answer("saved"), INVALID_ROW)]
    for answers in variants:
        assert batch_failure(question, answers) is None
        assert outcome_code(question, answers) == OK


@PATIENT
@given(kinds=KINDS)
def test_the_gravest_error_stands_for_the_batch(kinds: list[type[SourceError]]) -> None:
    errors = {str(n): kind(NAME) for n, kind in enumerate(kinds)}
    error = batch_failure(batch(*errors), errors)
    assert error in errors.values()
    assert error is not None
    assert error.counts_against_source == any(kind in FAILING for kind in kinds)
    assert error.inconclusive == all(kind in INCONCLUSIVE for kind in kinds)


def test_an_empty_answer_is_no_failure() -> None:
    assert batch_failure(batch(), {}) is None
    assert (INVALID_ROW.counts_against_source, INVALID_ROW.inconclusive) == (False, False)


def below(kind: type[SourceError]) -> set[type[SourceError]]:
    return {kind}.union(*map(below, kind.__subclasses__()))


def test_every_error_class_is_covered() -> None:
    assert below(SourceError) - {SourceError, NotConfigured, NotPermitted} == {*EVERY_ERROR, InvalidRow}

"""What a text in one box can be, by real examples and for any text."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strawberry.utils.str_converters import to_camel_case

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.execution.schema import GatewaySchema
from gateway.resolvers.search.candidates import MIN_CHARACTERS, MIN_DIGITS, NUMBERS, candidates
from gateway.resolvers.search.criteria import CustomerSearch, normalized
from gateway.resolvers.search.matches import SearchCriterion

NUMBER = {each.name for each in NUMBERS}


def names(text: str) -> set[str]:
    return {each.criterion.name for each in candidates(text)}


def forms(text: str, criterion: SearchCriterion) -> tuple[str, ...]:
    """The keys of one criterion."""
    return next(each.forms for each in candidates(text) if each.criterion is criterion)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4417-0000-0101", NUMBER | {"PHONE"}),
        ("4417 0000 0101", NUMBER | {"PHONE"}),
        ("#4417", NUMBER),
        ("AC 1234567", NUMBER),
        ("C0000021", NUMBER),
        ("E12345678", NUMBER),
        ("INV/2026/0042", NUMBER | {"NAME"}),
        ("12345678901234567", NUMBER),
        ("555-200-0100", NUMBER | {"PHONE"}),
        ("(555) 200 0100", {"PHONE"}),
        ("+1 555.200.0100", {"PHONE"}),
        ("555-200-0100 x12", {"PHONE"}),
        ("tel:+15552000100;ext=12", {"PHONE"}),
        ("ada@example.com", {"EMAIL"}),
        ("mailto:Ada@Example.com", {"EMAIL"}),
        ("Ada Whitcombe <ada@example.com>", {"EMAIL"}),
        ("john smith", {"NAME"}),
        ("Smith, John", {"NAME"}),
        ("Zoë Núñez-Østergård", {"NAME"}),
        ("李伟", {"NAME"}),
        ("@handle", {"NAME"}),
        ("3M", {"NAME"}),
        ("Class of 2024", {"NAME"}),
        ("7-Eleven", {"NAME"}),
        ("12 Oak St", {"ADDRESS", "NAME"}),
        ("12 Oak St, Apt 4, Riverton NY 12950", {"ADDRESS"}),
        ("12, Oak Street", {"ADDRESS", "NAME"}),
        ("N112W17975 Mequon Rd", {"ADDRESS"}),
        ("12 5th Ave", {"ADDRESS", "NAME"}),
        ("Studio 54", {"NAME"}),
    ],
)
def test_a_text_is_all_that_it_can_be(text: str, expected: set[str]) -> None:
    assert names(text) == expected


def test_a_number_is_asked_for_as_typed_and_without_marks() -> None:
    assert forms(" 4417-0000 0101 ", SearchCriterion.ACCOUNT_NUMBER) == ("4417-0000 0101", "441700000101")
    assert forms("# c0000021", SearchCriterion.CUSTOMER_NUMBER) == ("c0000021", "C0000021")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("(555) 200-0100", ("5552000100", "15552000100")),
        ("+1 555 200 0100", ("15552000100", "5552000100")),
        ("0044 20 7946 0000", ("442079460000",)),
        ("200-0100", ("2000100",)),
    ],
)
def test_a_phone_number_is_asked_for_with_and_without_country(text: str, keys: tuple[str, ...]) -> None:
    assert forms(text, SearchCriterion.PHONE) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Smith, John", ("john smith", "smith john")),
        ("JOHN SMITH", ("john smith", "smith john")),
        ("Smith-Jones, Mary Ann", ("mary ann smith jones", "smith jones mary ann")),
        ("O'Brien", ("obrien",)),
        ("Smith,", ("smith",)),
    ],
)
def test_a_name_is_asked_for_in_both_orders(text: str, keys: tuple[str, ...]) -> None:
    assert forms(text, SearchCriterion.NAME) == keys


@pytest.mark.parametrize(
    ("text", "reason", "limit"),
    [
        ("", Reason.CRITERION_TOO_SHORT, 2),
        ("  a ", Reason.CRITERION_TOO_SHORT, 2),
        ("!?*%", Reason.CRITERION_TOO_SHORT, 2),
        ("12", Reason.CRITERION_TOO_SHORT, 3),
        ("a" * 201, Reason.CRITERION_TOO_LONG, 200),
        ("ada " * 11, Reason.CRITERION_TOO_LONG, 200),
    ],
)
def test_a_text_of_wrong_length_is_refused(text: str, reason: Reason, limit: int) -> None:
    with pytest.raises(BadInput) as refused:
        candidates(text)
    assert (refused.value.reason, refused.value.argument, refused.value.limits) == (reason, "text", {"limit": limit})


PIECES = st.sampled_from(
    ["12", "Oak", "St", "#", "@", "a@b.c", "555", "-", ",", "Smith", "ext", "x", "\u0000", "é", "²"]
)


@given(st.text(max_size=210) | st.lists(PIECES, max_size=14).map(" ".join) | st.lists(PIECES, max_size=14).map("".join))
@example("١٢٣")
@example("½½½")
def test_any_text_is_something_or_refused(text: str) -> None:
    try:
        every = candidates(text)
    except BadInput:
        return
    assert 1 <= len(every) == len({each.criterion for each in every})
    assert SearchCriterion.IDENTIFIER_LAST4 not in {each.criterion for each in every}
    assert all(1 <= len(each.forms) <= 3 and all(each.forms) for each in every)


@given(st.from_regex(r"[1-9][0-9]{9}", fullmatch=True), st.data())
def test_marks_between_digits_change_no_phone_number(digits: str, data: st.DataObject) -> None:
    marks = st.sampled_from(["", " ", "-", ".", "(", ") "])
    typed = "".join(data.draw(marks) + digit for digit in digits)
    assert forms(typed, SearchCriterion.PHONE)[0] == digits


@pytest.mark.parametrize("text", ["1 " * 500_000, "x" * 1_000_000, " " * 1_000_000, "(" * 200, "#x" * 100, "1.=" * 66])
def test_long_texts_cost_no_time(text: str) -> None:
    started = time.process_time()
    with suppress(BadInput):
        candidates(text)
    assert time.process_time() - started < 0.5


CORE: Any = GatewaySchema()._schema  # noqa: SLF001  # Strawberry shows it nowhere else


def test_the_schema_says_what_a_text_needs_at_least() -> None:
    text = " ".join(CORE.type_map["Query"].fields["search"].args["text"].description.split())
    assert f"At least {MIN_CHARACTERS} letters or digits, and at least {MIN_DIGITS} if there are only digits" in text


@pytest.mark.parametrize("name", ["name", "phone", "email", "account_number", "address"])
def test_the_schema_says_what_a_criterion_needs_at_least(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        normalized(CustomerSearch(**{name: "1"}))
    field = CORE.type_map["CustomerSearch"].fields[to_camel_case(name)]
    assert f"At least {refused.value.limits['limit']} letters or digits." in " ".join(field.description.split())

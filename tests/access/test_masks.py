"""A masked value tells enough to recognize it, and too little to use it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.masks import HIDDEN, mask_email, mask_identifier, mask_phone, mask_secret


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("900-12-3456", "***-**-3456"),
        ("98-1000001", "***-**-0001"),
        ("D1234567", "***4567"),
        ("X12345", "***45"),
        ("3456", "***3456"),
        ("***-**-3456", "***-**-3456"),
        ("98-****002", "***002"),
        ("*900123456", "***-**-3456"),
    ],
)
def test_an_identifier_shows_its_last_four(identifier: str, expected: str) -> None:
    assert mask_identifier(identifier) == expected


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+15552012345", "***-***-2345"),
        ("(312) 555-0142 x22", "***-***-0142"),
        ("tel. 312.555.0142 #4", "***-***-0142"),
        ("+49 30 1234567", "***-***-4567"),
        ("911", HIDDEN),
        ("unlisted", HIDDEN),
    ],
)
def test_a_telephone_number_shows_its_last_four(phone: str, expected: str) -> None:
    assert mask_phone(phone) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("jane@dreams.com", "j***@d***.com"),
        ("j@d.com", "***@d***.com"),
        ("jane@host", "j***@***"),
        ("jane.doe @ mail.example.org", "j***@m***.org"),
    ],
)
def test_an_address_shows_its_first_letters(address: str, expected: str) -> None:
    assert mask_email(address) == expected


def test_a_code_shows_nothing() -> None:
    assert mask_secret("4821") == HIDDEN


@given(st.text(min_size=5, max_size=40))
def test_every_mask_says_that_it_is_one(text: str) -> None:
    for mask in (mask_email, mask_identifier, mask_phone, mask_secret):
        assert HIDDEN in mask(text)


@given(st.text("0123456789ABCDEF-", min_size=5, max_size=20))
def test_four_signs_of_an_identifier_are_always_hidden(text: str) -> None:
    signs = [each for each in text if each.isalnum()]
    visible = [each for each in mask_identifier(text) if each.isalnum()]
    assert len(visible) <= 4
    assert len(signs) <= 4 or len(signs) - len(visible) >= 4

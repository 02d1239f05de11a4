"""The locale of a request: the best that its header accepts and that has texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.languages.locales import LOCALES, TEXT_LOCALES, accepted, is_loaded, ready, tag, text_locale

ENGLISH, SPANISH = LOCALES["en-us"], LOCALES["es-us"]
PIECES = st.sampled_from(["es", "en-GB", "*", ",", ";", "q=", "0.5", "1", "0", "-", " ", "de", "é", "q=nan"])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en-US"),
        ("es", "es-US"),
        ("ES-mx", "es-MX"),
        ("es-AR, en;q=0.8", "es-US"),
        ("en-GB", "en-GB"),
        ("de-DE, es;q=0.5, en;q=0.7", "en-US"),
        ("de-DE, fr", "en-US"),
        ("en;q=0.1, es;q=0.9", "es-US"),
        ("en ; q=0.1 , es ; q=0.9", "es-US"),
        ("es, en", "es-US"),
        ("*", "en-US"),
        ("es;q=0, *", "en-US"),
        ("es;q=0", "en-US"),
        ("es-MX;q=0, es-MX;q=0, es", "es-US"),
        ("es;q=2", "en-US"),
        ("es;q=nan, en", "en-US"),
        ("es;level=1", "en-US"),
    ],
)
def test_the_best_accepted_locale_with_texts_is_chosen(header: str, expected: str) -> None:
    assert tag(accepted(header, ENGLISH)) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [("fr", "es-US"), ("*", "es-US"), ("en", "en-US"), ("es;q=0, *", "es-US"), ("es-CL", "es-US")],
)
def test_the_utility_s_own_locale_is_the_fallback(header: str, expected: str) -> None:
    assert tag(accepted(header, SPANISH)) == expected


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=20).map("".join)))
def test_every_header_gives_a_locale_with_texts(header: str) -> None:
    assert accepted(header, ENGLISH) in TEXT_LOCALES.values()


def test_the_locales_of_both_languages_are_read_at_start() -> None:
    assert is_loaded(ENGLISH)
    assert is_loaded(SPANISH)


async def test_other_locales_are_read_when_they_are_used() -> None:
    assert await ready(LOCALES["es-mx"]) is LOCALES["es-mx"]
    assert is_loaded(LOCALES["es-mx"])


def test_a_locale_without_texts_is_none_of_a_request() -> None:
    assert text_locale("EN-gb") is LOCALES["en-gb"]
    with pytest.raises(ValueError, match="de-DE"):
        text_locale("de-DE")

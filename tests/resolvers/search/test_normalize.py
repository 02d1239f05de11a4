"""Different notations of names, numbers and addresses are one text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.resolvers.graph.values import Address
from gateway.resolvers.search.addresses import AddressQuery, address_query
from gateway.resolvers.search.normalize import email, fold, last4, name, phone

HOME = Address(line1="12 Elm St", line2="Apt 4", city="Port Ellery", region="NY", postal_code="12950", country="US")


@given(st.text())
def test_normal_forms_are_their_own_normal_form(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert name(name(text)) == name(text)


@given(st.lists(st.sampled_from(["Núñez", "O'Brien", "smith", "Łukasik", "李"]), min_size=1), st.data())
def test_case_accents_and_punctuation_are_ignored(words: list[str], data: st.DataObject) -> None:
    between = data.draw(st.sampled_from([" ", "-", ", ", ". ", "\t"]))
    typed = between.join(data.draw(st.sampled_from([each, each.upper(), each.lower()])) for each in words)
    assert name(typed).split() == [name(each) for each in words]


@pytest.mark.parametrize("typed", ["O'Brien", "O\u2019Brien", "OBrien", "obrien", "O`BRIEN"])
def test_apostrophes_join_words(typed: str) -> None:
    assert name(typed) == "obrien"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Nunez-Ostergard", "nunez ostergard"),
        ("Núñez-Østergård", "nunez ostergard"),
        ("Nu\u0301n\u0303ez", "nunez"),
        ("o brien", "o brien"),
        ("J.R. Smith", "j r smith"),
        ("Straße & Æon", "strasse aeon"),
        ("Ｓｍｉｔｈ", "smith"),  # noqa: RUF001  # wide letters, as some keyboards give them
        ("नमस्ते", "नमस्ते"),
        ("%_*'", ""),
    ],
)
def test_names_become_words(typed: str, words: str) -> None:
    assert name(typed) == words


@pytest.mark.parametrize("typed", ["001 555.200.0760", "011-1-555-200-0760", "+1 (555) 200-0760"])
def test_the_international_prefix_is_dropped(typed: str) -> None:
    assert phone(typed) == "15552000760"


@given(st.from_regex("[1-9][0-9]{3,14}", fullmatch=True), st.data())
def test_a_number_is_its_digits(digits: str, data: st.DataObject) -> None:
    marks = st.sampled_from(["", " ", "-", ".", "(", ") ", "+"])
    assert phone("".join(data.draw(marks) + digit for digit in digits)) == digits


@pytest.mark.parametrize(
    "typed",
    [
        *("555-200-0100 x12", "555.200.0100 ext. 12", "(555) 200 0100 #12", "555-200-0100 Ext: 12"),
        "tel:555-200-0100;ext=12",  # as telephones and links write it (RFC 3966)
        "٥٥٥٢٠٠٠١٠٠",
    ],
)
def test_extensions_are_dropped_and_digits_of_all_scripts_read(typed: str) -> None:
    assert phone(typed) == "5552000100"


def test_e_mail_and_identifiers_have_normal_forms() -> None:
    assert email(" Ada@Example.COM ") == "ada@example.com"
    assert last4(" 12-3a ") == "123A"


@pytest.mark.parametrize(
    "typed", ["12 Elm Street", "12 ELM ST.", "12 elm st", "12, Elm Str", "  12 élm   street ", "12 Elm Stree"]
)
def test_full_and_abbreviated_words_are_equal(typed: str) -> None:
    query = address_query(typed)
    assert "12 ELM ST" in query.whole
    assert query.street == ()


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("12 Park Avenue", "12 PARK AVE"),
        ("12 Hill Road", "12 HILL RD"),
        ("12 North Bridge Street", "12 N BRIDGE ST"),
        ("12 Elm Park", "12 ELM PARK"),
        ("12 Saint James Court", "12 ST JAMES CT"),
        ("12 Court Street", "12 COURT ST"),
        ("12 N.W. O'Neil Blvd", "12 NW ONEIL BLVD"),
        ("12 1/2 Elm St", "12 1/2 ELM ST"),
        ("12 El", "12 EL"),
        ("12 St", "12 ST"),
    ],
)
def test_a_word_may_be_an_abbreviation_or_a_name(typed: str, form: str) -> None:
    assert form in address_query(typed).whole


WORDS = ["12", "N", "NORTH", "NOR", "SAINT", "PARK", "LAKE", "EST", "CRE", "COURT", "TRA", "apt 4", ",", "12950"]


@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join))
@example("1 North West Lake NOR, NOR")
def test_an_address_has_at_most_eight_forms(text: str) -> None:
    query = address_query(text)
    assert len(query.whole) >= 1
    assert len(query.whole) + len(query.street) <= 8
    assert len(set(query.whole)) == len(query.whole)
    assert len(set(query.street)) == len(query.street)


@pytest.mark.parametrize(
    "typed",
    [
        "12 Elm Street, Apt 4, Port Ellery, NY 12950-1234",
        "12 Elm St #4",
        "12 Elm St Apartment 4 Port Ellery NY 12950",
        "12 Elm St, Unit 4, Port El, USA",
        "12 Elm St, Port Ellery",
        "12 Elm St 12950",
    ],
)
def test_unit_town_and_postal_code_select_the_premise(typed: str) -> None:
    query = address_query(typed)
    assert any("12 ELM ST PORT ELLERY".startswith(line) for line in query.street)
    assert query.matches(HOME)
    assert not query.matches(None)


@pytest.mark.parametrize(
    "typed", ["12 Elm St Apt 5", "12 Elm St, Riverton", "12 Elm St NY 12951", "12 Elm St #12950", "12 Elm St, WI"]
)
def test_another_unit_town_or_postal_code_does_not_match(typed: str) -> None:
    assert not address_query(typed).matches(HOME)


def test_an_empty_address_has_one_empty_form() -> None:
    assert address_query(" , ") == AddressQuery(("",), (), "", ())

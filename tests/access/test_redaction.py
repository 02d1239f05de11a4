"""Free text shows no number and no address of a person, however it is written."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.access.folding import INVISIBLE, folded
from gateway.access.redaction import MAX_LENGTH, contacts_redacted, mask_instrument, redacted

# Zeros of other scripts, of full width, and a mathematical one: the other digits follow them.
ZEROS = (0x30, 0xFF10, 0x0660, 0x0966, 0x1D7CE)
DIGITS = ("⓪①②③④⑤⑥⑦⑧⑨", *("".join(map(chr, range(zero, zero + 10))) for zero in ZEROS))
SEPARATORS = ("", "", "", " ", "-", ".", "\n", "\r\n", "\t", "\u00a0", "\u200b", "\ufeff", "\u2011", " - ", "\n> ", "/")
WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "P", "Z", "S"), exclude_characters="0123456789"), max_size=30
)


def with_check_digit(start: str) -> str:
    """A number of a card (Luhn)."""
    values = [int(each) for each in reversed(start)]
    doubled = [each * 2 - 9 if each > 4 else each * 2 for each in values[::2]]
    return start + str(-(sum(doubled) + sum(values[1::2])) % 10)


@st.composite
def written(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> tuple[str, str]:
    """A number, and a way to write it: digits of any script, with separators."""
    number, digits = draw(numbers), draw(st.sampled_from(DIGITS))
    gaps = draw(st.lists(st.sampled_from(SEPARATORS), min_size=len(number) - 1, max_size=len(number) - 1))
    return number, "".join(digits[int(each)] + gap for each, gap in zip(number, [*gaps, ""], strict=True))


CARDS = st.text("0123456789", min_size=12, max_size=18).map(with_check_digit)
SSNS = st.text("0123456789", min_size=9, max_size=9)
PHONES = st.from_regex(r"1?[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)
LOCALS = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._+-]{0,20}[A-Za-z0-9])", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z][a-z0-9-]{0,10}(\.[a-z]{2,6}){1,2}", fullmatch=True)
# A number that is written as a day, or as several amounts, is taken for them.
DAY = re.compile(r"(?:19|20)\d\d([-/.])\d\d?\1\d\d?(?!\d)|(?<!\d)\d\d?([-/.])\d\d?\2(?:19|20)\d\d(?!\d)")
AMOUNTS = re.compile(r"(?<!\d)\d+\.\d\d\D+\d+\.\d\d(?!\d)")


def reads_otherwise(text: str) -> bool:
    plain = folded(text).replace(INVISIBLE, "")
    return DAY.search(plain) is not None or AMOUNTS.search(plain) is not None


def digits_of(text: str) -> str:
    return "".join(re.findall(r"\d", folded(text)))


@given(written(st.one_of(CARDS, SSNS, PHONES)), WORDS, WORDS)
def test_no_planted_number_survives(planted: tuple[str, str], before: str, behind: str) -> None:
    number, text = planted
    assume(not reads_otherwise(text) and not digits_of(before + behind) and "@" not in folded(before + behind))
    visible = redacted(f"{before}{text}{behind}")
    assert len(digits_of(visible)) <= 4
    assert digits_of(visible) in ("", number[-4:])
    assert "***" in visible


@given(
    st.lists(written(st.one_of(CARDS, SSNS, PHONES)), max_size=4), st.sampled_from([" ", "\n", ", ", "; or ", " and "])
)
def test_no_number_survives_beside_others(planted: list[tuple[str, str]], between: str) -> None:
    text = between.join(each for _, each in planted)
    assume(not reads_otherwise(text))
    visible = digits_of(redacted(text))
    assert not [number for number, _ in planted if number in visible]


@given(LOCALS, DOMAINS, WORDS, st.sampled_from(["", " ", "\n"]), st.sampled_from(["@", "\uff20"]))
def test_no_planted_address_survives(local: str, domain: str, before: str, gap: str, sign: str) -> None:
    visible = redacted(f"{before}\n{local}{gap}{sign}{gap}{domain}, {before}")
    assert f"{local}{gap}{sign}" not in visible
    assert f"{local[0]}***@{domain[0]}***" in visible


@given(st.text(max_size=200))
def test_any_text_can_be_redacted_again(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My card is 4111 1111 1111 1111, valid until 09/28.", "My card is ****-****-****-1111, valid until 09/28."),
        ("My social is 900-12-3456, phone +1 555 201 2345.", "My social is ***-**-3456, phone ***-***-2345."),
        ("Write to ada.private@example.com.", "Write to a***@e***.com."),
        ("From Ada <ada@mail.example.co.uk>", "From Ada <a***@m***.uk>"),
        ("(312) 555-0142 or 555-0143", "***-***-0142 or ***-***-0143"),
        ("card 41111111111111111 twice", "card ****-****-****-1111 twice"),
        ("4111, 1111, 1111, 1111", "****-****-****-1111"),
        ("IBAN DE89 3704 0044 0532 0130 00 thanks", "IBAN ***3000 thanks"),
        ("Driver's license D123-4567-8901", "Driver's license ***8901"),
        ("Gate code is 48#21, dog in yard", "Gate code is ***, dog in yard"),
        ("password: swordfish", "password: ***"),
    ],
)
def test_personal_data_is_masked_in_its_place(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Bill of $265.32, due Oct 20, 2026: 1,240 kWh in 30 days.",
        "Paid 2025-10-31 14:05, period 2025-10-01 - 2025-10-31, asked on 10/31/2025.",
        "Charges: 120.50, 130.20, 99.99, 110.00 and $1,234,567.89",
        "Meter 4512345 read 45210, meet @ 5pm, 5@0.12, status code 404",
        "1600 Elm St, Springfield 62704; account 1002, order SO-12345",
        "",
    ],
)
def test_other_texts_stay(text: str) -> None:
    assert redacted(text) == text


def test_a_street_address_stays_beside_masked_contacts() -> None:
    assert contacts_redacted("12 Oak St, Springfield 62704-1234") == "12 Oak St, Springfield 62704-1234"
    assert contacts_redacted("ada@example.com, +1 555 201 2345") == "a***@e***.com, ***-***-2345"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("****1234", "****1234"),
        ("Visa ending in 1234", "Visa ending in 1234"),
        ("Visa 4111 1111 1111 1111 exp 09/28", "Visa ****-****-****-1111 exp 09/28"),
        ("checking 000123456789", "checking ***6789"),
        ("savings 12345", "savings ***5"),
        ("ada@example.com", "a***@e***.com"),
    ],
)
def test_an_instrument_shows_its_last_four(text: str, expected: str) -> None:
    assert mask_instrument(text) == expected


def test_a_text_beyond_the_longest_ends_with_a_mask() -> None:
    visible = redacted(("All is well. " * (MAX_LENGTH // 13)) + "4111 1111 1111 1111")
    assert visible.endswith("All is… ***")
    assert digits_of(visible) == ""


# Texts that would take a search with backtracking minutes.
HARD: Sequence[str] = ("1 ", "a", "a@", "pin ", "DE89", "1", "0.1-", "+1 555 ", "gate code ", "(1)", "\u200b1", "@")


@pytest.mark.parametrize("part", HARD)
def test_the_time_grows_with_the_length_alone(part: str) -> None:
    assert redacted(part * (4_000 // len(part))) is not None

"""Global ids and cursors come back unchanged; any other text is refused."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import BadInput
from gateway.ids import (
    decode_cursor,
    decode_opaque,
    encode_cursor,
    encode_opaque,
    global_id,
    key_from_global_id,
    parse_global_id,
)

KINDS = st.from_regex(r"[A-Z][A-Za-z]{0,20}", fullmatch=True)
KEYS = st.text(min_size=1).filter(lambda text: text.isprintable())


@given(content=st.binary())
def test_opaque_text_decodes_to_its_bytes_and_suits_urls(content: bytes) -> None:
    text = encode_opaque(content)
    assert decode_opaque(text) == content
    assert text.replace("-", "").replace("_", "").isalnum() or not text


@given(text=st.text())
def test_only_encoded_text_decodes(text: str) -> None:
    content = decode_opaque(text)
    assert content is None or encode_opaque(content) == text


@given(kind=KINDS, key=KEYS)
def test_a_global_id_contains_its_kind_and_key(kind: str, key: str) -> None:
    assert parse_global_id(global_id(kind, key)) == (kind, key)
    assert key_from_global_id(global_id(kind, key), kind) == key


@given(one=st.tuples(KINDS, KEYS), other=st.tuples(KINDS, KEYS))
def test_different_records_have_different_ids(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (global_id(*one) == global_id(*other)) == (one == other)


@pytest.mark.parametrize(
    "text", ["", "x", "Bill:1", "====", "é", encode_opaque(b"Bill"), encode_opaque(b":1"), encode_opaque(b"Bill:")]
)
def test_other_text_is_refused_as_an_id(text: str) -> None:
    with pytest.raises(BadInput, match="not an id of this graph"):
        parse_global_id(text)


def test_an_id_of_invalid_utf8_is_refused() -> None:
    with pytest.raises(BadInput):
        parse_global_id(encode_opaque(b"\xff\xfe:1"))


@pytest.mark.parametrize("padded", ["QmlsbDoxMg==", "QmlsbDoxMh"])
def test_an_id_has_one_spelling(padded: str) -> None:
    assert global_id("Bill", "12") == "QmlsbDoxMg"
    with pytest.raises(BadInput):
        parse_global_id(padded)


def test_an_id_of_another_kind_is_refused_with_both_kinds() -> None:
    with pytest.raises(BadInput, match="pass the id of a Payment"):
        key_from_global_id(global_id("Bill", "1"), "Payment")


@given(state=st.tuples(st.text(), st.integers(-(2**63), 2**63 - 1)))
def test_a_cursor_returns_its_state(state: tuple[str, int]) -> None:
    assert decode_cursor(encode_cursor(state), tuple[str, int]) == state


@given(
    text=st.text() | st.binary().map(encode_opaque) | st.integers().filter(lambda n: abs(n) < 2**60).map(encode_cursor)
)
def test_other_text_is_refused_as_a_cursor(text: str) -> None:
    with pytest.raises(BadInput, match="not a cursor"):
        decode_cursor(text, Shape)


class Shape(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A shape that no generated text has by accident."""

    one: str
    two: str
    three: str
    four: int

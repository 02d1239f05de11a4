"""Invalid and harmful documents are refused with a reason that shows nothing of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.green_button_documents import HEAD, HOST, Read, block, feed, meter, point, reading_type, summary, usage

from gateway.sources.greenbutton.format import decoded
from gateway.sources.greenbutton.values import Espi
from gateway.sources.greenbutton.xml import CHUNK_BYTES, MAX_ELEMENTS, parse_xml
from gateway.sources.http.body_format import InvalidDocument

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'{HEAD}<!DOCTYPE feed [<!ENTITY e0 "secret">{ENTITIES}]><feed {ATOM}>&e9;</feed>'
OUTSIDE = f'{HEAD}<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/hostname">]><feed {ATOM}>&x;</feed>'
DTD = f'{HEAD}<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/secret.dtd"><feed {ATOM}/>'
GOOD = usage("1", [Read(0, 1)])
POINT = '<UsagePoint xmlns="http://naesb.org/espi"/>'
LINK = f'<entry><link rel="self" href="http://[secret"/><content>{POINT}</content></entry>'
OTHER = block("2", [Read(0, 1)])
NO_BLOCK = [point("1"), meter("1"), reading_type()]


def refusal(body: bytes) -> str:
    with pytest.raises(InvalidDocument) as caught:
        decoded(body, Espi())
    assert "secret" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("body", [LAUGHS, OUTSIDE, DTD])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_any_doctype_is_refused(body: str, encoding: str) -> None:
    assert "DOCTYPE" in refusal(body.replace("UTF-8", encoding).encode(encoding))


def test_an_undeclared_entity_is_refused() -> None:
    assert "undefined entity" in refusal(f"<feed {ATOM}>&secret;</feed>".encode())


def test_too_many_elements_are_refused_and_deep_ones_harmless() -> None:
    assert parse_xml(b"<a>" * 300_000 + b"</a>" * 300_000).tag == "a"
    assert "too many" in refusal(b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"secret",
        b'{"secret": 1}',
        GOOD[:-20],
        GOOD + b"<secret/>",
        GOOD.replace(b"</entry>", b"", 1),
        GOOD.replace(b"UTF-8", b"secret-8"),
        GOOD.replace(b"UTF-8", b"cp037"),
        GOOD.replace(b"UTF-8", b"shift_jis"),
        b"\xff\xfe\xfd",
        b"<a>\x00</a>",
        GOOD + b" " * CHUNK_BYTES + b"<",
    ],
)
def test_a_body_that_is_not_xml_is_refused(body: bytes) -> None:
    assert "XML" in refusal(body)


@pytest.mark.parametrize("body", [b"<html><body>secret</body></html>", b'<f xmlns="secret"/>'])
def test_xml_that_is_not_a_feed_is_refused(body: bytes) -> None:
    assert refusal(body) == "the XML is not an Atom feed"


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([*NO_BLOCK, OTHER], "an interval block without its meter reading"),
        ([point("1"), meter("1"), block("1", [Read(0, 1)])], "a meter reading without its reading type"),
        ([*NO_BLOCK, block("1", [Read(None, 1)])], "a reading without a time"),
        ([reading_type(powerOfTenMultiplier=99), point("1"), meter("1"), block("1", [Read(0, 1)])],
         "powerOfTenMultiplier is out of range"),
        ([point("1"), summary("1", billingPeriod={"start": "secret"})], "start is not a whole number"),
    ],
)  # fmt: skip
def test_what_cannot_be_tied_is_a_fault_of_its_point(entries: list[str], sentence: str) -> None:
    document = decoded(feed(*entries), Espi())
    [row] = [*document["readings"], *document["summaries"]]
    assert (row["fault"], row["usage_point"]) == (sentence, "2" if entries[-1] is OTHER else "1")


@pytest.mark.parametrize(
    "odd", [Read(0, "secret"), Read(0, "1e9"), Read(0, "9" * 5000), Read(0, 1, more={"tou": "secret"})]
)
def test_a_value_that_is_no_number_costs_its_reading(odd: Read) -> None:
    rows = decoded(feed(*NO_BLOCK, block("1", [odd, Read(900, 7)])), Espi())["readings"]
    assert [row["value"] for row in rows] == [None, 7]


def test_an_invalid_link_is_no_link() -> None:
    assert decoded(feed(LINK), Espi())["readings"] == []


def test_two_meter_readings_with_one_block_link_are_refused() -> None:
    other = meter("1", "02").replace("MeterReading/02/IntervalBlock", "MeterReading/01/IntervalBlock")
    [row] = decoded(feed(*NO_BLOCK, other, block("1", [Read(0, 1)])), Espi())["readings"]
    assert "two different entries of MeterReading" in row["fault"]


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_document_is_read_or_refused(place: int, other: bytes) -> None:
    damaged = GOOD[:place] + other + GOOD[place + len(other) :]
    try:
        assert set(decoded(damaged, Espi())) == {"readings", "summaries", "next"}
    except InvalidDocument as error:
        assert HOST not in str(error)  # noqa: PT017  # it may raise, and may not

"""A document that is not understood is misread. Only a feed without entries is known to be empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.green_button_documents import HEAD, MONTH, Read, block, feed, meter, point, reading_type, summary, usage

from gateway.sources.greenbutton.format import decoded
from gateway.sources.greenbutton.values import Espi
from gateway.sources.http.body_format import InvalidDocument

ATOM, ESPI = "http://www.w3.org/2005/Atom", "http://naesb.org/espi"
GOOD = feed(
    point("1"), meter("1"), reading_type(), block("1", [Read(900 * n, n) for n in range(24)]),
    summary("1", billingPeriod=MONTH, overallConsumptionLastPeriod={"uom": 72, "value": 300}),
).decode()  # fmt: skip
TOTAL = '<totalResults xmlns="http://a9.com/-/spec/opensearch/1.1/">{}</totalResults>'
CUSTOMER = '<entry><content><Customer xmlns="http://naesb.org/espi/customer"/></content></entry>'
ERROR = "<entry><title>Error</title><content>service unavailable</content></entry>"


def misread(document: str) -> str:
    with pytest.raises(InvalidDocument) as caught:
        decoded(document.encode(), Espi())
    return str(caught.value)


@given(
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["", "www.", "WWW."]),
    st.sampled_from(["", "/", "#", "/1_1", "/1_1/", "/2.0", "/v4", "/1.1.3/"]),
    st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_an_espi_namespace_is_read_in_any_spelling(scheme: str, www: str, version: str, spelling: type[str]) -> None:
    namespace = f"{scheme}://{www}{spelling('naesb.org/espi')}{version}"
    assert decoded(GOOD.replace(ESPI, namespace).encode(), Espi()) == decoded(GOOD.encode(), Espi())


@pytest.mark.parametrize("namespace", [ATOM + "/", ATOM.replace("http:", "https:"), ATOM.lower(), ATOM + "#"])
def test_an_atom_namespace_is_read_in_any_spelling(namespace: str) -> None:
    assert decoded(GOOD.replace(ATOM, namespace).encode(), Espi()) == decoded(GOOD.encode(), Espi())


FOREIGN = ["urn:x", "http://naesb.org/espy", "http://example.com/espi", "http://naesb.org/espi/customer", "x"]


@pytest.mark.parametrize("namespace", FOREIGN)
@pytest.mark.parametrize("ours", [ATOM, ESPI])
def test_a_foreign_namespace_is_misread(namespace: str, ours: str) -> None:
    assert misread(GOOD.replace(ours, namespace))


@pytest.mark.parametrize("kind", ["UsagePoint", "MeterReading", "ReadingType", "IntervalBlock", "UsageSummary"])
@pytest.mark.parametrize("namespace", FOREIGN[:3])
def test_one_kind_in_a_foreign_namespace_is_misread(kind: str, namespace: str) -> None:
    document = GOOD.replace(f'<{kind} xmlns="{ESPI}"', f'<{kind} xmlns="{namespace}"')
    assert document != GOOD
    assert misread(document) == f"the namespace of {kind} is not that of Atom or ESPI"


@pytest.mark.parametrize("name", ["entry", "content", "IntervalReading"])
def test_a_foreign_part_of_a_feed_is_misread(name: str) -> None:
    document = GOOD.replace(f"<{name}>", f'<x:{name} xmlns:x="urn:x">').replace(f"</{name}>", f"</x:{name}>")
    assert misread(document) == f"the namespace of {name} is not that of Atom or ESPI"


@pytest.mark.parametrize(
    "entries",
    [
        [ERROR],
        [CUSTOMER],
        ["<entry/>"],
        ["<entry><title>Error</title></entry>"],
        ["<entry><content><error>expired</error></content></entry>"],
        ["<entry><content><html><body>Login</body></html></content></entry>"],
        [point("1").replace("UsagePoint ", "usagepoint ").replace("</UsagePoint>", "</usagepoint>")],
        [point("1"), ERROR],
        [point("1"), CUSTOMER, ERROR],
        ["<error>expired</error>"],
        ['<error xmlns="urn:x">expired</error>'],
        ["please log in<p/>"],
        [TOTAL.format(3)],
    ],
)
def test_entries_that_are_not_understood_are_misread(entries: list[str]) -> None:
    assert "the feed" in misread(feed(*entries).decode())


@pytest.mark.parametrize(
    "entries", [[], [TOTAL.format(0)], [point("1")], [point("1"), CUSTOMER], [point("1"), meter("1"), reading_type()]]
)
def test_a_feed_of_nothing_else_is_empty(entries: list[str]) -> None:
    assert decoded(feed(*entries), Espi()) == {"readings": [], "summaries": [], "next": None}


@pytest.mark.parametrize("entry", [ERROR, CUSTOMER, "<entry/>"])
def test_usage_beside_an_unknown_entry_is_read(entry: str) -> None:
    body = usage("1", [Read(0, 5)]).replace(b"</feed>", f"{entry}</feed>".encode())
    assert [row["value"] for row in decoded(body, Espi())["readings"]] == [5]


def test_a_feed_without_names_of_atom_is_empty() -> None:
    assert decoded(f"{HEAD}<feed/>".encode(), Espi())["readings"] == []

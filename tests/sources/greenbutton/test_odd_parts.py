"""One odd part of a document costs itself; packed documents, and those without namespaces or links, are read."""

import gzip
import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.green_button_documents import MONTH, Read, block, feed, meter, point, reading_type, summary, usage

from gateway.sources.greenbutton.format import decoded
from gateway.sources.greenbutton.values import Espi
from gateway.sources.http.body_format import InvalidDocument

GOOD = usage("1", [Read(900 * n, n) for n in range(4)])
WH = {"uom": 72, "value": 300}


def rows(body: bytes, items: str = "readings", **words: Any) -> list[dict[str, Any]]:
    return list(decoded(body, Espi(**words))[items])


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, GOOD.replace(b"UsagePoint/1", f"UsagePoint/{name[:1]}".encode()))
    return packed.getvalue()


@pytest.mark.parametrize("body", [gzip.compress(GOOD), archive("1.xml"), archive("1.XML", "__MACOSX/1.xml", "r.txt")])
def test_a_packed_document_is_that_document(body: bytes) -> None:
    assert rows(body) == rows(GOOD)


def test_all_documents_of_an_archive_are_read() -> None:
    assert {row["usage_point"] for row in rows(archive("1.xml", "2.xml"))} == {"1", "2"}


@pytest.mark.parametrize(
    "body", [gzip.compress(GOOD)[:-20], archive("1.xml")[:-20], b"PK", b"\x1f\x8b", archive("r.txt")]
)
def test_a_broken_archive_is_told_as_one(body: bytes) -> None:
    with pytest.raises(InvalidDocument, match="archive"):
        rows(body)


def test_an_archive_cannot_unpack_without_end() -> None:
    with pytest.raises(InvalidDocument, match="more than"):
        rows(gzip.compress(b"<feed>" + b" " * (65 * 1024 * 1024) + b"</feed>"))


@pytest.mark.parametrize("lost", [b' xmlns="http://naesb.org/espi"', b' xmlns="http://www.w3.org/2005/Atom"'])
def test_a_document_without_a_namespace_is_read(lost: bytes) -> None:
    assert rows(GOOD.replace(lost, b"")) == rows(GOOD)
    assert rows(GOOD.replace(lost, b"").replace(b' xmlns="http://naesb.org/espi"', b"")) == rows(GOOD)


def test_without_links_the_only_type_and_point_count() -> None:
    entries = [point("1"), reading_type(), block("1", [Read(0, 5)])]
    plain = feed(*entries).decode()
    while '<link rel="' in plain:
        start = plain.index('<link rel="')
        plain = plain[:start] + plain[plain.index("/>", start) + 2 :]
    [row] = rows(plain.encode())
    assert (row["value"], row["unit"], row["service"], row["usage_point"]) == (5, "Wh", 0, None)


@pytest.mark.parametrize(("uom", "service", "accumulation"), [(72, 0, 4), (169, 1, 4), (38, 0, 0), (29, None, 0)])
def test_what_a_type_leaves_out_its_unit_tells(uom: int, service: int | None, accumulation: int) -> None:
    kind = reading_type(uom=uom, commodity=None, accumulationBehaviour=None)
    [row] = rows(feed(point("1", None), meter("1"), kind, block("1", [Read(0, 5)])))
    assert (row["service"], row["accumulation"]) == (service, accumulation)


def test_the_length_of_a_reading_is_its_own() -> None:
    body = usage("1", [Read(0, 1, 3600), Read(3600, 2, None), Read(90_000, 3, 0)], intervalLength=86400)
    assert [(row["grain"], row["duration"]) for row in rows(body)] == [
        ("interval", 3600), ("day", 86400), ("day", 86400),
    ]  # fmt: skip


def test_a_reading_without_a_time_is_a_fault() -> None:
    read_rows = rows(usage("1", [Read(0, 1), Read(None, 2), Read(900, 3)]))
    assert [row.get("value", row.get("fault")) for row in read_rows] == [1, 3, "a reading without a time"]


def consumed(**words: Any) -> dict[str, Any]:
    [row] = rows(feed(point("1"), summary("1", billingPeriod=MONTH, **words)), "summaries")
    return row


LAST, CURRENT = "overallConsumptionLastPeriod", "currentBillingPeriodOverAllConsumption"
END = MONTH["start"] + MONTH["duration"]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ({LAST: WH}, 300),
        ({CURRENT: WH}, 300),
        ({LAST: WH | {"value": 0}, CURRENT: WH | {"timeStamp": END}}, 300),
        ({LAST: WH | {"value": 0}, CURRENT: WH, "statusTimeStamp": END}, 300),
        ({LAST: WH | {"value": 0}, CURRENT: WH}, 300),
        ({LAST: WH | {"value": 7}, CURRENT: WH | {"timeStamp": END}}, 300),
        ({LAST: WH | {"value": 7}, CURRENT: WH | {"timeStamp": END + 9 * 86400}}, 7),
        ({LAST: WH | {"value": 7}, CURRENT: WH}, 7),
        ({LAST: WH | {"value": "secret"}}, None),
    ],
)
def test_a_summary_tells_the_consumption_of_its_period(words: dict[str, Any], value: int | None) -> None:
    assert consumed(**words)["value"] == value


def test_contradicting_summaries_cost_their_period() -> None:
    later = {"duration": 28 * 86400, "start": END}
    entries = [
        summary("1", "1", billingPeriod=MONTH, **{LAST: WH}),
        summary("1", "2", billingPeriod=MONTH, **{LAST: WH | {"value": 9}}),
        summary("1", "3", billingPeriod=later, **{LAST: WH}),
    ]
    assert [row["value"] for row in rows(feed(point("1"), *entries), "summaries")] == [None, 300]


def test_a_bill_without_consumption_keeps_its_cost() -> None:
    later = {"duration": 28 * 86400, "start": END}
    entries = [
        summary("1", "1", billingPeriod=MONTH, **{LAST: WH}),
        summary("1", "2", billingPeriod=later, billLastPeriod=4_500_000),
    ]
    read_rows = rows(feed(point("1"), *entries), "summaries")
    assert [(row["value"], row["unit"], row["cost"]) for row in read_rows] == [
        (300, "Wh", None),
        (None, "Wh", Decimal(45)),
    ]
    [alone] = rows(feed(point("1"), entries[1]), "summaries")
    assert (alone["value"], alone["unit"], alone["cost"]) == (None, "uom 0", Decimal(45))


@pytest.mark.parametrize(("code", "name"), [(840, "USD"), (978, "EUR"), (0, None), (None, None), (12345, None)])
def test_a_currency_has_its_letters(code: int | None, name: str | None) -> None:
    [row] = rows(usage("1", [Read(0, 1, cost=5)], currency=code))
    assert (row["currency"], row["currency_code"]) == (code, name)


def test_parts_of_an_interval_add_up_and_are_told() -> None:
    def part(value: int, cost: int | None = None, **labels: int) -> Read:
        return Read(0, value, 900, cost=cost, more=labels)

    [row] = rows(usage("1", [part(7, 3, consumptionTier=1), part(3, 2, consumptionTier=2)]))
    assert (row["value"], row["cost"], row["tier"]) == (10, Decimal("0.00005"), None)
    assert [(each["tier"], each["value"]) for each in row["parts"]] == [(1, 7), (2, 3)]
    assert [row["value"] for row in rows(usage("1", [part(7, cpp=0), part(3, cpp=1)]))] == [10]
    whole_beside = [part(10), part(7, tou=1), part(3, tou=2), part(4, consumptionTier=1), part(6, consumptionTier=2)]
    assert [row["value"] for row in rows(usage("1", whole_beside))] == [10]
    assert [row["value"] for row in rows(usage("1", [part(11), *whole_beside[1:]]))] == [None]
    assert [row["cost"] for row in rows(usage("1", [part(7, 3, tou=1), part(3, tou=2)]))] == [None]


def test_registers_by_time_of_use_are_parts_of_one_interval() -> None:
    registers = [meter("1", "peak", "peak"), meter("1", "off", "off"), meter("1", "back", "back")]
    types = [reading_type("peak", tou=1), reading_type("off", tou=2), reading_type("back", tou=1, flowDirection=19)]
    blocks = [block("1", [Read(0, 7)], "peak"), block("1", [Read(0, 3)], "off"), block("1", [Read(0, 2)], "back")]
    read_rows = rows(feed(point("1"), *registers, *types, *blocks))
    assert [(row["flow"], row["value"]) for row in read_rows] == [(1, 10), (19, 2)]


@given(st.lists(st.integers(0, 99), min_size=1, max_size=8), st.sampled_from(["tou", "consumptionTier", "cpp"]))
def test_any_number_of_parts_sums_exactly(values: list[int], label: str) -> None:
    reads = [Read(0, value, 900, more={label: n}) for n, value in enumerate(values, 1)]
    assert [row["value"] for row in rows(usage("1", reads, powerOfTenMultiplier=-3))] == [Decimal(sum(values)) / 1000]


def test_damage_to_one_reading_leaves_the_others() -> None:
    whole = rows(GOOD)
    for n in range(4):
        odd = rows(GOOD.replace(f"<value>{n}</value>".encode(), b"<value>x</value>"))
        assert [each["value"] for each in odd] == [None if i == n else each["value"] for i, each in enumerate(whole)]

"""What cannot be read costs itself: the reading, the bill, its cost or its quality, and the answer says so."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.green_button_documents import MONTH, Read, block, feed, meter, point, reading_type, summary, usage
from support.sources.harness_green_button import lookup

from gateway.contract.batch import UNREADABLE, Answer, Batch
from gateway.sources.files.source import FilePlace, FileSettings, FileSource
from gateway.sources.greenbutton.format import decoded
from gateway.sources.greenbutton.values import Espi

LAST = "overallConsumptionLastPeriod"
NEXT = {"start": MONTH["start"] + MONTH["duration"], "duration": 28 * 86400}
USED = {"uom": 72, "value": 300, "powerOfTenMultiplier": 0}
BILL = {"billingPeriod": MONTH, "billLastPeriod": 4_500_000, "currency": 840, LAST: USED, "qualityOfReading": 14}
ZONE = Espi(zone="America/New_York")
ABSURD = [10**17, -(10**17), 10**12, 253_402_300_800, -62_135_596_801]
Text = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=9)


def rows(body: bytes, items: str = "readings", espi: Espi = ZONE) -> list[dict[str, Any]]:
    return list(decoded(body, espi)[items])


def bills(*odd: str) -> list[dict[str, Any]]:
    """The rows of odd summaries beside a good one."""
    good = summary("1", "good", **BILL | {"billingPeriod": NEXT})
    return rows(feed(point("1"), *odd, good), "summaries")


def readings(odd: Read, **words: Any) -> list[Any]:
    """The values and faults of an odd reading beside two good ones."""
    body = usage("1", [Read(0, 5), odd, Read(900, 7)], **words)
    return [row.get("fault", row.get("value")) for row in rows(body)]


@pytest.mark.parametrize("start", [*ABSURD, "2025-01-01T00:00:00Z", "9" * 500, "x"])
def test_a_reading_at_an_absurd_time_costs_itself(start: Any) -> None:
    for lasts in (900, 86_400):
        assert readings(Read(start, 1, lasts)) in (
            [5, 7, "a time is out of range"],
            [5, 7, "start is not a whole number"],
        )


@pytest.mark.parametrize("lasts", [*ABSURD, "an hour", "PT1H", -900])
def test_a_reading_of_an_absurd_duration_has_no_value(lasts: Any) -> None:
    assert readings(Read(1800, 1, lasts)) == [5, None, 7]
    assert readings(Read(1800, 1, lasts), intervalLength=None) == [5, 7, "a reading without a time"]


def test_a_reading_without_any_duration_costs_itself() -> None:
    assert readings(Read(1800, 1, None), intervalLength=None) == [5, 7, "a reading without a time"]


@given(Text.filter(lambda text: not text.isdigit()))
def test_the_odd_start_of_a_reading_costs_itself(text: str) -> None:
    assert readings(Read(text, 1))[:2] == [5, 7]


@pytest.mark.parametrize("text", ["valid", "14.0", "-", "1e3"])
def test_an_odd_quality_is_the_worst(text: str) -> None:
    body = usage("1", [Read(0, 5, qualities=[text, 14]), Read(900, 7)])
    assert [(row["value"], row["quality"]) for row in rows(body)] == [(5, -1), (7, 0)]
    [row] = rows(usage("1", [Read(0, 5)], defaultQuality=text))
    assert row["quality"] == -1
    assert bills(summary("1", **BILL | {"qualityOfReading": text}))[0]["quality"] == -1


def test_an_odd_cost_leaves_the_value() -> None:
    [row] = rows(usage("1", [Read(0, 5, cost="free")]))
    assert (row["value"], row["cost"]) == (5, None)
    [row] = rows(usage("1", [Read(0, "x", cost=100_000)]))
    assert (row["value"], row["cost"]) == (None, Decimal(1))


@pytest.mark.parametrize("word", ["tou", "consumptionTier", "cpp"])
def test_a_part_with_an_odd_label_makes_its_sum_unknown(word: str) -> None:
    body = usage("1", [Read(0, 600, more={word: 1}), Read(0, 400, more={word: "peak"}), Read(900, 7)])
    assert [row["value"] for row in rows(body)] == [None, 7]
    assert "-1" not in str(rows(body)[0]["parts"])


@pytest.mark.parametrize("word", ["commodity", "kind", "intervalLength", "currency", "flowDirection"])
@given(text=Text.filter(lambda text: not text.isdigit() and text.upper() not in ("USD", "EUR")))
def test_an_odd_code_of_a_type_costs_itself(word: str, text: str) -> None:
    [row] = rows(usage("1", [Read(0, 5)], **{word: text}))
    assert row["value"] == 5
    assert row["flow"] == (-1 if word == "flowDirection" else 1)


@pytest.mark.parametrize(
    "words",
    [{"uom": "kWh"}, {"powerOfTenMultiplier": 99}, {"powerOfTenMultiplier": "kilo"}, {"tou": "x"},
     {"accumulationBehaviour": "delta"}],
)  # fmt: skip
def test_an_odd_type_costs_its_register(words: dict[str, Any]) -> None:
    odd = [meter("1", "odd", "odd"), reading_type("odd", **words), block("1", [Read(0, 1)], "odd")]
    good = [meter("1"), reading_type(), block("1", [Read(0, 5)])]
    assert [row.get("value", "fault") for row in rows(feed(point("1"), *odd, *good))] == [5, "fault"]


def test_an_odd_service_is_that_of_the_commodity() -> None:
    [row] = rows(feed(point("1", "gas"), meter("1"), reading_type(), block("1", [Read(0, 5)])))
    assert (row["value"], row["service"]) == (5, 0)


PERIODS = [
    *({"start": start, "duration": 2_678_400} for start in [*ABSURD, "x", "2025-01-01", None]),
    *({"start": MONTH["start"], "duration": each} for each in [*ABSURD, 0, -86_400, 3_600, "x", "P1M", None]),
]


@pytest.mark.parametrize("period", PERIODS)
def test_a_bill_of_an_absurd_period_costs_itself(period: dict[str, Any]) -> None:
    good, odd = bills(summary("1", **BILL | {"billingPeriod": period}))
    assert (good["value"], good["cost"], odd["usage_point"]) == (300, 45, "1")
    assert "fault" in odd
    assert str(period["start"]) not in odd["fault"]


@pytest.mark.parametrize(
    ("words", "value", "cost", "currency"),
    [
        ({"currency": "USD"}, 300, 45, "USD"),
        ({"currency": " eur "}, 300, 45, "EUR"),
        ({"currency": "dollars"}, 300, 45, None),
        ({"currency": "9999"}, 300, 45, None),
        ({"billLastPeriod": "45 dollars"}, 300, None, "USD"),
        ({"billLastPeriod": "9" * 40}, 300, None, "USD"),
        ({LAST: USED | {"value": "a lot"}}, None, 45, "USD"),
        ({LAST: USED | {"uom": "kWh"}}, None, 45, "USD"),
        ({LAST: USED | {"powerOfTenMultiplier": 99}}, None, 45, "USD"),
        ({LAST: {"uom": 72}}, None, 45, "USD"),
        ({LAST: {}}, None, 45, "USD"),
        ({LAST: None}, None, 45, "USD"),
        ({"commodity": "electricity"}, 300, 45, "USD"),
        ({"statusTimeStamp": "today", "currentBillingPeriodOverAllConsumption": USED}, 300, 45, "USD"),
        ({"qualityOfReading": None}, 300, 45, "USD"),
    ],
)
def test_an_odd_word_of_a_bill_costs_itself(words: Any, value: Any, cost: Any, currency: str | None) -> None:
    odd, good = bills(summary("1", **BILL | words))
    assert (odd["value"], odd["unit"], odd["cost"], odd["currency_code"]) == (value, "Wh", cost, currency)
    assert (good["value"], good["cost"], good["currency_code"]) == (300, 45, "USD")
    assert None not in (odd["quality"], odd["starts_on"], odd["ends_on"])


COST = {"billingPeriod": MONTH, "billLastPeriod": 4_500_000, "currency": 840}
GAS = {"uom": 169, "commodity": 7}


@pytest.mark.parametrize(
    ("beside", "unit", "flow"),
    [
        ([], "uom 0", 0),
        ([meter("1"), reading_type()], "Wh", 1),
        ([meter("1"), reading_type(**GAS)], "therm", 1),
        ([meter("1"), reading_type(uom=38, accumulationBehaviour=6)], "uom 0", 0),
        ([meter("1"), reading_type(), meter("1", "2", "back"), reading_type("back", flowDirection=19)], "Wh", 1),
        ([meter("1"), reading_type(), meter("1", "2", "gas"), reading_type("gas", **GAS)], "uom 0", 0),
        ([meter("1"), reading_type(uom="odd")], "uom 0", 0),
        ([point("2"), meter("2"), reading_type()], "uom 0", 0),
    ],
)
def test_a_bill_of_a_cost_alone_is_there(beside: list[str], unit: str, flow: int) -> None:
    [row] = rows(feed(point("1"), *beside, summary("1", **COST)), "summaries")
    assert (row["value"], row["cost"], row["unit"], row["flow"]) == (None, 45, unit, flow)
    assert (row["service"], row["starts_on"], row["quality"]) == (0, "2025-01-01", 0)


def test_a_bill_of_a_cost_alone_joins_delivered_energy() -> None:
    def used(number: str, kind: str, **more: Any) -> str:
        consumed = USED | {"readingTypeRef": reading_type(kind).partition('self" href="')[2].partition('"')[0]}
        return summary("1", number, billingPeriod=NEXT, **{LAST: consumed}, **more)

    types = [reading_type("out"), reading_type("back", flowDirection=19)]
    body = feed(point("1"), *types, used("1", "out"), used("2", "back"), summary("1", "3", **COST))
    assert [(row["flow"], row["value"]) for row in rows(body, "summaries")] == [(1, 300), (19, 300), (1, None)]


@given(order=st.permutations(["used", "cost", "used", "other", "more"]))
def test_summaries_of_one_period_lose_only_what_differs(order: list[str]) -> None:
    words: dict[str, Any] = {
        "used": {LAST: USED, "qualityOfReading": 8},
        "cost": {"billLastPeriod": 4_500_000, "currency": 840},
        "other": {LAST: USED | {"value": 9}},
        "more": {"billLastPeriod": 4_600_000, "currency": 840},
    }

    def total(names: list[str]) -> tuple[Any, Any]:
        odd, _ = bills(*(summary("1", str(n), billingPeriod=MONTH, **words[name]) for n, name in enumerate(names)))
        assert (odd["quality"], odd["currency_code"]) == (8, "USD")
        return odd["value"], odd["cost"]

    assert total(order) == (None, None)
    assert total([name for name in order if name not in ("other", "more")]) == (300, 45)
    assert total([name for name in order if name != "more"]) == (None, 45)
    assert total([name for name in order if name != "other"]) == (300, None)


def test_a_summary_that_bills_nothing_is_no_bill() -> None:
    assert len(bills(summary("1", currency=840))) == 1
    assert len(bills(summary("1", billLastPeriod=5))) == 2


async def test_unreadable_rows_stay_with_their_key(tmp_path: Path) -> None:
    place = msgspec.convert({"espi": {}, "items": "readings", "at": "{key}.xml"}, FilePlace)
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(0, 5), Read(ABSURD[0], 6)]))
    (tmp_path / "2.xml").write_bytes(usage("2", [Read(0, 7)]))
    source = FileSource("downloads", FileSettings(folder=str(tmp_path)))
    answers = await source.fetch(Batch(lookup(place), ("1", "2")))
    read = {key: [row.get(UNREADABLE, row.get("value")) for row in answer.rows] for key, answer in answers.items()
            if isinstance(answer, Answer)}  # fmt: skip
    assert read == {"1": [5, "a time is out of range"], "2": [7]}

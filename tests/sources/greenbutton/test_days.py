"""Days and billing periods of Green Button documents are those of their zone."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.green_button_documents import DAILY, HOST, Read, at, feed, point, reading_type, summary, usage

from gateway.sources.greenbutton.format import decoded
from gateway.sources.greenbutton.values import Espi

NEW_YORK = ZoneInfo("America/New_York")
HERE = Espi(zone=NEW_YORK.key)


def rows(body: bytes, espi: Espi = HERE) -> list[dict[str, Any]]:
    return list(decoded(body, espi)["readings"])


def midnight(*day: int) -> int:
    return int(datetime(*day, tzinfo=NEW_YORK).timestamp())  # type: ignore[arg-type,misc]  # three numbers


@pytest.mark.parametrize("day", [(2026, 3, 8), (2026, 3, 9), (2026, 11, 1), (2026, 11, 2)])
@pytest.mark.parametrize("nominal", [True, False])
def test_a_day_of_any_length_has_its_zones_date(
    day: tuple[int, int, int],
    nominal: bool,  # noqa: FBT001  # pytest names it
) -> None:
    begin = midnight(*day)
    lasts = 86400 if nominal else midnight(day[0], day[1], day[2] + 1) - begin
    [row] = rows(usage("1", [Read(begin, 1, lasts)], **DAILY))
    year, month, number = day
    assert (row["starts_on"], row["ends_on"]) == (
        f"{year}-{month:02}-{number:02}",
        f"{year}-{month:02}-{number + 1:02}",
    )
    assert (row["starts_at"], row["ends_at"], row["grain"]) == (begin, begin + lasts, "day")


def test_a_day_without_midnight_starts_at_its_first_moment() -> None:
    zone = ZoneInfo("America/Santiago")
    begin = int(datetime(2026, 9, 6, 4, tzinfo=ZoneInfo("UTC")).timestamp())  # 00:00 was skipped to 01:00
    [row] = rows(usage("1", [Read(begin, 1, 82800)], **DAILY), Espi(zone=zone.key))
    assert (row["starts_on"], row["ends_on"]) == ("2026-09-06", "2026-09-07")


def test_a_day_from_another_hour_keeps_its_hour() -> None:
    body = usage("1", [Read(midnight(2026, 6, 1) + 36000, 1, 86400)], **DAILY)
    assert rows(body)[0]["starts_on"] == "2026-06-01T10:00:00"
    assert rows(body, Espi())[0]["starts_on"] is None


def test_a_summary_has_the_totals_of_its_billing_period() -> None:
    begin = midnight(2026, 10, 5)
    words = {
        "billingPeriod": {"duration": 31 * 86400, "start": begin},
        "billLastPeriod": 8_412_345,
        "currency": 840,
        "overallConsumptionLastPeriod": {
            "powerOfTenMultiplier": 3, "uom": 72, "value": 512, "readingTypeRef": f"{HOST}/ReadingType/07",
        },
        "qualityOfReading": 17,
        "commodity": 1,
    }  # fmt: skip
    body = feed(point("1"), reading_type(), summary("1", **words), summary("1", "2", currency=840))
    document = decoded(body, Espi(zone=NEW_YORK.key, kilo=["Wh"]))
    assert document["readings"] == []
    assert document["summaries"] == [
        {
            "id": f"{at('1', '/DataCustodian/espi/1_1/resource')}/{begin}/{31 * 86400}/flow 1/uom 72",
            "asked": None,
            "usage_point": "1",
            "usage_point_path": at("1", "/DataCustodian/espi/1_1/resource"),
            "has_namesake": False,
            "service": 0,
            "starts_at": begin,
            "ends_at": begin + 31 * 86400,
            "duration": 31 * 86400,
            "starts_on": "2026-10-05",
            "ends_on": "2026-11-05",
            "value": Decimal(512),
            "unit": "kWh",
            "uom": 72,
            "flow": 1,
            "commodity": 1,
            "quality": 17,
            "cost": Decimal("84.12345"),
            "currency": 840,
            "currency_code": "USD",
        }
    ]
    older = feed(point("1"), summary("1", kind="ElectricPowerUsageSummary", **words))
    assert [row["flow"] for row in decoded(older, HERE)["summaries"]] == [0]


@pytest.mark.parametrize("updated", ["2026-11-15T06:00:00Z", "2026-11-16T06:00:00Z"])
def test_received_and_delivered_energy_are_two_summaries(updated: str) -> None:
    def told(number: str, kind: str, value: int) -> str:
        consumed = {"uom": 72, "value": value, "readingTypeRef": f"{HOST}/ReadingType/{kind}"}
        period = {"duration": 31 * 86400, "start": midnight(2026, 10, 5)}
        return summary("1", number, billingPeriod=period, overallConsumptionLastPeriod=consumed)

    types = reading_type("out"), reading_type("back", flowDirection=19)
    back = told("2", "back", 90).replace("2026-11-15T06:00:00Z", updated)
    summaries = decoded(feed(point("1"), *types, told("1", "out", 500), back), HERE)["summaries"]
    assert {(row["flow"], row["value"]) for row in summaries} == {(1, Decimal(500)), (19, Decimal(90))}

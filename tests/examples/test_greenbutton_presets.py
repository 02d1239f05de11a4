"""Catalogs for providers of Green Button documents are valid, and read documents of their kind."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from support.green_button_documents import MONTH, Read, block, feed, meter, point, reading_type, summary
from support.servers import live

from gateway.app import make_app
from gateway.config.settings import Config
from gateway.runtime import load_catalog

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "greenbutton"
PRESETS = ("bidgely", "nist", "opower", "sce", "utilityapi")
ENV = {"CIS_URL": "sqlite:///x", "METERS_URL": "http://127.0.0.1", "METERS_TOKEN": "x", "METERS_FOLDER": "x"}
QUERY = """query($by: UsageGranularity!, $range: DateRange!) { billingAccount(accountNumber: "A1") {
  usage(granularity: $by, range: $range) { unit flow total readings { ...Reading parts { ...Part } } }
} }
fragment Reading on UsageReading { start end value quality cost { amount } }
fragment Part on UsagePart { tier { code } timeOfUse { code } criticalPeak { code } value cost { amount } }"""


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_passes_the_check(name: str) -> None:
    env = {**os.environ, **ENV, "GATEWAY_CATALOG": str(EXAMPLES / f"{name}.toml")}
    command = [sys.executable, "-m", "gateway", "check"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=120)  # noqa: S603  # our own command
    assert (done.returncode, done.stderr) == (0, "")
    assert "no errors" in done.stdout


def test_every_preset_is_checked() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.toml")) == sorted((*PRESETS, "catalog"))


async def usage(preset: str, folder: Path, body: bytes, by: str, span: tuple[str, str]) -> Any:
    """The series that a preset makes of a document without a fault."""
    series, state = await usage_and_state(preset, folder, body, by, span)
    assert state == "OK"
    return series


async def usage_and_state(preset: str, folder: Path, body: bytes, by: str, span: tuple[str, str]) -> tuple[Any, str]:
    """The series that a preset makes of a document, and the state of its source."""
    (folder / "SP-1.xml").write_bytes(body)
    with closing(sqlite3.connect(folder / "cis.db")) as database:
        database.executescript((EXAMPLES / "cis.sql").read_text(encoding="utf-8"))
    now = datetime(2026, 11, 15, 12, tzinfo=ZoneInfo("America/New_York"))
    config = Config(catalog=EXAMPLES / f"{preset}.toml", now=now)
    env = ENV | {"CIS_URL": f"sqlite:///{folder / 'cis.db'}", "METERS_FOLDER": str(folder)}
    variables = {"by": by, "range": dict(zip(("since", "until"), span, strict=True))}
    async with (
        live(make_app(config, load_catalog(config, env))) as gateway,
        aiohttp.ClientSession(gateway) as http,
        http.post("/graphql", json={"query": QUERY, "variables": variables}) as response,
    ):
        answer = await response.json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["billingAccount"]["usage"], answer["extensions"]["sources"]["USAGE"]["state"]


async def test_months_of_opower_end_an_hour_off_midnight(tmp_path: Path) -> None:
    months = [Read(1_633_046_400, 40_000, 2_678_400), Read(1_635_724_800, 52_000, 2_595_600)]
    kind = reading_type(
        uom=169, powerOfTenMultiplier=-3, accumulationBehaviour=None, flowDirection=None, intervalLength=None
    )
    body = feed(point("NET_USAGE", 1), meter("NET_USAGE"), kind, block("NET_USAGE", months))
    [series] = await usage("opower", tmp_path, body, "BILL_PERIOD", ("2021-01-01", "2022-01-01"))
    assert [(each["start"][:10], each["end"][:10], each["value"]) for each in series["readings"]] == [
        ("2021-10-01", "2021-11-01", "40.000"),
        ("2021-11-01", "2021-12-01", "52.000"),
    ]


async def test_days_of_sce_are_sums_in_both_directions(tmp_path: Path) -> None:
    midnight = int(datetime(2026, 11, 1, tzinfo=ZoneInfo("America/New_York")).timestamp())
    hours = [Read(midnight + 3600 * n, 1_000, 3600) for n in range(25)]
    types = reading_type("out"), reading_type("back", flowDirection=19)
    meters = meter("1", "out", "out"), meter("1", "back", "back")
    body = feed(point("1"), *types, *meters, block("1", hours, "out"), block("1", hours[9:12], "back"))
    series = await usage("sce", tmp_path, body, "DAY", ("2026-11-01", "2026-11-01"))
    assert {each["flow"]: each["total"] for each in series} == {"DELIVERED": "25.000", "RECEIVED": "3.000"}


async def test_tiers_and_times_of_use_of_an_interval_are_told(tmp_path: Path) -> None:
    noon = int(datetime(2026, 11, 1, 12, tzinfo=ZoneInfo("America/New_York")).timestamp())
    tiers = [
        Read(noon, 700, 3600, cost=30_000, more={"consumptionTier": 1}),
        Read(noon, 300, 3600, more={"consumptionTier": 2}),
    ]
    times = [Read(noon, 1000, 3600, more={"tou": 3}), Read(noon + 3600, 500, 3600)]
    body = feed(point("1"), reading_type("out"), meter("1", "out", "out"), block("1", [*tiers, *times], "out"))
    span = ("2026-11-01", "2026-11-01")
    [series] = await usage("sce", tmp_path, body, "INTERVAL", span)
    divided, whole = series["readings"]
    parts = {"tier": None, "timeOfUse": None, "criticalPeak": None, "cost": None}
    assert (divided["value"], whole["value"], whole["parts"]) == ("1.000", "0.500", None)
    assert divided["parts"] == [
        parts | {"tier": {"code": "1"}, "value": "0.700", "cost": {"amount": "0.30000"}},
        parts | {"tier": {"code": "2"}, "value": "0.300"},
        parts | {"timeOfUse": {"code": "3"}, "value": "1.000"},
    ]
    (by_day := tmp_path / "by day").mkdir()
    [summed] = await usage("sce", by_day, body, "DAY", span)
    assert [(each["value"], each["parts"]) for each in summed["readings"]] == [("1.500", None)]


NOON = int(datetime(2026, 11, 1, 12, tzinfo=ZoneInfo("America/New_York")).timestamp())
HOURS = [Read(NOON + 3600 * n, 1_000, 3600) for n in range(3)]
KIND = point("1"), reading_type(), meter("1")


@pytest.mark.parametrize("odd", [Read(10**17, 1), Read(-(10**17), 1), Read("noon", 1), Read(None, 1)])
@pytest.mark.parametrize("by", ["INTERVAL", "HOUR", "DAY", "MONTH"])
async def test_an_absurd_reading_leaves_the_others(tmp_path: Path, odd: Read, by: str) -> None:
    body = feed(*KIND, block("1", [*HOURS, odd]))
    [series], state = await usage_and_state("sce", tmp_path, body, by, ("2026-11-01", "2026-11-02"))
    assert state == "PARTIAL"
    assert (series["unit"], series["total"]) == ("kWh", "3.000")


@pytest.mark.parametrize("lasts", [10**17, -900, "an hour"])
async def test_a_reading_of_an_absurd_duration_is_missing(tmp_path: Path, lasts: Any) -> None:
    body = feed(*KIND, block("1", [*HOURS, Read(NOON + 3 * 3600, 1, lasts)]))
    [series] = await usage("sce", tmp_path, body, "INTERVAL", ("2026-11-01", "2026-11-02"))
    assert [each["quality"] for each in series["readings"]] == ["ACTUAL", "ACTUAL", "ACTUAL", "MISSING"]


async def test_an_odd_register_leaves_the_others(tmp_path: Path) -> None:
    odd = reading_type("odd", powerOfTenMultiplier=99), meter("1", "odd", "odd"), block("1", HOURS, "odd")
    body = feed(*KIND, block("1", HOURS), *odd)
    [series], state = await usage_and_state("sce", tmp_path, body, "DAY", ("2026-11-01", "2026-11-02"))
    assert state == "PARTIAL"
    assert series["total"] == "3.000"


USED = {"uom": 72, "value": 300_000}
WINTER = ("2024-12-30", "2025-02-20")
BILL: dict[str, Any] = {"billingPeriod": MONTH, "billLastPeriod": 4_500_000, "currency": 840}


@pytest.mark.parametrize("period", [{"duration": 0}, {"duration": 10**17}, {"start": 10**17}, {"start": "May"}])
async def test_an_absurd_bill_leaves_the_others(tmp_path: Path, period: dict[str, Any]) -> None:
    odd = summary("1", "odd", **BILL | {"billingPeriod": MONTH | period})
    body = feed(point("1"), odd, summary("1", **BILL, overallConsumptionLastPeriod=USED))
    [series], state = await usage_and_state("bidgely", tmp_path, body, "BILL_PERIOD", WINTER)
    assert state == "PARTIAL"
    [reading] = series["readings"]
    assert (reading["value"], reading["quality"], reading["cost"]) == ("300.000", "ACTUAL", {"amount": "45.00000"})


async def test_a_bill_without_consumption_is_there(tmp_path: Path) -> None:
    body = feed(point("1"), summary("1", **BILL))
    [series] = await usage("bidgely", tmp_path, body, "BILL_PERIOD", WINTER)
    [reading] = series["readings"]
    assert (reading["start"][:10], reading["end"][:10]) == ("2025-01-01", "2025-02-01")
    assert (reading["value"], reading["quality"], reading["cost"]) == (None, "MISSING", {"amount": "45.00000"})


async def test_a_bill_without_a_currency_has_no_cost(tmp_path: Path) -> None:
    body = feed(point("1"), summary("1", **BILL | {"currency": None}, overallConsumptionLastPeriod=USED))
    [series] = await usage("bidgely", tmp_path, body, "BILL_PERIOD", WINTER)
    [reading] = series["readings"]
    assert (reading["value"], reading["cost"]) == ("300.000", None)


async def test_contradicting_bills_leave_the_hours(tmp_path: Path) -> None:
    bills = [summary("1", n, **BILL, overallConsumptionLastPeriod=USED | {"value": int(n)}) for n in ("1", "2")]
    body = feed(*KIND, block("1", HOURS), *bills)
    [series] = await usage("sce", tmp_path, body, "INTERVAL", ("2026-11-01", "2026-11-02"))
    assert series["total"] == "3.000"


@pytest.mark.parametrize("code", [0, 14, 17, 18, 19])
async def test_every_quality_of_actual_usage_is_a_value(tmp_path: Path, code: int) -> None:
    body = feed(*KIND, block("1", [replace(each, qualities=[code]) for each in HOURS]))
    [series] = await usage("sce", tmp_path, body, "INTERVAL", ("2026-11-01", "2026-11-02"))
    assert [(each["value"], each["quality"]) for each in series["readings"]] == [("1.000", "ACTUAL")] * 3


@pytest.mark.parametrize(("code", "flow"), [(1, "DELIVERED"), (19, "RECEIVED"), (20, "TOTAL"), (7, "OTHER")])
async def test_a_reading_of_any_flow_is_shown(tmp_path: Path, code: int, flow: str) -> None:
    body = feed(point("1"), reading_type(flowDirection=code), meter("1"), block("1", HOURS))
    [series] = await usage("sce", tmp_path, body, "INTERVAL", ("2026-11-01", "2026-11-02"))
    assert (series["flow"], series["total"]) == (flow, "3.000")


async def test_an_hour_with_two_values_is_missing_alone(tmp_path: Path) -> None:
    body = feed(*KIND, block("1", [*HOURS, replace(HOURS[1], value=7)]))
    [series] = await usage("sce", tmp_path, body, "INTERVAL", ("2026-11-01", "2026-11-02"))
    assert [each["quality"] for each in series["readings"]] == ["ACTUAL", "MISSING", "ACTUAL"]


@pytest.mark.parametrize("by", ["INTERVAL", "DAY"])
async def test_hours_beside_their_day_are_told_once(tmp_path: Path, by: str) -> None:
    midnight = int(datetime(2026, 11, 2, tzinfo=ZoneInfo("America/New_York")).timestamp())
    hours = [Read(midnight + 3600 * n, 1_000, 3600) for n in range(24)]
    day = reading_type("day", intervalLength=86400), meter("1", "day", "day")
    body = feed(*KIND, block("1", hours), *day, block("1", [Read(midnight, 24_000, 86400)], "day"))
    [series] = await usage("sce", tmp_path, body, by, ("2026-11-02", "2026-11-02"))
    assert (series["total"], len(series["readings"])) == ("24.000", 24 if by == "INTERVAL" else 1)

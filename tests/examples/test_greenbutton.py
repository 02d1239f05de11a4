"""Usage is read from Green Button documents, served and downloaded, by a catalog alone."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.green_button_service import FALL, LOST, NEW_YORK, TOKEN, Meters, download, seconds
from support.servers import live

from gateway.app import make_app
from gateway.catalog.loader import parse_catalog
from gateway.catalog.model import Catalog
from gateway.check import probe_sources
from gateway.config.settings import Config
from gateway.errors import ConfigError
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.runtime import load_catalog

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "greenbutton"
CATALOG = EXAMPLE / "catalog.toml"
QUERY = """query($account: String!, $by: UsageGranularity!, $range: DateRange) {
  billingAccount(accountNumber: $account) { usage(granularity: $by, range: $range) {
    serviceType unit flow total readings { start end value quality cost { amount currency } }
  } }
}"""
DAY = {"since": "2026-11-01", "until": "2026-11-01"}


@dataclass
class Utility:
    """The gateway of the example, its service, and its catalog."""

    http: aiohttp.ClientSession
    meters: Meters
    catalog: Catalog

    async def answer(self, by: str, span: dict[str, str] | None = None, account: str = "A1") -> Any:
        """The response about the usage of an account."""
        variables = {"account": account, "by": by, "range": span}
        async with self.http.post("/graphql", json={"query": QUERY, "variables": variables}) as response:
            return await response.json()

    async def usage(self, *arguments: Any) -> dict[tuple[str, str, str], Any]:
        """The series of an account by service, unit and flow, without errors."""
        body = await self.answer(*arguments)
        assert "errors" not in body, body["errors"]
        usages = body["data"]["billingAccount"]["usage"]
        return {(each["serviceType"], each["unit"], each["flow"]): each for each in usages}


@pytest.fixture
async def utility(tmp_path: Path) -> AsyncIterator[Utility]:
    with closing(sqlite3.connect(tmp_path / "cis.db")) as database:
        database.executescript((EXAMPLE / "cis.sql").read_text(encoding="utf-8"))
    download(tmp_path)
    config = Config(catalog=CATALOG, now=datetime(2026, 11, 15, 12, tzinfo=NEW_YORK))
    meters = Meters()
    async with live(meters.app()) as url:
        env = {"METERS_URL": f"{url}/espi", "METERS_TOKEN": TOKEN, "SUMMARIES_FOLDER": str(tmp_path)}
        catalog = load_catalog(config, env | {"CIS_URL": f"sqlite:///{tmp_path / 'cis.db'}"})
        async with live(make_app(config, catalog)) as gateway, aiohttp.ClientSession(gateway) as http:
            yield Utility(http, meters, catalog)


DELIVERED, RECEIVED = ("ELECTRIC", "kWh", "DELIVERED"), ("ELECTRIC", "kWh", "RECEIVED")
GAS = ("GAS", "therm", "DELIVERED")


def plain(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


async def test_registers_directions_and_services_are_separate_series(utility: Utility) -> None:
    series = await utility.usage("INTERVAL", DAY)
    assert set(series) == {DELIVERED, RECEIVED, GAS}
    assert [plain(each["value"]) for each in series[RECEIVED]["readings"]] == [Decimal("0.5")]
    assert plain(series[GAS]["total"]) == Decimal("1.75")
    assert sorted(utility.meters.requests) == ["SP-1", "SP-2"]


async def test_a_day_of_25_hours_keeps_them_and_shows_gaps(utility: Utility) -> None:
    hours = (await utility.usage("HOUR", DAY))[DELIVERED]["readings"]
    starts = [int(datetime.fromisoformat(each["start"]).timestamp()) for each in hours]
    assert starts == [seconds(*FALL, hours=n) for n in range(25)]
    readings = [(plain(each["value"]), each["quality"]) for each in hours]
    odd = {1: "ESTIMATED", 2: "EDITED", 3: "MISSING", LOST // 4: "MISSING"}
    assert readings == [(None if odd.get(n) == "MISSING" else Decimal(1), odd.get(n, "ACTUAL")) for n in range(25)]
    assert hours[0]["cost"] == {"amount": "0.03896", "currency": "USD"}


async def test_days_of_their_zone_add_up_to_months(utility: Utility) -> None:
    span = {"since": "2026-10-01", "until": "2026-11-13"}
    days = (await utility.usage("DAY", span))[DELIVERED]
    assert (len(days["readings"]), plain(days["total"])) == (44, Decimal(528))
    fall = days["readings"][31]
    assert (fall["start"], fall["end"]) == ("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00")
    months = (await utility.usage("MONTH", span))[DELIVERED]["readings"]
    assert plain(months[0]["value"]) == 31 * 12


async def test_billing_periods_come_from_the_file(utility: Utility) -> None:
    series = await utility.usage("BILL_PERIOD")
    readings = series[DELIVERED]["readings"]
    assert [(each["start"], each["end"], plain(each["value"]), each["cost"]["amount"]) for each in readings] == [
        ("2026-09-05T00:00:00-04:00", "2026-10-05T00:00:00-04:00", Decimal(301), "60.20000"),
        ("2026-10-05T00:00:00-04:00", "2026-11-05T00:00:00-05:00", Decimal(372), "74.40000"),
    ]
    assert utility.meters.requests == []


async def test_a_service_point_without_a_document_has_no_usage(utility: Utility) -> None:
    assert await utility.usage("DAY", None, "A2") == {}
    assert await utility.usage("BILL_PERIOD", None, "A2") == {}


async def test_a_service_that_is_down_costs_only_its_own_fields(utility: Utility) -> None:
    utility.meters.status = 503
    body = await utility.answer("DAY")
    assert body["data"]["billingAccount"]["usage"] is None
    assert {error["extensions"]["code"] for error in body["errors"]} == {"SOURCE_DOWN"}
    assert await utility.usage("BILL_PERIOD")


async def test_check_reads_sample_documents(utility: Utility) -> None:
    results = {each.lookup: each for each in await probe_sources(utility.catalog)}
    assert [each.error for each in results.values() if each.error] == []
    for record, source in {"IntervalUsage": "meters", "DailyUsage": "meters", "BilledUsage": "downloads"}.items():
        result = results[f"{record} by service_point_id"]
        assert (result.source, result.rows > 0) == (source, True)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('items    = "readings"', 'items    = "reads"', "items must be readings or summaries"),
        ('espi     = { kilo = ["Wh"] }', 'espi     = { kilo = ["MWh"] }', "kilo has unknown units: MWh"),
        ('espi     = { kilo = ["Wh"] }', "espi     = { killo = [] }", "espi.killo is an unknown word"),
        ('zone = "America/New_York" }    #', 'zone = "Mars" }    #', "Mars is not a time zone"),
        ('at                  = "{key}.xml"', 'at                  = "../{key}.xml"', "at must be a path"),
        ('folder   = "env:SUMMARIES_FOLDER"', 'folders  = "x"', "folders is an unknown word"),
        ('folder   = "env:SUMMARIES_FOLDER"', "", "the word folder is missing"),
    ],
)
def test_a_wrong_table_is_reported_with_its_line(right: str, wrong: str, sentence: str) -> None:
    text = CATALOG.read_text(encoding="utf-8")
    assert right in text
    env = {"CIS_URL": "sqlite:///x", "METERS_URL": "http://127.0.0.1", "METERS_TOKEN": "x"}
    with pytest.raises(ConfigError) as caught:
        parse_catalog(text.replace(right, wrong), env | {"SUMMARIES_FOLDER": "x"}, RECORDS, RELATIONS, name="c.toml")
    assert any(sentence in diagnostic and diagnostic.startswith("c.toml:") for diagnostic in caught.value.diagnostics)

"""The innermost zone counts for the rows, windows and bounds of a lookup."""

from zoneinfo import ZoneInfo

import pytest
from support.catalogs import catalog, catalog_errors

from gateway.contract.batch import Lookup
from gateway.sources.rest.place import RestPlace

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
SOURCE = '[sources.desk]\nkind = "rest"\nurl = "http://desk"\n'
REQUEST = """[records.ServiceRequest]
source = "desk"
by.id = { get = "/requests/{key}" }
by.account_id = { get = "/accounts/{key}", since = "from", time_format = "local" }
fields.id = "id"
fields.account_id = "account"
fields.request_number = "id"
fields.subject = "subject"
fields.state = "state"
fields.opened_at = { path = "opened", format = "local" }
"""
FILE = SOURCE + REQUEST
ZONES = {
    "at the source": (FILE.replace("url =", 'zone = "Europe/Berlin"\nurl ='), BERLIN),
    "at the record": (FILE.replace("by.id", 'zone = "Europe/Berlin"\nby.id'), BERLIN),
    "at both: the record's": (
        FILE.replace("url =", 'zone = "UTC"\nurl =').replace("by.id", 'zone = "Europe/Berlin"\nby.id'),
        BERLIN,
    ),
    "at the lookup": (
        FILE.replace("url =", 'zone = "Europe/Berlin"\nurl =').replace(
            'time_format = "local"', 'time_format = "local", zone = "America/New_York"'
        ),
        NEW_YORK,
    ),
}


def lookup(text: str, by: str = "account_id") -> Lookup:
    return catalog(text).entries["ServiceRequest", by].lookup


def place(text: str) -> RestPlace:
    rest_place = lookup(text).place
    assert isinstance(rest_place, RestPlace)
    return rest_place


@pytest.mark.parametrize("where", ZONES)
def test_the_innermost_zone_counts_for_bounds_and_windows(where: str) -> None:
    text, zone = ZONES[where]
    if where == "at the lookup":  # the other lookup has the source's zone
        assert lookup(text, "id").time is not None
    assert place(text).bound_format.zone == zone
    time = lookup(text).time
    assert time is not None
    assert time.format.zone == zone


def test_a_zone_in_defaults_counts_for_bounds_only() -> None:
    text = ZONES["at the source"][0].replace(
        '"/requests/{key}"', '"/requests/{key}", since = "from", time_format = "local"'
    )
    text = text.replace("by.id", 'defaults = { zone = "America/New_York" }\nby.id')
    assert place(text).bound_format.zone == NEW_YORK
    time = lookup(text).time
    assert time is not None
    assert time.format.zone == BERLIN


def test_day_bounds_without_a_zone_are_in_the_accounts_own() -> None:
    days = ZONES["at the source"][0].replace('time_format = "local"', 'time_format = "date"')
    assert place(days).bound_format.zone is None
    assert place(days.replace('"date"', '"date", zone = "America/New_York"')).bound_format.zone == NEW_YORK


def test_local_bounds_without_a_zone_are_refused() -> None:
    errors = catalog_errors(FILE.replace(', format = "local" }', " }"))
    assert any("needs a zone; name it" in error for error in errors)

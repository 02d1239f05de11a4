"""Whose wall clock a lookup's rows, windows and bounds are by: the innermost zone that is said."""

from zoneinfo import ZoneInfo

import pytest

from gateway.catalog.loader import parse_catalog
from gateway.contract.batch import Lookup
from gateway.errors import ConfigError
from gateway.resolvers.records import RECORDS, RELATIONS
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
SAID = {
    "at the source": (FILE.replace("url =", 'zone = "Europe/Berlin"\nurl ='), BERLIN),
    "at the record": (FILE.replace("by.id", 'zone = "Europe/Berlin"\nby.id'), BERLIN),
    "at both, the record's": (
        FILE.replace("url =", 'zone = "UTC"\nurl =').replace("by.id", 'zone = "Europe/Berlin"\nby.id'),
        BERLIN,
    ),
    "at the lookup, which counts": (
        FILE.replace("url =", 'zone = "Europe/Berlin"\nurl =').replace(
            'time_format = "local"', 'time_format = "local", zone = "America/New_York"'
        ),
        NEW_YORK,
    ),
}


def lookup(text: str, by: str = "account_id") -> Lookup:
    return (
        parse_catalog(text, {}, RECORDS, RELATIONS, name="catalog.toml").entries["ServiceRequest", by].lookup
    )


def place(text: str) -> RestPlace:
    found = lookup(text).place
    assert isinstance(found, RestPlace)
    return found


@pytest.mark.parametrize("where", SAID)
def test_local_bounds_are_by_the_innermost_zone(where: str) -> None:
    text, zone = SAID[where]
    if where.startswith("at the lookup"):  # the other lookup's rows have a zone, too: the source's
        assert lookup(text, "id").time is not None
    assert place(text).bound_format.zone == zone


@pytest.mark.parametrize("where", SAID)
def test_a_window_is_by_the_clock_that_rows_are_read_by(where: str) -> None:
    text, zone = SAID[where]
    time = lookup(text).time
    assert time is not None
    assert time.clock.zone == zone


def test_what_all_lookups_share_says_the_zone_of_the_bounds_alone() -> None:
    text = SAID["at the source"][0].replace(
        '"/requests/{key}"', '"/requests/{key}", since = "from", time_format = "local"'
    )
    asked = text.replace("by.id", 'defaults = { zone = "America/New_York" }\nby.id')
    found = lookup(asked)
    assert place(asked).bound_format.zone == NEW_YORK
    assert found.time is not None
    assert found.time.clock.zone == BERLIN


def test_days_are_the_accounts_own_where_the_lookup_says_no_zone() -> None:
    days = SAID["at the source"][0].replace('time_format = "local"', 'time_format = "date"')
    assert place(days).bound_format.zone is None
    assert place(days.replace('"date"', '"date", zone = "America/New_York"')).bound_format.zone == NEW_YORK


def test_bounds_without_any_zone_are_refused() -> None:
    with pytest.raises(ConfigError, match="needs a zone; name it"):
        lookup(FILE.replace(', format = "local" }', " }"))

"""Names in Redis are the same in every process for the same question, and for no other; none tells a key."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from support.cache.redis_servers import python

from gateway.cache.redis.keys import Names, fingerprint
from gateway.cache.store import CacheKey
from gateway.contract.batch import Lookup, TimeField
from gateway.contract.times import TimeFormat
from gateway.errors import ConfigError
from gateway.sources.rest.place import RestPlace
from gateway.sources.sql.place import SqlPlace
from gateway_demo.launch.launcher import CATALOG as DEMO

PLACE = RestPlace(
    get="/bills", keys="ids", time_format="local", zone="America/New_York", where={"a": 1, "b": "x"}
)
LOOKUP = Lookup(
    record="Bill",
    by="account_id",
    source="billing",
    place=PLACE,
    key=("account", "id"),
    id=("id",),
    time=TimeField(("at",), TimeFormat("local", ZoneInfo("America/New_York"))),
    columns=("id", "at"),
    optional_columns=("note",),
    paths=(("id",), ("at",)),
)
OTHERWISE = {
    "record": "Payment",
    "by": "id",
    "source": "archive",
    "place": RestPlace(get="/bills", keys="ids", time_format="local", zone="America/Chicago"),
    "key": ("account",),
    "id": ("number",),
    "time": TimeField(("at",), TimeFormat("local", ZoneInfo("America/Chicago"))),
    "columns": ("id",),
    "optional_paths": (),
    "paths": (("id",),),
    "key_format": "####",
    "parts": ("last_name",),
}
SAY_ALL = f"""
import re
from pathlib import Path
from gateway.catalog.loader import read
from gateway.cache.redis.keys import fingerprint, home
from gateway.resolvers.records import RECORDS, RELATIONS
text = Path({str(DEMO)!r}).read_text(encoding="utf-8")
env = dict.fromkeys(re.findall("env:([A-Z_]+)", text), "http://127.0.0.1:1")
env |= {{name: "sqlite:///x.db" for name in env if name.endswith("DSN")}}
catalog = read(text, env, RECORDS, RELATIONS)
homes = {{name: home(each.settings) for name, each in catalog.sources.items()}}
print(*[fingerprint(each.lookup, homes[each.lookup.source]) for each in catalog.entries.values()])
"""


def test_fingerprints_are_the_same_in_every_process():
    said = python(SAY_ALL, seed="1")
    assert said == python(SAY_ALL, seed="2")
    assert len(set(said.split())) == len(said.split()) > 50


@pytest.mark.parametrize("name", OTHERWISE)
def test_whatever_a_lookup_says_otherwise_its_fingerprint_is_another(name: str):
    assert fingerprint(LOOKUP) == fingerprint(replace(LOOKUP))
    assert fingerprint(LOOKUP) != fingerprint(replace(LOOKUP, **{name: OTHERWISE[name]}))


def test_every_field_of_a_lookup_is_looked_at():
    assert set(OTHERWISE) == set(Lookup.__dataclass_fields__)


def test_places_of_two_kinds_are_two_places():
    places = [SqlPlace(at="x"), SqlPlace(at="x", where={"a": "1"}), SqlPlace(at="x", where={"a": 1})]
    assert len({fingerprint(replace(LOOKUP, place=each)) for each in places}) == len(places)
    assert fingerprint(replace(LOOKUP, place={"at": "x"})) != fingerprint(
        replace(LOOKUP, place=SqlPlace(at="x"))
    )


def test_what_cannot_be_told_alike_in_every_process_has_no_fingerprint():
    with pytest.raises(NotImplementedError, match="function"):
        fingerprint(replace(LOOKUP, place=lambda: None))


def test_what_has_no_name_is_told_at_start_all_of_it_at_once():
    names, odd = Names(), [replace(LOOKUP, place=lambda: None, by=by) for by in ("id", "account_id")]
    with pytest.raises(ConfigError, match=r"Bill by id: .*\nBill by account_id: .*keep") as refused:
        names.learn([odd[0], LOOKUP, odd[1]])
    assert len(refused.value.diagnostics) == 2
    assert LOOKUP in names.known


def test_no_key_can_be_read_in_a_name():
    names = Names("c360")
    for key in ("Ada Lovelace", "555-0100", "4417-0000-0101", "\ud800"):
        place = CacheKey(LOOKUP, key)
        assert key not in names.value(place)
        assert key not in names.claim(place)
        assert names.value(place) == Names("c360").value(CacheKey(replace(LOOKUP), key))

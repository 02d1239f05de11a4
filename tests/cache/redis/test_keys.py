"""Names in Redis: the same in every process for the same key of the same lookup, and unreadable."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from support.cache.redis_servers import python

from gateway.cache.entries import CacheKey
from gateway.cache.redis.keys import RedisKeys, fingerprint
from gateway.contract.batch import Lookup, TimeField
from gateway.contract.times import TimeFormat
from gateway.errors import ConfigError
from gateway.resolvers.search.normalize import SPELLINGS
from gateway.sources.rest.place import RestPlace
from gateway.sources.sql.place import SqlPlace
from gateway_demo.launch.launcher import CATALOG as DEMO

PLACE = RestPlace(get="/bills", keys="ids", time_format="local", zone="America/New_York", where={"a": 1, "b": "x"})
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
OTHER = {
    "record": "Payment",
    "by": "id",
    "source": "archive",
    "place": RestPlace(get="/bills", keys="ids", time_format="local", zone="America/Chicago"),
    "key": ("account",),
    "id": ("number",),
    "time": TimeField(("at",), TimeFormat("local", ZoneInfo("America/Chicago"))),
    "columns": ("id",),
    "optional_columns": (),
    "paths": (("id",),),
    "key_format": "####",
    "spelling": SPELLINGS["phone"],
    "unique": True,
}
PRINT_ALL = f"""
import re
from pathlib import Path
from gateway.catalog.loader import parse_catalog
from gateway.cache.redis.keys import fingerprint, source_identity
from gateway.resolvers.records import RECORDS, RELATIONS
text = Path({str(DEMO)!r}).read_text(encoding="utf-8")
env = dict.fromkeys(re.findall("env:([A-Z_]+)", text), "http://127.0.0.1:1")
env |= {{name: "sqlite:///x.db" for name in env if name.endswith("DSN")}}
env |= {{name: "x" for name in env if not name.endswith(("URL", "DSN"))}}
catalog = parse_catalog(text, env, RECORDS, RELATIONS)
identities = {{name: source_identity(each.settings) for name, each in catalog.sources.items()}}
print(*[fingerprint(each.lookup, identities[each.lookup.source]) for each in catalog.entries.values()])
"""


def test_fingerprints_are_the_same_in_every_process():
    fingerprints = python(PRINT_ALL, seed="1")
    assert fingerprints == python(PRINT_ALL, seed="2")
    assert len(set(fingerprints.split())) == len(fingerprints.split()) > 50


@pytest.mark.parametrize("name", OTHER)
def test_a_lookup_with_any_other_field_has_another_fingerprint(name: str):
    assert fingerprint(LOOKUP) == fingerprint(replace(LOOKUP))
    assert fingerprint(LOOKUP) != fingerprint(replace(LOOKUP, **{name: OTHER[name]}))


def test_the_fields_above_are_all_fields_of_a_lookup():
    assert set(OTHER) == set(Lookup.__dataclass_fields__)


def test_places_of_two_kinds_have_two_fingerprints():
    places = [SqlPlace(at="x"), SqlPlace(at="x", where={"a": "1"}), SqlPlace(at="x", where={"a": 1})]
    assert len({fingerprint(replace(LOOKUP, place=each)) for each in places}) == len(places)
    sql, plain = (replace(LOOKUP, place=each) for each in (SqlPlace(at="x"), {"at": "x"}))
    assert fingerprint(plain) != fingerprint(sql)


def test_a_place_that_differs_between_processes_has_no_fingerprint():
    with pytest.raises(NotImplementedError, match="function"):
        fingerprint(replace(LOOKUP, place=lambda: None))


def test_all_lookups_without_a_fingerprint_are_refused_at_start():
    keys, odd = RedisKeys(), [replace(LOOKUP, place=lambda: None, by=by) for by in ("id", "account_id")]
    with pytest.raises(ConfigError, match=r"Bill by id: .*\nBill by account_id: .*cache") as refused:
        keys.prepare([odd[0], LOOKUP, odd[1]])
    assert len(refused.value.diagnostics) == 2
    assert LOOKUP in keys.fingerprints


def test_no_name_shows_a_key():
    keys = RedisKeys("c360")
    for key in ("Ada Lovelace", "555-0100", "4417-0000-0101", "\ud800"):
        cache_key = CacheKey(LOOKUP, key)
        assert not any(key in name for name in (keys.value(cache_key), keys.lock(cache_key), keys.tag(key)))
        assert key not in repr(cache_key)
        assert keys.value(cache_key) == RedisKeys("c360").value(CacheKey(replace(LOOKUP), key))

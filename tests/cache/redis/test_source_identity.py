"""Two utilities that share a Redis do not read each other's rows."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from gateway.cache.entries import CacheKey
from gateway.cache.redis.keys import RedisKeys, source_identity
from gateway.contract.batch import Lookup, Password
from gateway.sources.files.source import FileSettings
from gateway.sources.graphql.source import GraphqlSettings
from gateway.sources.http.auth import AnyAuth, BasicAuth, ClientCertificate, ClientCredentials, HeaderAuth
from gateway.sources.kinds import KINDS
from gateway.sources.memory import MemorySettings
from gateway.sources.rest.source import RestSettings
from gateway.sources.sql.place import SqlSettings

HTTP = {
    "url": "https://b.example",
    "timeout": 1.0,
    "keys_per_call": 7,
    "max_concurrent_calls": 7,
    "max_bytes": 7,
    "headers": {"X-Tenant": "b"},
    "auth": HeaderAuth("X-Api-Key", "b"),
    "ca_file": "b.pem",
    "probe": "b",
}
OAUTH = ClientCredentials("https://a.example/token", "a", "secret", "read")
# One of each class, and another value for each of its fields.
OTHER: list[tuple[msgspec.Struct, dict[str, Any]]] = [
    (RestSettings(url="https://a.example", headers={"X-Tenant": "a"}), HTTP),
    (GraphqlSettings(url="https://a.example"), HTTP),
    (
        SqlSettings("postgresql://a:word@db:5432/a"),
        {
            "url": "postgresql://b:word@db:5432/a",
            "schema": "b",
            "timeout": 1.0,
            "keys_per_call": 7,
            "pool_size": 7,
            "max_idle": 7.0,
        },
    ),
    (FileSettings(folder="a"), {"folder": "b", "timeout": 1.0, "max_bytes": 7, "probe": "b"}),
    (MemorySettings({"T": [{"id": "a"}]}), {"tables": {"T": [{"id": "b"}]}}),
    (HeaderAuth("X-Api-Key", "a"), {"name": "X-Key", "value": "b"}),
    (BasicAuth("a", "word"), {"user": "b", "password": "new"}),
    (
        OAUTH,
        {
            "token_url": "https://b.example/token",
            "client_id": "b",
            "client_secret": "new",
            "scope": "write",
            "secret_in_form": True,
        },
    ),
    (ClientCertificate("a.pem", "a.key"), {"cert_file": "b.pem", "key_file": "b.key"}),
]
FIELDS = [(here, name) for here, others in OTHER for name in others]
AUTH = get_args(AnyAuth)
PASSWORDS = {"password", "client_secret"}
SECRET_WORDS = re.compile("pass|secret|credential|token$")


def settings(part: msgspec.Struct) -> msgspec.Struct:
    """The settings of a source with this login, or the settings themselves."""
    return RestSettings(url="https://a.example", auth=part) if isinstance(part, AUTH) else part


@pytest.mark.parametrize(("here", "name"), FIELDS, ids=[f"{type(each).__name__}-{name}" for each, name in FIELDS])
def test_a_source_with_any_other_setting_has_another_identity(here: msgspec.Struct, name: str):
    value = next(others for each, others in OTHER if each is here)[name]
    there = msgspec.structs.replace(here, **{name: value})
    assert there != here
    same = name in PASSWORDS  # it only proves who logs in, which stands beside it
    assert (source_identity(settings(here)) == source_identity(settings(there))) is same


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_of_every_kind_is_tried_above(kind: str):
    (others,) = [others for here, others in OTHER if type(here) is KINDS[kind].settings]
    assert set(others) == set(KINDS[kind].settings.__struct_fields__)  # type: ignore[attr-defined]


def test_every_field_of_every_login_is_tried_above():
    fields = {type(here): set(others) for here, others in OTHER}
    for each in AUTH:
        assert fields[each] == set(each.__struct_fields__)


def structs_in(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    """The classes of settings in an annotation, and in their fields."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield annotation
        for field in msgspec.structs.fields(annotation):
            yield from structs_in(field.type)
    for part in get_args(annotation):
        yield from structs_in(part)


@pytest.mark.parametrize("kind", KINDS)
def test_every_secret_of_every_kind_is_marked_as_a_password(kind: str):
    fields = [field for each in structs_in(KINDS[kind].settings) for field in msgspec.structs.fields(each)]
    secrets = {field.name for field in fields if SECRET_WORDS.search(field.name) and field.type is not bool}
    assert secrets == {field.name for field in fields if Password in (field.type, *get_args(field.type))}
    assert secrets == (PASSWORDS if kind in ("rest", "graphql") else set())


DATABASE = "postgresql://a:word@db:5432/a"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://a:word@db2:5432/a",
        "postgresql://a:word@db:5433/a",
        "postgresql://a:word@db:5432/b",
        "postgresql://a:word@db:5432/a?options=b",
        "sqlite:///a",
    ],
)
def test_every_part_of_a_url_counts(url: str):
    assert source_identity(SqlSettings(DATABASE)) != source_identity(SqlSettings(url))


def test_a_new_password_in_a_url_leaves_the_identity():
    assert source_identity(SqlSettings(DATABASE)) == source_identity(SqlSettings(DATABASE.replace("word", "new")))


def test_two_kinds_at_one_url_have_two_identities():
    url = "https://a.example"
    assert source_identity(RestSettings(url=url)) != source_identity(GraphqlSettings(url=url))


def test_a_relative_path_is_another_source_in_another_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sources = [FileSettings(folder="documents"), SqlSettings("sqlite:///utility.db")]
    here = [source_identity(each) for each in sources]
    monkeypatch.chdir(tmp_path)
    assert not set(here) & {source_identity(each) for each in sources}


def test_an_identity_shows_no_setting():
    identity = source_identity(RestSettings(url="https://a.example", headers={"X-Tenant": "ada"}, auth=OAUTH))
    assert len(identity) == 32
    assert set(identity) <= set("0123456789abcdef")


def test_one_key_has_a_name_for_each_identity():
    key = CacheKey(Lookup("Bill", "account_id", "billing", "bills", None, None), "A1")
    tenants = [RestSettings(url="https://a.example", headers={"X-Tenant": each}) for each in "aab"]
    names = [RedisKeys(identities={"billing": source_identity(each)}).value(key) for each in tenants]
    assert names[0] == names[1] != names[2]

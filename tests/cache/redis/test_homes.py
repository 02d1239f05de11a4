"""Whatever two utilities say otherwise of a source, in one Redis they do not read each other's rows."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.cache.redis.keys import SECRETS, Names, source_identity
from gateway.cache.store import CacheKey
from gateway.contract.batch import Lookup
from gateway.sources.files.source import FileSettings
from gateway.sources.graphql.source import GraphqlSettings
from gateway.sources.http.auth import BasicAuth, ClientCertificate, ClientCredentials, HeaderAuth
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
# One of each class, and what each of its fields may say otherwise.
OTHERWISE: list[tuple[msgspec.Struct, dict[str, Any]]] = [
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
SAID = [(here, name) for here, others in OTHERWISE for name in others]


def settings(said: msgspec.Struct) -> msgspec.Struct:
    """As a source has it: a login stands in its settings."""
    in_login = isinstance(said, HeaderAuth | BasicAuth | ClientCredentials | ClientCertificate)
    return RestSettings(url="https://a.example", auth=said) if in_login else said


@pytest.mark.parametrize(("here", "name"), SAID, ids=[f"{type(each).__name__}-{name}" for each, name in SAID])
def test_whatever_is_said_otherwise_of_a_source_it_has_another_home(here: msgspec.Struct, name: str):
    said = next(others for each, others in OTHERWISE if each is here)[name]
    there = msgspec.structs.replace(here, **{name: said})
    assert there != here
    same = name in SECRETS  # it only proves who asks, which stands beside it
    assert (source_identity(settings(here)) == source_identity(settings(there))) is same


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_is_looked_at(kind: str):
    (others,) = [others for here, others in OTHERWISE if type(here) is KINDS[kind].settings]
    assert set(others) == set(KINDS[kind].settings.__struct_fields__)  # type: ignore[attr-defined]


def test_every_field_of_every_login_is_looked_at():
    logins = {type(here): set(others) for here, others in OTHERWISE}
    for each in (HeaderAuth, BasicAuth, ClientCredentials, ClientCertificate):
        assert logins[each] == set(each.__struct_fields__)


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
def test_every_part_of_an_address_counts(url: str):
    assert source_identity(SqlSettings("postgresql://a:word@db:5432/a")) != source_identity(SqlSettings(url))


def test_a_new_password_in_an_address_is_no_other_home():
    assert source_identity(SqlSettings("postgresql://a:old@db/a")) == source_identity(
        SqlSettings("postgresql://a:new@db/a")
    )


def test_two_kinds_at_one_address_are_two_homes():
    assert source_identity(RestSettings(url="https://a.example")) != source_identity(
        GraphqlSettings(url="https://a.example")
    )


def test_the_same_word_in_another_directory_is_another_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    said = [FileSettings(folder="documents"), SqlSettings("sqlite:///utility.db")]
    here = [source_identity(each) for each in said]
    monkeypatch.chdir(tmp_path)
    assert not set(here) & {source_identity(each) for each in said}


def test_nothing_of_the_settings_can_be_read_in_a_home():
    told = source_identity(RestSettings(url="https://a.example", headers={"X-Tenant": "ada"}, auth=OAUTH))
    assert len(told) == 32
    assert set(told) <= set("0123456789abcdef")


def test_the_same_key_of_the_same_lookup_has_another_name_in_another_home():
    place = CacheKey(Lookup("Bill", "account_id", "billing", "bills", None, None), "A1")
    tenants = [RestSettings(url="https://a.example", headers={"X-Tenant": each}) for each in "aab"]
    names = [Names(homes={"billing": source_identity(each)}).value(place) for each in tenants]
    assert names[0] == names[1] != names[2]

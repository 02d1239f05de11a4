"""Where Redis is: what may be said, what is made of it, and that its password is never shown."""

import pytest
from redis.asyncio import SSLConnection

from gateway.cache.redis.client import redis_backend
from gateway.config.settings import from_environment
from gateway.config.urls import REDIS_OPTIONS
from gateway.errors import ConfigError

SECRET = "s3cret/word"  # noqa: S105  # none


def said(url: str) -> str | None:
    return from_environment({"GATEWAY_CATALOG": "catalog.toml", "GATEWAY_REDIS_URL": url}).redis_url


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://[::1]:6380/15",
        "rediss://user:p%2Fw@redis.example:6380/0?ssl_ca_certs=ca.pem",
        "rediss://h?ssl_certfile=us.pem&ssl_keyfile=us.key&ssl_cert_reqs=required",
    ],
)
def test_an_address_of_redis_is_taken_as_it_is(url: str):
    assert said(url) == url


def test_without_an_address_each_gateway_has_its_memory():
    assert said("") is None
    assert from_environment({"GATEWAY_CATALOG": "catalog.toml"}).redis_url is None


@pytest.mark.parametrize(
    "url",
    [
        "localhost:6379",
        f"http://u:{SECRET}@h",
        "redis://",
        "redis://h:99999",
        "redis://h:0",
        "redis://h/x",
        "redis://h/0/1",
        f"redis://u:{SECRET}@h:x",
        "redis://h?ssl_ca_certs=ca.pem",
        "redis://h?timeout=9",
        "rediss://h?timeout=9",
        "rediss://h?ssl_bogus=1",
        "rediss://h?ssl_ca_certs",
        "rediss://h?ssl_ca_certs=",
        "rediss://h?ssl_cert_reqs=maybe",
        f"rediss://h?ssl_ca_certs=ca.pem&password={SECRET}",
    ],
)
def test_anything_else_is_refused_at_start_and_not_repeated(url: str):
    with pytest.raises(ConfigError, match="GATEWAY_REDIS_URL must be a URL") as refused:
        said(url)
    assert "cret" not in str(refused.value)


def test_a_configuration_does_not_show_the_password_of_redis():
    config = from_environment({"GATEWAY_CATALOG": "c.toml", "GATEWAY_REDIS_URL": f"redis://u:{SECRET[:6]}@h"})
    assert SECRET[:6] not in repr(config)


def test_whoever_is_refused_is_told_what_is_possible():
    with pytest.raises(ConfigError) as refused:
        said("rediss://h?ssl_bogus=1")
    assert all(name in str(refused.value) for name in REDIS_OPTIONS)


@pytest.mark.parametrize("name", REDIS_OPTIONS)
async def test_whatever_is_possible_the_driver_takes(name: str):
    value = "none" if name == "ssl_cert_reqs" else "some.pem"
    pool = redis_backend(f"rediss://h?{name}={value}", 0.5).client.connection_pool
    assert pool.connection_kwargs[name] == value
    pool.make_connection()  # which refuses words that it does not know


async def test_the_driver_is_told_what_the_address_says():
    url = "rediss://ada:p%2Fw@redis.example:6380/3?ssl_ca_certs=ca.pem&decode_responses=1"
    pool = redis_backend(url, 0.5).client.connection_pool
    told = pool.connection_kwargs
    assert (told["host"], told["port"], told["db"]) == ("redis.example", 6380, 3)
    assert (told["username"], told["password"]) == ("ada", "p/w")
    assert (told["ssl_ca_certs"], told["decode_responses"]) == ("ca.pem", False)
    assert pool.connection_class is SSLConnection


async def test_what_an_address_leaves_out_is_as_usual():
    pool = redis_backend("redis://redis.example", 0.5).client.connection_pool
    told = pool.connection_kwargs
    assert (told["host"], told["port"], told["db"]) == ("redis.example", 6379, 0)
    assert pool.connection_class is not SSLConnection

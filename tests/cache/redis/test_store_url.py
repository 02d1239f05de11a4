"""The URL of Redis: which are valid, what the driver gets, and that no password is shown."""

import pytest
from redis.asyncio import SSLConnection

from gateway.cache.redis.store import redis_backend
from gateway.config.settings import REDIS_OPTIONS, from_environment
from gateway.errors import ConfigError

SECRET = "s3cret/word"  # noqa: S105  # none


def redis_url(url: str) -> str | None:
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
def test_a_valid_url_is_kept_as_it_is(url: str):
    assert redis_url(url) == url


def test_without_a_url_there_is_no_redis():
    assert redis_url("") is None
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
def test_any_other_url_is_refused_and_not_repeated(url: str):
    with pytest.raises(ConfigError, match="GATEWAY_REDIS_URL must be a URL") as refused:
        redis_url(url)
    assert "cret" not in str(refused.value)


def test_the_repr_of_a_configuration_shows_no_password():
    config = from_environment({"GATEWAY_CATALOG": "c.toml", "GATEWAY_REDIS_URL": f"redis://u:{SECRET[:6]}@h"})
    assert SECRET[:6] not in repr(config)


def test_a_refusal_names_the_possible_options():
    with pytest.raises(ConfigError) as refused:
        redis_url("rediss://h?ssl_bogus=1")
    assert all(name in str(refused.value) for name in REDIS_OPTIONS)


@pytest.mark.parametrize("name", REDIS_OPTIONS)
async def test_the_driver_takes_every_possible_option(name: str):
    value = "none" if name == "ssl_cert_reqs" else "some.pem"
    pool = redis_backend(f"rediss://h?{name}={value}", 0.5).client.connection_pool
    assert pool.connection_kwargs[name] == value
    pool.make_connection()  # the driver refuses unknown options


async def test_the_driver_gets_every_part_of_the_url():
    url = "rediss://ada:p%2Fw@redis.example:6380/3?ssl_ca_certs=ca.pem&decode_responses=1"
    pool = redis_backend(url, 0.5).client.connection_pool
    options = pool.connection_kwargs
    assert (options["host"], options["port"], options["db"]) == ("redis.example", 6380, 3)
    assert (options["username"], options["password"]) == ("ada", "p/w")
    assert (options["ssl_ca_certs"], options["decode_responses"]) == ("ca.pem", False)
    assert pool.connection_class is SSLConnection


async def test_parts_that_a_url_leaves_out_have_defaults():
    pool = redis_backend("redis://redis.example", 0.5).client.connection_pool
    options = pool.connection_kwargs
    assert (options["host"], options["port"], options["db"]) == ("redis.example", 6379, 0)
    assert pool.connection_class is not SSLConnection

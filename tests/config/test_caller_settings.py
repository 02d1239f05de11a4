"""Settings of callers: an open gateway stays on this machine, and half a configuration is refused."""

import pytest

from gateway.config.settings import from_environment
from gateway.errors import ConfigError

TOKENS = {
    "GATEWAY_TOKEN_KEYS": "https://login.example/jwks",
    "GATEWAY_TOKEN_ISSUER": "https://login.example",
    "GATEWAY_TOKEN_AUDIENCE": "customer-360",
}


def errors(**environment: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as raised:
        from_environment({"GATEWAY_CATALOG": "catalog.toml", **environment})
    return raised.value.diagnostics


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_without_callers_the_gateway_listens_on_loopback(host: str) -> None:
    assert from_environment({"GATEWAY_CATALOG": "catalog.toml", "HOST": host}).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "gateway.example", ""])  # noqa: S104
def test_without_callers_it_listens_nowhere_else(host: str) -> None:
    [error] = errors(HOST=host)
    mend = "set GATEWAY_TOKEN_KEYS or GATEWAY_STORE, or listen on 127.0.0.1"
    assert error == f"HOST is {host}, but no callers are configured: {mend}."


@pytest.mark.parametrize("callers", [TOKENS, {"GATEWAY_STORE": "store.db"}], ids=["tokens", "keys"])
def test_with_callers_it_listens_anywhere(callers: dict[str, str]) -> None:
    config = from_environment({"GATEWAY_CATALOG": "catalog.toml", "HOST": "0.0.0.0", **callers})  # noqa: S104
    assert config.callers.are_configured


def test_the_local_agent_stays_on_loopback() -> None:
    [error] = errors(HOST="0.0.0.0", GATEWAY_LOCAL_AGENT="on", **TOKENS)  # noqa: S104
    assert error == "HOST is 0.0.0.0, but GATEWAY_LOCAL_AGENT is for loopback only."


@pytest.mark.parametrize("missing", ["GATEWAY_TOKEN_ISSUER", "GATEWAY_TOKEN_AUDIENCE"])
def test_tokens_need_an_issuer_and_an_audience(missing: str) -> None:
    [error] = errors(**{name: value for name, value in TOKENS.items() if name != missing})
    assert error == "GATEWAY_TOKEN_KEYS needs GATEWAY_TOKEN_ISSUER and GATEWAY_TOKEN_AUDIENCE."


@pytest.mark.parametrize("name", ["GATEWAY_TOKEN_ISSUER", "GATEWAY_TOKEN_ACCOUNTS", "GATEWAY_TOKEN_CUSTOMERS"])
def test_settings_of_tokens_need_their_keys(name: str) -> None:
    [error] = errors(**{name: "name"})
    assert error == "GATEWAY_TOKEN_KEYS is not set, but a setting of tokens is."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_TOKEN_KEYS", "http://login.example/jwks"),
        ("GATEWAY_TOKEN_KEYS", "ftp://login.example/jwks"),
        ("GATEWAY_TOKEN_KEYS", "https://user:secret@login.example/jwks"),
        ("GATEWAY_TOKEN_KEYS", "https:///jwks"),
        ("GATEWAY_TOKEN_ALGORITHMS", "none"),
        ("GATEWAY_TOKEN_ALGORITHMS", "RS256,HS256"),
        ("GATEWAY_TOKEN_LEEWAY", "301"),
        ("GATEWAY_STORE", "mysql://user@host/store"),
        ("GATEWAY_STORE", "redis://host"),
        ("GATEWAY_KEYS_STALE", "86401"),
        ("GATEWAY_LOCAL_AGENT", "yes"),
    ],
)
def test_unsafe_values_are_refused(name: str, value: str) -> None:
    assert all(error.startswith(name) for error in errors(**{**TOKENS, name: value}))


@pytest.mark.parametrize("keys", ["http://127.0.0.1:9/jwks", "http://localhost:9/jwks", "keys/jwks.json"])
def test_keys_may_come_from_this_machine(keys: str) -> None:
    environment = {"GATEWAY_CATALOG": "catalog.toml", **TOKENS, "GATEWAY_TOKEN_KEYS": keys}
    assert from_environment(environment).callers.token_keys == keys

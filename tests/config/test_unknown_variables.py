"""A variable written like the gateway's that nobody reads is refused, and the one that is meant is named."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.check_command import SERVICE, check

from gateway.config.settings import Config, from_environment
from gateway.config.unknown_variables import RecordingEnvironment
from gateway.errors import ConfigError

CHINOOK = Path(__file__).parent.parent.parent / "examples" / "chinook" / "catalog.toml"
SECRET = "hunter2"  # noqa: S105  # of this test


def complaints(env: dict[str, str], catalog: str | Path = CHINOOK) -> tuple[str, ...]:
    """What is wrong with an environment."""
    try:
        from_environment({"GATEWAY_CATALOG": str(catalog), **env})
    except ConfigError as error:
        return error.diagnostics
    return ()


MEANT = {
    "GATEWAY_DEADLINE": "GATEWAY_DEADLINE_MS",
    "GATEWAY_DEADLINE_SM": "GATEWAY_DEADLINE_MS",
    "GATEWAY_CATALOGUE": "GATEWAY_CATALOG",
    "GATEWAY_REDIS_URL": "GATEWAY_REDIS",
    "GATEWAY_SLOW": "GATEWAY_SLOW_MS",
    "GATEWAY_EVENT_SECRET": "GATEWAY_EVENTS_SECRET",
    "GATEWAY_log": "GATEWAY_LOG",
    "GATEWAY_HOST": "HOST",
    "GATEWAY_PORT": "PORT",
    "GATEWAY_OTEL_TRACES_EXPORTER": "OTEL_TRACES_EXPORTER",
}


@pytest.mark.parametrize("name", MEANT)
def test_a_misspelt_variable_is_told_with_the_one_that_is_meant_and_never_with_its_value(name: str) -> None:
    assert complaints({name: SECRET}) == (f"{name} is no variable of the gateway. Is {MEANT[name]} meant?",)


def test_all_that_are_misspelt_are_told_at_once_beside_all_else_that_is_wrong() -> None:
    wrong = {"PORT": "http", "GATEWAY_DEADLINE": "1", "GATEWAY_CACHE": "", "GATEWAY_": "1"}
    assert [each.split()[0] for each in complaints(wrong)] == [
        "PORT",
        "GATEWAY_",
        "GATEWAY_CACHE",
        "GATEWAY_DEADLINE",
    ]


def test_without_a_catalog_what_is_misspelt_is_told_too() -> None:
    with pytest.raises(ConfigError) as caught:
        from_environment({"GATEWAY_CATALOGUE": "catalog.toml"})
    assert caught.value.diagnostics == (
        "GATEWAY_CATALOG is not set: the path of the catalog file.",
        "GATEWAY_CATALOGUE is no variable of the gateway. Is GATEWAY_CATALOG meant?",
    )


def test_every_variable_that_is_read_is_known() -> None:
    read = re.findall(r'"(GATEWAY_[A-Z_]+)"', inspect.getsource(from_environment))
    assert len(read) > 15
    assert not [each for each in complaints(dict.fromkeys(read, "?")) if "is no variable" in each]


OTHERS = {
    "GATEWAY_TEST_REDIS": "redis://127.0.0.1:6379/15",
    "GATEWAY_TEST_POSTGRES": "postgresql://postgres@127.0.0.1:5432/test",
    "GATEWAY_FAULTS": "all",
    # of a service of Kubernetes, and of one beside it, that are called "gateway" and "gateway-redis"
    "GATEWAY_SERVICE_HOST": "10.0.0.11",
    "GATEWAY_SERVICE_PORT": "8000",
    "GATEWAY_SERVICE_PORT_HTTP": "8000",
    "GATEWAY_PORT": "tcp://10.0.0.11:8000",
    "GATEWAY_PORT_8000_TCP": "tcp://10.0.0.11:8000",
    "GATEWAY_PORT_8000_TCP_PROTO": "tcp",
    "GATEWAY_PORT_8000_TCP_PORT": "8000",
    "GATEWAY_PORT_8000_TCP_ADDR": "10.0.0.11",
    "GATEWAY_REDIS_SERVICE_HOST": "10.0.0.12",
    "GATEWAY_REDIS_PORT": "tcp://10.0.0.12:6379",
    "GATEWAY_REDIS_PORT_6379_TCP_ADDR": "10.0.0.12",
    # as nobody who means the gateway writes them
    "gateway_deadline": "1",
    "MY_GATEWAY_DEADLINE": "1",
    "GATEWAYS": "1",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_others_call_by_such_names_is_theirs(name: str) -> None:
    assert complaints({name: OTHERS[name]}) == ()


def test_what_the_catalog_names_is_known(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.toml"
    catalog.write_text("url = \"env:GATEWAY_CRM_URL\"\nlogin = { secret = 'env:GATEWAY_CRM_SECRET' }")
    env = {"GATEWAY_CRM_URL": "http://crm", "GATEWAY_CRM_SECRET": SECRET}
    assert complaints(env, catalog) == ()
    assert [each.split()[0] for each in complaints({**env, "GATEWAY_CRM": "1"}, catalog)] == ["GATEWAY_CRM"]


@pytest.mark.parametrize("text", ['url = "env:GATEWAY_CRM_URL', 'url = "env:GATEWAY_CRM_URL"\n[url'])
def test_a_catalog_that_is_no_toml_is_not_made_worse_by_what_it_names(tmp_path: Path, text: str) -> None:
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(text)
    assert complaints({"GATEWAY_CRM_URL": "http://crm"}, catalog) == ()


def test_where_the_catalog_cannot_be_read_that_is_said_instead(tmp_path: Path) -> None:
    (tmp_path / "no_text.toml").write_bytes(b"\xff")
    pipe = os.devnull  # as little of a file: whoever looks into it first may be the last who can
    for catalog in (tmp_path / "none.toml", tmp_path, tmp_path / "no_text.toml", pipe):
        assert complaints({"GATEWAY_CRM_URL": "http://crm"}, catalog) == ()


async def test_check_refuses_a_misspelt_variable_and_takes_one_that_the_catalog_names(tmp_path: Path) -> None:
    catalog = SERVICE.replace("env:CRM_URL", "env:GATEWAY_CRM_URL")
    url = {"GATEWAY_CRM_URL": "http://127.0.0.1:9"}
    assert (await check(tmp_path, catalog, **url))[0] == 0
    code, said, wrong = await check(tmp_path, catalog, **url, GATEWAY_DEADLINE=SECRET)
    assert (code, said) == (2, "")
    assert wrong == "GATEWAY_DEADLINE is no variable of the gateway. Is GATEWAY_DEADLINE_MS meant?\n"


def test_serve_and_check_refuse_it_alike() -> None:
    env = {**os.environ, "GATEWAY_CATALOG": str(CHINOOK), "GATEWAY_DEADLINE": SECRET}
    for command in ("serve", "check"):
        done = subprocess.run(  # noqa: S603  # our own words
            [sys.executable, "-m", "gateway", command], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert SECRET not in done.stderr
        assert "Is GATEWAY_DEADLINE_MS meant?" in done.stderr


def test_an_environment_that_notes_what_it_is_asked_for_is_otherwise_the_same() -> None:
    env = {"HOST": "here", "PORT": "1"}
    noted = RecordingEnvironment(env)
    assert (dict(noted), len(noted), noted.get("NOT"), "HOST" in noted) == (env, 2, None, True)
    assert noted.names == {"HOST", "PORT", "NOT"}
    assert from_environment({"GATEWAY_CATALOG": "c"}) == Config(Path("c"))

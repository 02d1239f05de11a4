"""An unknown `GATEWAY_...` variable is refused, with the name that was probably meant."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.check_command import SERVICE, check

from docs.reference import variable_reference
from gateway.config.settings import from_environment
from gateway.config.unknown_variables import RENAMED
from gateway.errors import ConfigError

CHINOOK = Path(__file__).parent.parent.parent / "examples" / "chinook" / "catalog.toml"
SECRET = "hunter2"  # noqa: S105  # of this test


def errors_of(env: dict[str, str], catalog: str | Path = CHINOOK) -> tuple[str, ...]:
    """The errors of an environment."""
    try:
        from_environment({"GATEWAY_CATALOG": str(catalog), **env})
    except ConfigError as error:
        return error.diagnostics
    return ()


MEANT = {
    "GATEWAY_DEADLINE": "GATEWAY_DEADLINE_MS",
    "GATEWAY_DEADLINE_SM": "GATEWAY_DEADLINE_MS",
    "GATEWAY_CATALOGUE": "GATEWAY_CATALOG",
    "GATEWAY_REDIS_URI": "GATEWAY_REDIS_URL",
    "GATEWAY_SLOW_REQUEST": "GATEWAY_SLOW_REQUEST_MS",
    "GATEWAY_EVENT_SECRET": "GATEWAY_EVENTS_SECRET",
    "GATEWAY_log_format": "GATEWAY_LOG_FORMAT",
    "GATEWAY_HOST": "HOST",
    "GATEWAY_PORT": "PORT",
    "GATEWAY_OTEL_TRACES_EXPORTER": "OTEL_TRACES_EXPORTER",
}


@pytest.mark.parametrize("name", MEANT)
def test_an_unknown_variable_is_refused_with_the_nearest_name(name: str) -> None:
    assert errors_of({name: SECRET}) == (f"{name} is not a variable of the gateway. Did you mean {MEANT[name]}?",)


@pytest.mark.parametrize("old", RENAMED)
def test_a_renamed_variable_is_refused_with_its_new_name(old: str) -> None:
    assert errors_of({old: SECRET}) == (f"{old} was renamed; use {RENAMED[old]} instead.",)
    assert errors_of({old: SECRET}, os.devnull) == (f"{old} was renamed; use {RENAMED[old]} instead.",)


def test_only_old_names_are_renamed_and_only_to_current_ones() -> None:
    names = {row.name for row in variable_reference()}
    assert set(RENAMED.values()) <= names
    assert not set(RENAMED) & names


def test_all_unknown_variables_are_reported_with_all_other_errors() -> None:
    env = {"PORT": "http", "GATEWAY_DEADLINE": "1", "GATEWAY_CACHE": "", "GATEWAY_": "1", "GATEWAY_LOG": "x"}
    assert [each.split()[0] for each in errors_of(env)] == [
        "PORT",
        "GATEWAY_",
        "GATEWAY_CACHE",
        "GATEWAY_DEADLINE",
        "GATEWAY_LOG",
    ]


def test_an_unknown_variable_is_reported_without_a_catalog() -> None:
    with pytest.raises(ConfigError) as caught:
        from_environment({"GATEWAY_CATALOGUE": "catalog.toml"})
    assert caught.value.diagnostics == (
        "GATEWAY_CATALOG is not set; it must be the path of the catalog file.",
        "GATEWAY_CATALOGUE is not a variable of the gateway. Did you mean GATEWAY_CATALOG?",
    )


OTHERS = {
    "GATEWAY_TEST_REDIS": "redis://127.0.0.1:6379/15",
    "GATEWAY_TEST_POSTGRES": "postgresql://postgres@127.0.0.1:5432/test",
    "GATEWAY_FAULTS": "all",
    # of Kubernetes services called "gateway" and "gateway-redis"
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
    # without the prefix GATEWAY_
    "gateway_deadline": "1",
    "MY_GATEWAY_DEADLINE": "1",
    "GATEWAYS": "1",
}


@pytest.mark.parametrize("name", OTHERS)
def test_variables_of_other_programs_are_accepted(name: str) -> None:
    assert errors_of({name: OTHERS[name]}) == ()


def test_variables_that_the_catalog_names_are_accepted(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.toml"
    catalog.write_text("url = \"env:GATEWAY_CRM_URL\"\nauth = { secret = 'env:GATEWAY_LOG' }")
    env = {"GATEWAY_CRM_URL": "http://crm", "GATEWAY_LOG": SECRET}
    assert errors_of(env, catalog) == ()
    assert [each.split()[0] for each in errors_of({**env, "GATEWAY_CRM": "1"}, catalog)] == ["GATEWAY_CRM"]


@pytest.mark.parametrize("text", ['url = "env:GATEWAY_CRM_URL', 'url = "env:GATEWAY_CRM_URL"\n[url'])
def test_variables_of_an_invalid_catalog_are_accepted(tmp_path: Path, text: str) -> None:
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(text)
    assert errors_of({"GATEWAY_CRM_URL": "http://crm"}, catalog) == ()


def test_unknown_variables_are_accepted_if_the_catalog_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "no_text.toml").write_bytes(b"\xff")
    for catalog in (tmp_path / "none.toml", tmp_path, tmp_path / "no_text.toml", os.devnull):
        assert errors_of({"GATEWAY_CRM_URL": "http://crm"}, catalog) == ()


async def test_check_accepts_a_variable_that_the_catalog_names(tmp_path: Path) -> None:
    catalog = SERVICE.replace("env:CRM_URL", "env:GATEWAY_CRM_URL")
    assert (await check(tmp_path, catalog, GATEWAY_CRM_URL="http://127.0.0.1:9"))[0] == 0


@pytest.mark.parametrize("command", ["serve", "check"])
def test_commands_refuse_an_unknown_variable_without_its_value(command: str) -> None:
    env = {**os.environ, "GATEWAY_CATALOG": str(CHINOOK), "GATEWAY_DEADLINE": SECRET}
    process = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", "gateway", command], env=env, capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == ("GATEWAY_DEADLINE is not a variable of the gateway. Did you mean GATEWAY_DEADLINE_MS?\n")

import subprocess
import sys

import pytest

from gateway_demo.launch.cli import main


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "65536"], "must be a port from 1 to 65535"),
        (["--port", "http"], "'http' is not an integer"),
        (["--customers", "0"], "must be at least 1"),
        (["--database", "mysql://here"], "must be a URL like postgresql://user@host/database"),
    ],
)
def test_invalid_arguments_are_reported(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert message in capsys.readouterr().err


def test_the_demo_is_a_command_of_the_gateway() -> None:
    command = [sys.executable, "-m", "gateway", "demo", "--customers", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert (ended.returncode, "--customers: must be at least 1" in ended.stderr) == (2, True)

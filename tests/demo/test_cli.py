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

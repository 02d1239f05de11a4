import pytest

from gateway_demo.launch.cli import main


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "65536"], "a port is a number from 1 to 65535"),
        (["--port", "http"], "'http' is no whole number"),
        (["--customers", "0"], "a utility without customers has nothing to show"),
        (["--database", "mysql://here"], "only postgresql://user@host/database is understood"),
    ],
)
def test_a_wrong_argument_is_said_in_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert sentence in capsys.readouterr().err

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

STUB = Path(__file__).parents[1] / "support" / "demo" / "stub_demo.py"
PYTHON = sys.executable
SERVING = """
import http.server, os
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *said): ...
address = "127.0.0.1", int(os.environ["PORT"])
with open("known", "w") as known:
    known.write(f"{os.getpid()} {os.environ['DEMO_SYSTEMS_URL']}")
http.server.HTTPServer(address, Healthy).serve_forever()
"""

Launched = subprocess.Popen[str]
Launching = Callable[..., Launched]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture
def launched(tmp_path: Path, port: int) -> Iterator[Launching]:
    running: list[Launched] = []

    def launching(program: str = SERVING, only: str = "all", generator: str = "quick") -> Launched:
        command = [PYTHON, str(STUB), generator, "demo", f"{port}", only, PYTHON, "-c", program]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True)  # noqa: S603 - our own
        running.append(process)
        return process

    yield launching
    for process in running:
        process.kill()
        process.communicate()


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_cleanly(
    launched: Launching, tmp_path: Path, port: int, ending: signal.Signals
) -> None:
    process = launched()
    assert process.stdout
    assert process.stdout.readline() == f"it runs at http://127.0.0.1:{port}\n"
    gateway, systems = (tmp_path / "known").read_text().split()
    process.send_signal(ending)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said.splitlines()[-1]) == (0, "stopped")
    assert "Traceback" not in said
    assert not _is_running(gateway)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(systems.rpartition(":")[2])))


def test_when_one_process_dies_all_end_and_it_is_said_which(launched: Launching, tmp_path: Path) -> None:
    process = launched()
    assert process.stdout
    process.stdout.readline()
    os.kill(int((tmp_path / "known").read_text().split()[0]), signal.SIGKILL)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "the gateway ended by itself, with exit code -9; everything was ended." in said


def test_a_gateway_that_cannot_start_ends_the_demo(launched: Launching) -> None:
    process = launched("raise SystemExit(3)")
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "the gateway ended by itself, with exit code 3" in said


def test_a_port_that_is_taken_is_said_before_anything_is_made(
    launched: Launching, tmp_path: Path, port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = launched()
        _, said = process.communicate(timeout=20)
    assert (process.returncode, (tmp_path / "demo").exists()) == (1, False)
    assert said == f"gateway-demo: port {port} is taken; PORT or --port names another.\n"


def test_a_finished_demo_is_not_made_again(launched: Launching, tmp_path: Path) -> None:
    launched(only="only").communicate(timeout=20)
    made = (tmp_path / "demo" / "crm.db").stat().st_ino
    process = launched(only="only")
    assert process.communicate(timeout=20) == ("", "")
    assert (tmp_path / "demo" / "crm.db").stat().st_ino == made


def test_a_half_written_demo_is_made_again_and_what_else_is_there_stays(
    launched: Launching, tmp_path: Path
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "crm.db").write_text("half a sto")
    (tmp_path / "demo" / "letter.txt").write_text("dear")
    process = launched(only="only")
    assert process.communicate(timeout=20) == ("", "1 of 1 customers\n")
    assert (tmp_path / "demo" / "crm.db").read_bytes().startswith(b"SQLite")
    assert (tmp_path / "demo" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize(("only", "code"), [("all", 0), ("only", 130)])
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_generating_leaves_a_demo_that_is_made_again(
    launched: Launching, tmp_path: Path, only: str, code: int, ending: signal.Signals
) -> None:
    process = launched(only=only, generator="endless")
    assert process.stdout
    assert process.stdout.readline() == "generating\n"
    process.send_signal(ending)
    assert process.communicate(timeout=20) == ("", "stopped\n")
    assert (process.returncode, (tmp_path / "demo" / "demo.json").exists()) == (code, False)


def test_what_cannot_be_made_is_said_in_a_sentence(launched: Launching, tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file where a folder should be")
    process = launched(only="only")
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert said.startswith("gateway-demo: the demo could not be made: ")
    assert len(said.splitlines()) == 1

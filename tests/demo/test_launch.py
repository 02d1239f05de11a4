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


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_processes(
    launched: Launching, tmp_path: Path, port: int, stop_signal: signal.Signals
) -> None:
    process = launched()
    assert process.stdout
    assert process.stdout.readline() == f"it runs at http://127.0.0.1:{port}\n"
    gateway, systems = (tmp_path / "known").read_text().split()
    process.send_signal(stop_signal)
    _, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr.splitlines()[-1]) == (0, "stopped")
    assert "Traceback" not in stderr
    assert not _is_running(gateway)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(systems.rpartition(":")[2])))


def test_all_processes_stop_when_one_dies(launched: Launching, tmp_path: Path) -> None:
    process = launched()
    assert process.stdout
    process.stdout.readline()
    os.kill(int((tmp_path / "known").read_text().split()[0]), signal.SIGKILL)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "the gateway exited with code -9; all processes were stopped." in stderr


def test_a_gateway_that_cannot_start_stops_the_demo(launched: Launching) -> None:
    process = launched("raise SystemExit(3)")
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "the gateway exited with code 3" in stderr


def test_a_port_in_use_is_reported_before_generating(launched: Launching, tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = launched()
        _, stderr = process.communicate(timeout=20)
    assert (process.returncode, (tmp_path / "demo").exists()) == (1, False)
    assert stderr == f"gateway-demo: port {port} is in use; set PORT or --port to another one.\n"


def test_a_finished_demo_is_not_generated_again(launched: Launching, tmp_path: Path) -> None:
    launched(only="only").communicate(timeout=20)
    inode = (tmp_path / "demo" / "crm.db").stat().st_ino
    process = launched(only="only")
    assert process.communicate(timeout=20) == ("", "")
    assert (tmp_path / "demo" / "crm.db").stat().st_ino == inode


def test_an_unfinished_demo_is_generated_again_and_other_files_stay(launched: Launching, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "crm.db").write_text("half a sto")
    (tmp_path / "demo" / "letter.txt").write_text("dear")
    process = launched(only="only")
    assert process.communicate(timeout=20) == ("", "1 of 1 customers\n")
    assert (tmp_path / "demo" / "crm.db").read_bytes().startswith(b"SQLite")
    assert (tmp_path / "demo" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize(("only", "code"), [("all", 0), ("only", 130)])
@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_generating_leaves_no_manifest(
    launched: Launching, tmp_path: Path, only: str, code: int, stop_signal: signal.Signals
) -> None:
    process = launched(only=only, generator="endless")
    assert process.stdout
    assert process.stdout.readline() == "generating\n"
    process.send_signal(stop_signal)
    assert process.communicate(timeout=20) == ("", "stopped\n")
    assert (process.returncode, (tmp_path / "demo" / "demo.json").exists()) == (code, False)


def test_a_failed_generation_is_reported_in_one_line(launched: Launching, tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file in place of the folder")
    process = launched(only="only")
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 1
    assert stderr.startswith("gateway-demo: the demo could not be generated: ")
    assert len(stderr.splitlines()) == 1

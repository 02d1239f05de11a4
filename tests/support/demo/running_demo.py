"""A gateway over a finished demo, each a process of its own, asked over HTTP."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from gateway_demo.launch.launcher import CATALOG, NOW, ZONE
from gateway_demo.stores.schemas import DATABASES
from gateway_demo.systems.auth import Credentials

PATIENCE = 30.0


class GatewayClient:
    """Asks a gateway. Each question has a connection of its own, so that no pause between two matters."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port

    def ask(self, query: str, operation: str | None = None, **variables: Any) -> Any:
        """The data of an answer that has no errors."""
        answer = self.answer(query, operation, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def answer(self, query: str, operation: str | None = None, **variables: Any) -> Any:
        """An answer, errors and all."""
        body = {"query": query, "variables": variables, "operationName": operation}
        headers = {"Content-Type": "application/json"}
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            connection.request("POST", "/graphql", json.dumps(body), headers)
            return json.loads(connection.getresponse().read())


def environment(systems: int, folder: Path) -> dict[str, str]:
    """What a gateway has to know of a demo in a folder whose systems answer at that port."""
    address = f"http://127.0.0.1:{systems}"
    return {
        **Credentials().environment(),
        "DEMO_SYSTEMS_URL": address,
        "DEMO_INTERACTIONS_TOKEN_URL": f"{address}/interactions/oauth/token",
        "GATEWAY_CATALOG": str(CATALOG),
        "GATEWAY_NOW": NOW,
        "GATEWAY_ZONE": ZONE,
        **database_environment({name: (f"sqlite+aiosqlite:///{folder / name}.db", "") for name in DATABASES}),
    }


def database_environment(places: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """What a gateway has to know of databases: where each is, and the schema in it."""
    known: dict[str, str] = {}
    for name, (url, schema) in places.items():
        known |= {f"DEMO_{name.upper()}_DSN": url, f"DEMO_{name.upper()}_SCHEMA": schema}
    return known


@contextmanager
def running_systems(folder: Path) -> Iterator[int]:
    """The REST systems of a demo folder: the port they answer at."""
    port = free_port()
    module = ("gateway_demo.launch.serve_systems", "--folder", str(folder), "--port", str(port))
    with _running(module, port, {}):
        yield port


@contextmanager
def running_gateway(known: Mapping[str, str]) -> Iterator[GatewayClient]:
    """A gateway in this environment, and somebody who asks it."""
    port = free_port()
    with _running(("gateway", "serve"), port, {**known, "PORT": str(port)}):
        yield GatewayClient(port)


@contextmanager
def _running(module: Sequence[str], port: int, known: Mapping[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(command, env={**os.environ, **known}) as process:  # noqa: S603  # our own modules
        try:
            _wait(process, port)
            yield
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while not _answers(port):
        assert process.poll() is None, "the process ended by itself"
        assert time.monotonic() < until, "the process never answered"
        time.sleep(0.05)  # until a process listens; nothing tells


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that nobody listens at."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])

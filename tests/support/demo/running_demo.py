"""Processes of a demo's systems and of a gateway, and a client of the gateway."""

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
    """A client of a gateway with a new connection for each request."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.port = port

    @property
    def url(self) -> str:
        """Where documents are sent."""
        return f"http://127.0.0.1:{self.port}/graphql"

    def ask(self, query: str, operation: str | None = None, **variables: Any) -> Any:
        """The data of a response without errors."""
        answer = self.answer(query, operation, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def answer(self, query: str, operation: str | None = None, **variables: Any) -> Any:
        """The response body, including errors."""
        body = {"query": query, "variables": variables, "operationName": operation}
        headers = {"Content-Type": "application/json"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("POST", "/graphql", json.dumps(body), headers)
            return json.loads(connection.getresponse().read())


def environment(systems: int, folder: Path) -> dict[str, str]:
    """The environment of a gateway over a demo folder whose systems listen on a port."""
    address = f"http://127.0.0.1:{systems}"
    return {
        **Credentials().environment(),
        "DEMO_SYSTEMS_URL": address,
        "DEMO_INTERACTIONS_TOKEN_URL": f"{address}/interactions/oauth/token",
        "GATEWAY_CATALOG": str(CATALOG),
        "GATEWAY_NOW": NOW,
        "GATEWAY_ZONE": ZONE,
        "GATEWAY_MAX_WAIT_MS": "60000",  # tests ask for much at once, on busy machines
        **database_environment({name: (f"sqlite+aiosqlite:///{folder / name}.db", "") for name in DATABASES}),
    }


def database_environment(locations: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The environment variables of databases: URL and schema of each."""
    variables: dict[str, str] = {}
    for name, (url, schema) in locations.items():
        variables |= {f"DEMO_{name.upper()}_DSN": url, f"DEMO_{name.upper()}_SCHEMA": schema}
    return variables


@contextmanager
def running_systems(folder: Path, *options: str, **variables: str) -> Iterator[int]:
    """Run the REST systems of a demo folder with these options; yield their port."""
    port = free_port()
    module = ("gateway_demo.launch.serve_systems", "--folder", str(folder), "--port", str(port), *options)
    with _running(module, port, variables):
        yield port


@contextmanager
def running_gateway(variables: Mapping[str, str]) -> Iterator[GatewayClient]:
    """Run a gateway in this environment; yield a client."""
    port = free_port()
    with _running(("gateway", "serve"), port, {**variables, "PORT": str(port)}):
        yield GatewayClient(port)


@contextmanager
def _running(module: Sequence[str], port: int, variables: Mapping[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(command, env={**os.environ, **variables}) as process:  # noqa: S603  # our own modules
        try:
            _wait(process, port)
            yield
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while not _answers(port):
        assert process.poll() is None, "the process exited"
        assert time.monotonic() < until, "the process did not become ready"
        time.sleep(0.05)  # polls until the process listens


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A free port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])

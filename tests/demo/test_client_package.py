"""The npm package for clients: its types are those of the schema, and its caches join the demo's pages."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.demo.running_demo import GatewayClient

from gateway_demo.cases.index import BY_NAME

PACKAGE = Path(__file__).parent.parent.parent / "web" / "client"
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None or not (PACKAGE / "node_modules").is_dir(), reason="`make web` prepares the package")
def test_the_client_package_passes_its_tests_against_the_demo(gateway: GatewayClient) -> None:
    account = BY_NAME["plain residential"].account_number
    env = {**os.environ, "GATEWAY_URL": gateway.url, "ACCOUNT": account}
    command = [str(NODE), "--test", "test/"]
    done = subprocess.run(command, cwd=PACKAGE, env=env, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603  # our own tests
    assert done.returncode == 0, done.stdout[-3000:]
    assert "# skipped 0" in done.stdout

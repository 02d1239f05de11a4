"""The npm package for clients: its types are those of the schema, and its caches join the demo's pages."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import environment, running_gateway, running_systems

from gateway_demo.cases.index import BY_NAME

PACKAGE = Path(__file__).parent.parent.parent / "web" / "client"
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None or not (PACKAGE / "node_modules").is_dir(), reason="`make web` prepares the package")
def test_the_client_package_passes_its_tests_against_the_demo(large_demo: DemoFolder) -> None:
    accounts = {"ACCOUNT": "plain residential", "BUSY_ACCOUNT": "busy window"}
    numbers = {variable: BY_NAME[case].account_number for variable, case in accounts.items()}
    with (
        running_systems(large_demo.folder, "--faults") as systems,
        running_gateway(environment(systems, large_demo.folder)) as gateway,
    ):
        addresses = {"GATEWAY_URL": gateway.url, "FAULTS_URL": f"http://127.0.0.1:{systems}/_faults"}
        env = {**os.environ, **numbers, **addresses}
        command = [str(NODE), "--test", "--test-concurrency=1", "test/"]  # faults of one file would reach another
        done = subprocess.run(command, cwd=PACKAGE, env=env, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603  # our own tests
    assert done.returncode == 0, done.stdout[-3000:]
    assert "# skipped 0" in done.stdout

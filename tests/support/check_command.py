"""Runs `gateway check` as a process."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

SERVICE = """[sources.crm]
kind = "rest"
url = "env:CRM_URL"
timeout = 1.0
[records.Customer]
source = "crm"
fields = { id = "id", customer_number = "number" }
by.id = { get = "/customers/{key}" }
"""


async def check(folder: Path, catalog: str, *options: str, **env: str) -> tuple[int, str, str]:
    """The exit code, the output and the errors."""
    (folder / "catalog.toml").write_text(catalog, encoding="utf-8")
    variables = {**os.environ, "GATEWAY_CATALOG": str(folder / "catalog.toml"), **env}
    command = [sys.executable, "-m", "gateway", "check", *options]
    process = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, env=variables, check=False, timeout=30
    )
    return process.returncode, process.stdout, process.stderr

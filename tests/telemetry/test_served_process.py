"""`gateway serve` as a process: its log format, and the export of spans."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from support.harness import catalog_text
from support.servers import live
from support.telemetry.served import ask

from gateway.errors import ConfigError
from gateway.telemetry.tracing import MISSING, otlp_tracing

GATEWAY = (sys.executable, "-m", "gateway")
# Every import of the exporter fails, as without its package.
WITHOUT_EXPORTER = """
import sys
sys.modules["opentelemetry.exporter"] = None
from gateway.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a catalog and a free port."""
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(catalog_text(), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "OTEL_"))}
    return {**clean, "GATEWAY_CATALOG": str(catalog), "PORT": "0", "HOST": "127.0.0.1"}


@asynccontextmanager
async def run(env: Mapping[str, str]) -> AsyncIterator[tuple[str, list[str]]]:
    """A gateway process: its address, and its log lines so far."""
    process = await asyncio.create_subprocess_exec(*GATEWAY, "serve", env=env, stderr=PIPE, stdout=PIPE)
    assert process.stderr
    lines: list[str] = []
    try:
        while "running on http" not in (lines or [""])[-1]:
            lines.append((await process.stderr.readline()).decode())
            assert lines[-1], lines
        yield lines[-1].split("running on ")[1].split(" ")[0], lines
        process.send_signal(signal.SIGTERM)
        out, rest = await process.communicate()
        assert out == b""
        lines.extend(rest.decode().splitlines())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_the_json_format_covers_uvicorns_lines(env: dict[str, str]) -> None:
    settings = {"GATEWAY_LOG_FORMAT": "json", "GATEWAY_SLOW_REQUEST_MS": "0"}
    async with run({**env, **settings}) as (url, lines), aiohttp.ClientSession(url) as http:
        assert (await ask(http, n="C1", headers={"X-Request-Id": "seven"}))[0] == 200
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert {entry["logger"] for entry in entries} == {"uvicorn.error", "gateway.slow"}
    (slow,) = [entry for entry in entries if entry["logger"] == "gateway.slow"]
    assert (slow["request"], slow["operation"]) == ("seven", "Find")


async def test_spans_are_flushed_before_the_gateway_ends(env: dict[str, str]) -> None:
    names: list[str] = []
    services: set[str] = set()

    async def collect(request: Request) -> Response:
        export = ExportTraceServiceRequest.FromString(await request.body())
        for spans in export.resource_spans:
            attributes = spans.resource.attributes
            services.update(a.value.string_value for a in attributes if a.key == "service.name")
            names.extend(span.name for scope in spans.scope_spans for span in scope.spans)
        return Response(media_type="application/x-protobuf")

    async with live(Starlette(routes=[Route("/v1/traces", collect, methods=["POST"])])) as collector:
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
        async with run({**env, **settings}) as (url, _), aiohttp.ClientSession(url) as http:
            assert (await ask(http, n="C1"))[0] == 200
    assert sorted(names) == ["Customer by customer_number", "query Find", "round"]
    assert services == {"customer-360-gateway"}


@pytest.mark.parametrize("command", ["serve", "check"])
async def test_traces_without_the_exporter_package_fail_with_instructions(env: dict[str, str], command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WITHOUT_EXPORTER,
        command,
        env={**env, "OTEL_TRACES_EXPORTER": "otlp"},
        stderr=PIPE,
        stdout=PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.decode().splitlines()[-1] == MISSING


def test_with_the_exporter_package_tracing_starts() -> None:
    try:
        otlp_tracing().close()
    except ConfigError as error:
        pytest.fail(str(error))

"""`gateway serve` as an operator starts it: its log is of one form, and its spans arrive."""

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
from support.servers import live
from support.telemetry.served import ask
from support.world import catalog_text

from gateway.errors import ConfigError
from gateway.telemetry.otlp import otlp_tracing

GATEWAY = (sys.executable, "-m", "gateway")
# As where nobody installed it: every import of the exporter fails.
WITHOUT = """
import sys
sys.modules["opentelemetry.exporter"] = None
from gateway.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a catalog, on any port that is free."""
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(catalog_text(), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "OTEL_"))}
    return {**kept, "GATEWAY_CATALOG": str(catalog), "PORT": "0", "HOST": "127.0.0.1"}


@asynccontextmanager
async def run(env: Mapping[str, str]) -> AsyncIterator[tuple[str, list[str]]]:
    """Where it answers, and its lines so far; it is told to stop at the end."""
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


async def test_every_line_is_json_where_that_is_said_uvicorn_s_too(env: dict[str, str]) -> None:
    said = {"GATEWAY_LOG_FORMAT": "json", "GATEWAY_SLOW_REQUEST_MS": "0"}
    async with run({**env, **said}) as (url, lines), aiohttp.ClientSession(url) as http:
        assert (await ask(http, n="C1", headers={"X-Request-Id": "seven"}))[0] == 200
    told: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert {each["logger"] for each in told} == {"uvicorn.error", "gateway.slow"}
    (slow,) = [each for each in told if each["logger"] == "gateway.slow"]
    assert (slow["request"], slow["operation"]) == ("seven", "Find")


async def test_spans_reach_a_collector_before_the_gateway_ends(env: dict[str, str]) -> None:
    names: list[str] = []
    services: set[str] = set()

    async def collect(request: Request) -> Response:
        told = ExportTraceServiceRequest.FromString(await request.body())
        for each in told.resource_spans:
            services.update(a.value.string_value for a in each.resource.attributes if a.key == "service.name")
            names.extend(span.name for scope in each.scope_spans for span in scope.spans)
        return Response(media_type="application/x-protobuf")

    async with live(Starlette(routes=[Route("/v1/traces", collect, methods=["POST"])])) as collector:
        said = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
        async with run({**env, **said}) as (url, _), aiohttp.ClientSession(url) as http:
            assert (await ask(http, n="C1"))[0] == 200
    assert sorted(names) == ["Customer by customer_number", "query Find", "round"]
    assert services == {"customer-360-gateway"}


@pytest.mark.parametrize("command", ["serve", "check"])
async def test_who_wants_traces_without_the_exporter_is_told_what_to_install(
    env: dict[str, str], command: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WITHOUT,
        command,
        env={**env, "OTEL_TRACES_EXPORTER": "otlp"},
        stderr=PIPE,
        stdout=PIPE,
    )
    _, told = await process.communicate()
    assert process.returncode == 2
    assert told.decode().splitlines()[-1] == (
        "Traces are wanted, but their exporter is not installed: pip install 'customer-360-gateway[otel]'."
    )


def test_where_it_is_installed_nothing_is_missing() -> None:
    try:
        otlp_tracing().close()
    except ConfigError as error:
        pytest.fail(str(error))

import sqlite3

import pytest
from support.demo.demo_folders import DemoFolder

from gateway_demo.systems.api_style import Endpoint, Service
from gateway_demo.systems.record_store import records_statement
from gateway_demo.systems.services import SERVICES

ENDPOINTS = [(service, endpoint) for service in SERVICES for endpoint in service.endpoints]


@pytest.mark.parametrize("has_window", [True, False])
@pytest.mark.parametrize(
    ("service", "endpoint"),
    ENDPOINTS,
    ids=[f"{service.root}{endpoint.path}?{endpoint.name}" for service, endpoint in ENDPOINTS],
)
def test_no_endpoint_scans_its_store(
    demo: DemoFolder, service: Service, endpoint: Endpoint, *, has_window: bool
) -> None:
    store = sqlite3.connect(demo.folder / service.database)
    statement = records_statement(endpoint, has_window)
    values = ["[]", *([0, 1] if has_window else []), 1, 0]
    plan = [row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    store.close()
    scanned = [step for step in plan if step.startswith("SCAN") and not step.startswith("SCAN k ")]
    assert scanned == []

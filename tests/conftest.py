"""What all tests share."""

import gc

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # tests do not depend on how busy the machine is
settings.load_profile("untimed")

# Tests that start processes, databases or browsers, or that take seconds. `make quick` leaves them out.
SLOW = (
    "tests/cache/redis/",
    "tests/cache/test_store.py",
    "tests/catalog/test_link_templates.py",
    "tests/commands/",
    "tests/demo/",
    "tests/examples/",
    "tests/execution/test_document_limits.py",
    "tests/faults/",
    "tests/hostile/",
    "tests/loading/test_full_pages.py",
    "tests/loading/test_merge.py",
    "tests/resilience/test_circuit_breaker_properties.py",
    "tests/resolvers/graph/test_source_refs.py",
    "tests/resolvers/insights/test_leak.py",
    "tests/resolvers/insights/test_limited_facts.py",
    "tests/resolvers/insights/test_thresholds.py",
    "tests/server/test_events.py",
    "tests/server/test_graphiql_browser.py",
    "tests/sources/",
    "tests/store/",
    "tests/telemetry/test_metrics.py",
    "tests/telemetry/test_no_personal_data.py",
    "tests/telemetry/test_request_ids.py",
    "tests/telemetry/test_served_process.py",
    "tests/test_batches.py",
    "tests/test_bench.py",
    "tests/test_cancellation.py",
    "tests/test_cancellation_in_pipeline.py",
    "tests/test_check.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark slow tests by their place, and run them first: no process is left alone with one at the end."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


def pytest_collection_finish() -> None:
    """The thousands of collected tests live to the end: the collector need not look at them."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def anyio_backend() -> str:
    """Everything runs on asyncio: the gateway does."""
    return "asyncio"

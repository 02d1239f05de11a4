"""What all tests share."""

import gc
from collections.abc import Sequence

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # tests do not depend on how busy the machine is
settings.load_profile("untimed")

# Tests that start processes, databases or browsers. `make quick` leaves them out.
SLOW = (
    "tests/cache/redis/",
    "tests/demo/",
    "tests/examples/",
    "tests/faults/",
    "tests/resilience/test_circuit_breaker_properties.py",
    "tests/server/test_graphiql_browser.py",
    "tests/telemetry/test_served_process.py",
    "tests/test_bench.py",
    "tests/test_cancellation_in_pipeline.py",
    "tests/test_check.py",
)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark slow tests by their place."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """The thousands of collected tests live to the end: the collector need not look at them."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def anyio_backend() -> str:
    """Everything runs on asyncio: the gateway does."""
    return "asyncio"

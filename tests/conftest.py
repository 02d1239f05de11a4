"""What all tests share."""

import gc

import pytest


def pytest_collection_finish() -> None:
    """The thousands of collected tests live to the end: the collector need not look at them."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def anyio_backend() -> str:
    """Everything runs on asyncio: the gateway does."""
    return "asyncio"

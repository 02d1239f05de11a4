"""The load of a thread is the share of time that it worked; that of a caller, its points of the last seconds."""

import threading
import time
from pathlib import Path

import pytest

from gateway.concurrency.fair_share import WINDOW, FairShare
from gateway.concurrency.thread_load import SCHEDULING, ThreadLoad

SECONDS = 0.05


@pytest.fixture(params=[SCHEDULING, Path("no such file")], ids=["Linux", "elsewhere"])
def load(request: pytest.FixtureRequest) -> ThreadLoad:
    measured = ThreadLoad(request.param)
    measured.share()
    return measured


def test_a_thread_that_works_has_a_load(load: ThreadLoad) -> None:
    end = time.thread_time() + SECONDS
    while time.thread_time() < end:
        pass
    assert 0 < load.share() <= 1


def test_a_thread_that_waits_has_less_load() -> None:
    load = ThreadLoad()
    load.share()
    threading.Event().wait(SECONDS)
    waiting = load.share()
    end = time.thread_time() + SECONDS
    while time.thread_time() < end:
        pass
    assert waiting < load.share()


def test_points_of_the_last_seconds_count() -> None:
    share = FairShare()
    share.add("ann", 5, 100.0)
    share.add("ann", 7, 100.0 + WINDOW)
    assert (share.used("ann"), share.used("bob")) == (12, 0)


def test_older_points_are_forgotten() -> None:
    share = FairShare()
    share.add("ann", 5, 100.0)
    share.add("bob", 7, 100.0 + 2 * WINDOW)
    assert (share.used("ann"), share.used("bob")) == (0, 7)

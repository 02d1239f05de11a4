import sqlite3
from pathlib import Path

import pytest

from gateway_demo.generate.generator import generate
from gateway_demo.systems.api_style import Endpoint, Service
from gateway_demo.systems.record_store import records_statement
from gateway_demo.systems.services import SERVICES

PLACES = [(service, place) for service in SERVICES for place in service.places]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, customers=5)
    return folder


@pytest.mark.parametrize("has_window", [True, False])
@pytest.mark.parametrize(
    ("service", "place"), PLACES, ids=[f"{one.root}{place.path}?{place.name}" for one, place in PLACES]
)
def test_no_question_of_the_generated_stores_is_answered_by_a_scan(
    demo: Path, service: Service, place: Endpoint, *, has_window: bool
) -> None:
    store = sqlite3.connect(demo / service.database)
    statement = records_statement(place, has_window)
    values = ["[]", *([0, 1] if has_window else []), 1, 0]
    plan = [row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    store.close()
    scanned = [step for step in plan if step.startswith("SCAN") and not step.startswith("SCAN k ")]
    assert scanned == []

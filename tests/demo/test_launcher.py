import io
import json
from pathlib import Path

import pytest
from graphql import parse

from gateway_demo.cases.model import PlantedCustomer
from gateway_demo.generate.folder import MANIFEST
from gateway_demo.generate.progress import Progress, progress_on
from gateway_demo.launch import serve_systems as systems
from gateway_demo.launch.launcher import DemoOptions, child_processes, prepare
from gateway_demo.launch.welcome import welcome
from gateway_demo.plan.accounts import account_number
from gateway_demo.plan.model import Traits
from gateway_demo.systems.api_style import Pages, Paging
from gateway_demo.systems.queries import page_bounds

POSTGRES = "postgresql://riverton:s3cr%40t@db.example:5433/demo"
STORES = ("CIS", "BILLING", "PAYMENTS", "COLLECTIONS", "USAGE")


class Terminal(io.StringIO):
    """A text stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def _options(folder: Path, database: str | None = None) -> DemoOptions:
    return DemoOptions(folder, 100, 360, database, 8000, generate_only=False)


def _no_rows(folder: Path, *, customers: int, seed: int, database: str | None, progress: Progress) -> None:
    assert (folder.exists(), customers, seed) == (True, 100, 360)
    progress(customers, customers)
    assert database in (None, POSTGRES)


def test_every_process_gets_all_stores_and_credentials(tmp_path: Path) -> None:
    folder = tmp_path / "a ?#% folder"
    systems_child, gateway = child_processes(_options(folder), ["gateway"], {"DEMO_CRM_KEY": "mine"})
    environment = gateway.environment
    assert environment == systems_child.environment
    assert environment["DEMO_CIS_DSN"].startswith("sqlite+aiosqlite:////")
    assert environment["DEMO_CRM_KEY"] == "mine"
    assert environment["DEMO_SYSTEMS_URL"] in systems_child.address
    assert all(environment[f"DEMO_{store}_DSN"] for store in STORES)
    assert all(
        environment[f"DEMO_{name}"]
        for name in ("SERVICE_USER", "SERVICE_PASSWORD", "INTERACTIONS_CLIENT", "INTERACTIONS_SECRET")
    )


def test_stores_of_a_postgresql_demo_are_in_its_database(tmp_path: Path) -> None:
    environment = child_processes(_options(tmp_path, POSTGRES), ["gateway"], {})[1].environment
    asyncpg = POSTGRES.replace("postgresql:", "postgresql+asyncpg:")
    assert [environment[f"DEMO_{store}_DSN"] for store in STORES] == [asyncpg] * len(STORES)


def test_the_manifest_has_the_parameters_without_the_password(tmp_path: Path) -> None:
    prepare(_options(tmp_path / "demo", POSTGRES), _no_rows)
    manifest = (tmp_path / "demo" / MANIFEST).read_text()
    assert "s3cr" not in manifest
    assert json.loads(manifest)["customers"] == 100


def test_progress_is_a_bar_on_terminals_and_ten_lines_elsewhere() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        progress = progress_on(stream)
        for done in range(1, 1001):
            progress(done, 1000)
    assert terminal.getvalue().endswith(f"{'█' * 40} 1,000 of 1,000 customers\n")
    assert len(file.getvalue().splitlines()) == 10


@pytest.mark.parametrize(("parameters", "expected"), [({}, (0, 20)), ({"n": ["7"]}, (0, 7)), ({"n": ["999"]}, (0, 50))])
def test_too_large_page_sizes_are_reduced(parameters: dict[str, list[str]], expected: tuple[int, int]) -> None:
    pages = Pages(Paging.OFFSET, size="n", start="from", default=20, max_size=50)
    assert page_bounds(pages, parameters) == expected


def test_systems_do_not_start_without_their_stores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        systems.main(["--folder", str(tmp_path), "--port", "1"])
    assert f"{tmp_path} has no crm.db, service.db" in capsys.readouterr().err


def test_the_welcome_has_graphiqls_address_an_account_and_a_query() -> None:
    text = welcome("http://127.0.0.1:1", {3: PlantedCustomer("both", "pays late", (Traits(),))})
    assert "http://127.0.0.1:1/graphql" in text
    assert f"{account_number(3)}  pays late" in text
    query = text[text.index("{") : text.rindex("}") + 1]
    assert parse(query)

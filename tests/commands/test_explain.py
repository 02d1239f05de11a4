"""`gateway explain` says what a document would ask and cost, and which limits it is above."""

from pathlib import Path

import pytest
from support.harness import catalog_text

from gateway.commands.explain import explain
from gateway.commands.keys import keys
from gateway.errors import ConfigError

QUERY = """query Bills($n: Int) { billingAccount(id: "x") { bills(first: $n) { nodes { id segments { id } } } } }
query Names { __typename }
"""
EXPLAINED = """points        {}
rounds        3
calls         BILLING 2, CIS 1
scopes        billing:read, customer:read
personal data none

round  system   lookup
1      CIS      BillingAccount by id
2      BILLING  Bill by account_id
3      BILLING  BillSegment by bill_id
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog.toml").write_text(catalog_text(), encoding="utf-8")
    (tmp_path / "bills.graphql").write_text(QUERY, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str, document: str = "bills.graphql", **variables: str) -> int:
    environment = {"GATEWAY_CATALOG": str(folder / "catalog.toml"), "GATEWAY_STORE": str(folder / "store.db")}
    return explain((str(folder / document), *arguments), {**environment, **variables})


def test_a_document_is_explained(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--operation", "Bills", "--variables", '{"n": 10}') == 0
    assert capsys.readouterr().out == EXPLAINED.format(12 + 10 * (1 + 5 + 5))
    assert run(folder, "--operation", "Names") == 0
    assert capsys.readouterr().out.splitlines()[:3] == ["points        0", "rounds        0", "calls         none"]


def test_limits_that_it_breaks_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--operation", "Bills", GATEWAY_MAX_COST="100", GATEWAY_MAX_QUERY_DEPTH="3:measure") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["limit depth (measure): 5, at most 3", f"limit cost (enforce): {12 + 25 * 11}, at most 100"]


def test_the_scopes_that_a_caller_lacks_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = ("add", "--owner", "Acme", "--scopes", "customer:read", "--points-per-minute", "5000")
    keys(add, {"GATEWAY_STORE": str(folder / "store.db")})
    key = "_".join(capsys.readouterr().out.split("_")[:2])
    assert run(folder, "--operation", "Bills", "--caller", key) == 1
    printed = capsys.readouterr().out
    assert "of 5000 a minute\n" in printed
    assert f"lacking       billing:read: {key} gets null and FORBIDDEN there\n" in printed
    with pytest.raises(ConfigError, match="There is no key c360_ffffffffffff"):
        run(folder, "--operation", "Bills", "--caller", "c360_ffffffffffff")


def test_a_document_that_cannot_run_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 1
    assert capsys.readouterr().out == "The document has several operations: set `operationName`.\n"
    (folder / "wrong.graphql").write_text("{ nonsense }", encoding="utf-8")
    assert run(folder, document="wrong.graphql") == 1
    assert "Cannot query field 'nonsense'" in capsys.readouterr().out
    with pytest.raises(ConfigError, match="cannot be read"):
        run(folder, document="missing.graphql")
    with pytest.raises(SystemExit):
        run(folder, "--variables", "[]")

"""The documentation is true: its tables come from the code, its examples run, its links lead somewhere.

GraphQL and curl examples run against a whole demo: tests/demo/test_docs.py.
"""

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import msgspec
import pytest
from support.pages import PAGES, ROOT, examples, languages
from support.resolvers.single_rules import context, record
from support.rows import row

from docs.reference import variable_reference
from docs.tables import metrics_table, with_tables
from gateway.__main__ import check_options, command_line
from gateway.cache.policy import CachePolicy
from gateway.catalog.loader import parse_catalog
from gateway.catalog.model import Relation
from gateway.commands.audit import audit_options
from gateway.commands.explain import explain_options
from gateway.commands.keys import keys_options
from gateway.config.limits import Limits
from gateway.config.unknown_variables import RENAMED
from gateway.contract.record import stored_fields
from gateway.limits.checks import breaches_of, refusal
from gateway.resilience.circuit import CircuitState
from gateway.resolvers.graph.relations import relations_of
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.server.event_payload import parse_events
from gateway.telemetry.request_record import CLIENT_DISCONNECTED, INTERNAL_ERROR
from gateway.telemetry.source_stats import CacheResult
from gateway_demo.launch.cli import demo_options

OPTIONS = {
    "keys": keys_options,
    "audit": audit_options,
    "explain": explain_options,
}  # of commands with options for the store
README_LINES = 150
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
TESTED = {"toml", "json", "console", "graphql", "python"}
PROSE = {"mermaid", "text"}
TEST_VARIABLES = {"GATEWAY_TEST_POSTGRES", "GATEWAY_TEST_REDIS", "GATEWAY_CRM_URL"}
TOML, JSON, CONSOLE, PYTHON = (examples(language) for language in ("toml", "json", "console", "python"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_is_a_front_page() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_generated_tables_are_those_of_the_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == with_tables(text), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        if re.match(r"https?:", link):
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            headings = [_anchor(each) for each in HEADING.findall(target.read_text(encoding="utf-8"))]
            assert anchor in headings, link


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_language_of_an_example_is_tested() -> None:
    assert languages() <= TESTED | PROSE


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_catalogs_are_read(text: str) -> None:
    variables = {name: _address(name) for name in re.findall(r"env:(\w+)", text)}
    assert parse_catalog(text, variables, RECORDS, RELATIONS).entries


def _address(variable: str) -> str:
    return "sqlite:///x.db" if variable.endswith("DSN") else "http://desk"


def test_the_worked_policies_are_read_as_described() -> None:
    text = TOML["caching-and-resilience-1"]
    catalog = parse_catalog(text, {"DESK_URL": "http://desk"}, RECORDS, RELATIONS)
    assert catalog.sources["desk"].policies.breaker is False
    policies = {by: entry.cache_policy for (_, by), entry in catalog.entries.items()}
    assert policies == {"id": CachePolicy(60, negative_ttl=5), "account_id": None}


@pytest.mark.parametrize("text", JSON.values(), ids=JSON)
def test_json_is_an_event_an_error_states_or_an_answer(text: str) -> None:
    value = json.loads(text)
    if "data" in value:
        assert set(value) == {"data"}, "tests/demo/test_partners.py asks for it"
    elif "system" in value:
        assert parse_events(msgspec.json.encode(value))
    elif "limitName" in value.get("extensions", ()):
        limit = Limits().cost
        error = refusal(breaches_of((limit, value["extensions"]["measured"])))
        assert error is not None
        assert value == {"message": str(error), "extensions": error.extensions}
    elif "extensions" in value:
        assert set(value) == {"message", "path", "extensions"}
        assert set(value["extensions"]) == {"code", "source", "retryable", "cause"}
    else:
        (state,) = value.values()
        assert set(state) == {"state", "asOf", "ageSeconds", "fromCache", "retryable"}


@pytest.mark.parametrize("text", CONSOLE.values(), ids=CONSOLE)
def test_commands_are_accepted_with_all_their_arguments(text: str) -> None:
    for line in text.splitlines():
        prompt, *command = shlex.split(line, comments=True)
        assert prompt == "$"
        program, *arguments = [each for each in command if not re.match(r"[A-Z_]+=", each)]
        if program == "make":
            _check_make(*arguments, **dict(each.split("=", 1) for each in command if re.match(r"[A-Z_]+=", each)))
        elif program == ".venv/bin/gateway":
            options = command_line().parse_args(arguments)
            if options.command == "check":
                check_options().parse_args(options.arguments)
            elif options.command in OPTIONS:
                OPTIONS[options.command]({}).parse_args(options.arguments)
            else:
                assert options.arguments == [], line
        else:
            assert program == "curl", "these run in tests/demo/"


def _check_make(target: str, **variables: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    for name, value in variables.items():
        assert f"$({name})" in MAKEFILE
        if name == "DEMO":
            demo_options(shlex.split(value))


def _module(text: str) -> Any:
    """The module that an example makes. It has an imported name, for strawberry looks up those of classes."""
    module = ModuleType(__name__)
    exec(compile(text, "example", "exec"), module.__dict__)  # noqa: S102  # our own pages
    return module


def test_the_recipe_of_a_record_type_makes_one() -> None:
    module = _module(PYTHON["contributing-1"])
    assert set(stored_fields(module.BillLine)) == {"segment_id", "sequence", "amount"}
    assert relations_of([module.BillSegment]) == [Relation("BillLine", ("segment_id",))]


@pytest.mark.parametrize("is_final", [True, False])
def test_the_recipe_of_an_insight_raises_it(*, is_final: bool) -> None:
    module = _module(PYTHON["contributing-2"])
    bill = record("Bill", row("Bill", is_final=is_final))
    findings = list(module.bill_final.decide(replace(context(), records={module.BILLS: [bill]})))
    assert [each.evidence for each in findings] == ([[bill]] if is_final else [])


def test_every_recipe_is_tested() -> None:
    assert set(PYTHON) == {"contributing-1", "contributing-2", "partners-1"}, "the last: tests/demo/test_partners.py"


def test_the_changelog_renames_metrics_to_those_that_exist() -> None:
    table = CHANGELOG.partition("Metrics and outcomes:")[2].partition("\n### ")[0]
    _head, _line, *renamed = re.findall(r"^\| (.*) \| (.*) \|$", table, re.MULTILINE)
    metrics = dict(re.findall(r"^\| `(\w+)` \| \w+ \| (.*?) ?\|", metrics_table(), re.MULTILINE))
    words = {CLIENT_DISCONNECTED, INTERNAL_ERROR, *CircuitState.__members__, *get_args(CacheResult), "reads", "writes"}
    for old, new in renamed:
        for name in re.findall(r"gateway_\w+", new):
            assert name in metrics
            assert all(f"`{label}`" in metrics[name] for label in re.findall(r"\{(\w+)\}", new))
            assert not set(re.findall(r"gateway_\w+", old)) & set(metrics), old
        assert {each for each in re.findall(r"`([A-Za-z_]+)`", new) if not each.startswith("gateway_")} <= words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_variables_named_in_pages_exist(page: Path) -> None:
    named = set(re.findall(r"\b(GATEWAY_[A-Z_]+\b|OTEL_[A-Z_]+[A-Z])", page.read_text(encoding="utf-8")))
    assert named - {"GATEWAY_"} <= {each.name for each in variable_reference()} | TEST_VARIABLES | set(RENAMED)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_named_in_pages_exist(page: Path) -> None:
    named = re.findall(r"`([\w/]+\.(?:py|md|toml|graphql|txt))`", page.read_text(encoding="utf-8"))
    rooms = (ROOT, ROOT / "gateway", ROOT / "docs", ROOT / "gateway_demo")
    missing = [each for each in named if not any((room / each).exists() for room in rooms)]
    assert set(missing) <= {"catalog.toml"}, "the operator's own file"


def test_every_room_is_in_the_architecture() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {each.parent.name for each in (ROOT / "gateway").glob("*/__init__.py")}
    assert {room for room in rooms if f"  {room}/" not in page} == set()

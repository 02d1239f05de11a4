"""The documentation is true: its tables come from the code, its examples run, its links lead somewhere.

GraphQL and curl examples run against a whole demo: tests/demo/test_docs.py.
"""

import json
import re
import shlex
from pathlib import Path

import msgspec
import pytest
from support.pages import PAGES, ROOT, examples, languages

from docs.reference import variable_reference
from docs.tables import with_tables
from gateway.__main__ import COMMANDS
from gateway.cache.policy import CachePolicy
from gateway.catalog.loader import parse_catalog
from gateway.config.unknown_variables import RENAMED
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.server.event_payload import parse_events

README_LINES = 150
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
TESTED = {"toml", "json", "console", "graphql"}
PROSE = {"mermaid", "text"}
TEST_VARIABLES = {"GATEWAY_TEST_POSTGRES", "GATEWAY_TEST_REDIS", "GATEWAY_CRM_URL"}
TOML, JSON, CONSOLE = (examples(language) for language in ("toml", "json", "console"))


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
def test_json_is_an_event_an_error_or_source_states(text: str) -> None:
    value = json.loads(text)
    if "system" in value:
        assert parse_events(msgspec.json.encode(value))
    elif "extensions" in value:
        assert set(value) == {"message", "path", "extensions"}
        assert set(value["extensions"]) == {"code", "source", "retryable"}
    else:
        (state,) = value.values()
        assert set(state) == {"state", "asOf", "ageSeconds", "fromCache", "retryable"}


@pytest.mark.parametrize("text", CONSOLE.values(), ids=CONSOLE)
def test_commands_exist(text: str) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in text.splitlines():
        prompt, *command = shlex.split(line, comments=True)
        assert prompt == "$"
        program, *arguments = [each for each in command if not re.match(r"[A-Z_]+=", each)]
        if program == "make":
            assert arguments[0] in targets, line
        elif program == ".venv/bin/gateway":
            assert arguments[0] in COMMANDS, line
        else:
            assert program == "curl", line


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

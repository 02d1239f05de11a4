"""README says what is true."""

import re
from pathlib import Path

from support.doc_tables import insights_table, policies_table, thresholds_table

from gateway.cache.policy import CachePolicy
from gateway.catalog.loader import parse_catalog
from gateway.config.reference import variable_reference
from gateway.resilience.concurrency_limit import ConcurrencyPolicy
from gateway.resilience.retry import RetryPolicy
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway_demo.cases.markdown import cases_table

README = Path(__file__).parent.parent.joinpath("README.md").read_text(encoding="utf-8")
SECRETS = ("ERP_DSN", "DESK_URL", "DESK_TOKEN_URL", "DESK_ID", "DESK_SECRET")


def block(language: str) -> str:
    """The first code block of a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def between(name: str) -> str:
    """What stands between the two marks of a name."""
    return README.split(f"<!-- {name} -->\n")[1].split(f"\n<!-- /{name} -->")[0]


def test_the_cases_listed_are_the_cases_planted():
    assert between("cases") == cases_table()


def test_the_insights_listed_are_those_of_the_table():
    assert between("insights") == insights_table()


def test_the_thresholds_listed_are_those_that_can_be_set():
    assert between("thresholds") == thresholds_table()


def test_the_words_of_a_source_listed_are_those_that_can_be_said():
    assert between("words") == policies_table()


def test_the_worked_words_of_a_source_are_read_as_they_are_meant():
    worked = README.split("### The words of a source\n")[1].split("```toml\n")[1].split("```")[0]
    catalog = parse_catalog(worked, {"DESK_URL": "http://desk"}, RECORDS, RELATIONS)
    policies = catalog.sources["desk"].policies
    assert (policies.breaker, policies.hedge) == (False, True)
    assert (policies.queue, policies.retry) == (ConcurrencyPolicy(at_once=8), RetryPolicy(times=2))
    keeps = {by: entry.cache_policy for (_, by), entry in catalog.entries.items()}
    assert keeps == {"id": CachePolicy(60, negative_ttl=5), "account_id": None}


def test_the_worked_catalog_is_a_catalog():
    env = dict.fromkeys(SECRETS, "sqlite:///x.db") | {
        "DESK_URL": "http://desk",
        "DESK_TOKEN_URL": "http://desk/t",
    }
    catalog = parse_catalog(block("toml"), env, RECORDS, RELATIONS)
    assert sorted(catalog.entries) == [
        ("Bill", "account_id"),
        ("Bill", "id"),
        ("ServiceRequest", "account_id"),
        ("ServiceRequest", "id"),
    ]


def test_the_variables_listed_are_those_that_are_read():
    table = README.split("### Configuration\n")[1].split("\n## ")[0]
    listed = set(re.findall(r"^\| `(?:HOST`, `)?([A-Z_]+)`", table, re.MULTILINE))
    assert listed == {row.name for row in variable_reference()} - {"HOST"}

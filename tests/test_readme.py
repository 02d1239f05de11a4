"""README says what is true."""

import re
from pathlib import Path

from gateway.catalog_reading import read
from gateway.config import from_environment
from gateway.demo.readme import cases_table
from gateway.records import RECORDS, RELATIONS

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


def test_the_worked_catalog_is_a_catalog():
    env = dict.fromkeys(SECRETS, "sqlite:///x.db") | {
        "DESK_URL": "http://desk",
        "DESK_TOKEN_URL": "http://desk/t",
    }
    catalog = read(block("toml"), env, RECORDS, RELATIONS)
    assert sorted(catalog.entries) == [
        ("Bill", "account_id"),
        ("Bill", "id"),
        ("ServiceRequest", "account_id"),
        ("ServiceRequest", "id"),
    ]


def test_the_variables_listed_are_those_that_are_read():
    listed = set(re.findall(r"^\| `(?:HOST`, `)?([A-Z_]+)`", README, re.MULTILINE))
    config = Path(from_environment.__code__.co_filename).read_text(encoding="utf-8")
    assert listed == set(re.findall(r'"(GATEWAY_[A-Z_]+|PORT)"', config))

"""Everything wrong with a catalog is said at once, each thing in a sentence with its place."""

from pathlib import Path

import pytest
from support.world import catalog_text, ways

from gateway.catalog.loader import parse_catalog, read_catalog_file
from gateway.catalog.model import Catalog
from gateway.errors import ConfigError
from gateway.mapping.record_fields import stored_fields
from gateway.resolvers.records import RECORDS, RELATIONS

SOURCE = '[sources.billing]\nkind = "memory"\ncurrency = "USD"\n'
BILL = """[records.Bill]
source = "billing"
at = "bills"
by.id = {}
by.account_id = {}
fields.id = "ID"
fields.account_id = "ACCOUNT"
fields.bill_number = "NUMBER"
fields.issued_on = "ISSUED"
fields.amount_due = "DUE"
"""
RIGHT = SOURCE + BILL


def catalog(text: str, **env: str) -> Catalog:
    return parse_catalog(text, env, RECORDS, RELATIONS, name="catalog.toml")


def complaints(text: str, **env: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        catalog(text, **env)
    return list(caught.value.diagnostics)


def changed(old: str, new: str) -> str:
    assert old in RIGHT
    return RIGHT.replace(old, new)


def test_the_right_catalog_is_right() -> None:
    made = catalog(RIGHT)
    assert made.has_lookup("Bill", "account_id")
    assert made.has_record("Bill")
    assert not made.has_record("Payment")
    assert made.entries["Bill", "id"].lookup.name == "Bill by id"


@pytest.mark.parametrize("record", RECORDS)
def test_code_and_catalog_agree_of_every_record(record: str) -> None:
    made = catalog(catalog_text())
    for by in ways(record):
        entry = made.entries[record, by]
        assert entry.mapper.extractors.keys() == stored_fields(RECORDS[record]).keys()
        assert (entry.lookup.time is None) == (RECORDS[record].TIME is None)


REFERENCE = (
    SOURCE
    + """[records.AccountReference]
source = "billing"
at = "references"
by.account_id = {}
by.customer_id = {}
fields.account_id = "ACCOUNT"
fields.customer_id = "CUSTOMER"
"""
)


def test_rows_without_an_id_are_not_told_apart_by_their_key() -> None:
    made = catalog(REFERENCE)
    assert {entry.lookup.id for entry in made.entries.values()} == {None}


def test_an_id_nobody_mapped_is_not_looked_for() -> None:
    balance = '[records.AccountBalance]\nsource = "billing"\nat = "balances"\nby.account_id = {}\n'
    text = SOURCE + balance + 'fields.account_id = "ACCOUNT"\nfields.current = "OWED"\n'
    assert catalog(text).entries["AccountBalance", "account_id"].lookup.id is None


def test_an_empty_catalog_is_wrong_for_it_connects_nothing() -> None:
    assert complaints("") == ["catalog.toml: the catalog connects nothing: it has no lookup of any record"]


NEEDS = "required field has no mapping; add it to `fields`"
# What is written instead of what, the line that is wrong, and the sentence that says so.
WRONG = {
    "an unknown part": ("[records.Bill]", "[rules]\n[records.Bill]", 4, "rules is not a part of a catalog"),
    "an unknown record": ("[records.Bill]", "[records.Bil]", 4, "there is no record Bil; there are A"),
    "an unknown field": ('.id = "ID"', '.id = "ID"\nfields.due = "X"', 10, "Bill has no field due; it has"),
    "an unknown source": ('= "billing"', '= "biling"', 5, "record Bill: there is no source biling"),
    "no source": ('source = "billing"\n', "", 4, "record Bill names no source"),
    "an unknown kind": ('"memory"', '"sqlite"', 2, "billing needs a kind, one of rest, sql, graphql"),
    "a kind that is no word": ('"memory"', "[1]", 2, "source billing needs a kind"),
    "an unknown spelling": ("currency =", 'naming = "camel"\ncurrency =', 3, "naming is one of snake"),
    "a spelling that is no word": ("currency =", "naming = [1]\ncurrency =", 3, "naming must be text"),
    "an unknown zone": ("currency =", 'zone = "Mars/Olympus"\ncurrency =', 3, "Mars/Olympus is no time zone"),
    "a record's zone": ("at =", 'zone = "../etc"\nat =', 6, "records.Bill: ../etc is no time zone"),
    "a time without an id": (
        '.id = "ID"',
        '.id = { join = ["A", "B"] }',
        7,
        "Bill by id: its rows have a time, so say in which one field their id is",
    ),
    "no lookup": ("by.account_id = {}\n", "", 4, "record Bill has no lookup by account_id, and"),
    "a lookup too many": ("by.id", "by.number = {}\nby.id", 7, "in the schema asks for Bill by number"),
    "an unknown word of a source": ("currency", 'colour = "red"\ncurrency', 3, "colour is an unknown word"),
    "an unknown word of a record": ("at =", 'table = "x"\nat =', 6, "Bill: table is none of at, by"),
    "an unknown word of a lookup": ("by.id = {}", "by.id = { whre = 1 }", 7, "whre is an unknown word"),
    "no place": ('at = "bills"\n', "", 6, "the word at is missing"),
    "a field needed": ('fields.bill_number = "NUMBER"\n', "", 9, f"bill_number: {NEEDS}"),
    "a currency needed": ('currency = "USD"\n', "", 12, f"amount_due.currency: {NEEDS}"),
    "an unknown word of a field": ('"NUMBER"', '{ pth = "N" }', 11, "path, value, join, and has pth"),
    "nothing said of a field": ('"NUMBER"', "{}", 11, "path, value, join, and has nothing"),
    "too much said of a field": ('"NUMBER"', '{ path = "N", value = "1" }', 11, "and has path, value"),
    "a field that is a number": ('"NUMBER"', "5", 11, "bill_number: must be a path or a table"),
    "an ill-typed word": ('"DUE"', '{ path = "D", scale = "x" }', 13, "scale must be a whole number"),
    "a join of numbers": ('"NUMBER"', "{ join = [1] }", 11, "join must be a list, each text"),
    "an unknown form": ("fields.issued", 'fields.status = { path = "S", values.A = "X" }\nfields.issued', 12,
                        "BillStatus has no X; it has PENDING, COMPLETE, WRITTEN_OFF, CANCELED"),
    "a constant that does not fit": ('"ISSUED"', '{ value = "soon" }', 12, "issued_on: "),
    "a type as a path": ("fields.issued", 'fields.period = "P"\nfields.issued', 12, "must be a table with"),
    "a shifted amount": ('"NUMBER"', '{ path = "N", day_offset = 1 }', 11, "`day_offset` applies to"),
    "a record that is no table": (BILL, "[records]\nBill = 5\n", 5, "record Bill must be a table"),
    "a lookup that is no table": ("by.id = {}", "by.id = 5", 7, "Bill by id must be a table"),
    "a link that is no text": ("at =", "link = 5\nat =", 6, "records.Bill.link must be text"),
    "a key that cannot be": ('"ID"', '{ value = "1" }', 7, "Bill by id: say `key`, where a row has its id"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_with_its_line(what: str) -> None:
    old, new, line, sentence = WRONG[what]
    said = complaints(changed(old, new))
    assert any(each.startswith(f"catalog.toml:{line}: ") and sentence in each for each in said), said


def test_everything_wrong_is_said_at_once_and_once() -> None:
    text = (
        RIGHT.replace('"NUMBER"', "5").replace('currency = "USD"', 'zone = "Mars"').replace("by.id", "by.it")
    )
    said = complaints(text)
    assert len(said) == len(set(said)) == 5
    assert [each.split(":")[1] for each in said] == ["3", "11", "13", "4", "7"]


def test_a_wrong_source_is_complained_of_once_not_at_each_of_its_lookups() -> None:
    assert len(complaints(changed('"memory"', '"sqlite"'))) == 1


def test_all_missing_variables_are_named_each_with_its_line() -> None:
    text = '[sources.crm]\nkind = "rest"\nurl = "env:CRM_URL"\n[sources.crm.auth]\nkind = "header"\n'
    text += 'name = "x-key"\nvalue = "env:CRM_KEY"\n[sources.cis]\nkind = "sql"\nurl = "env:CIS_URL"\n'
    assert complaints(text, CRM_URL="http://127.0.0.1:1") == [
        "catalog.toml:7: the environment variable CRM_KEY is not set",
        "catalog.toml:10: the environment variable CIS_URL is not set",
    ]


@pytest.mark.parametrize(
    "url", ["hunter2", "mysql://me:hunter2@db/x", "postgresql://me:hunter2@db:port/x", "postgresql://hunter2"]
)
def test_a_secret_never_appears_in_a_complaint(url: str) -> None:
    text = '[sources.cis]\nkind = "sql"\nurl = "env:CIS_URL"\nzone = "Mars"\n'
    said = complaints(text, CIS_URL=url)
    assert "hunter2" not in str(said)


@pytest.mark.parametrize("text", ["[sources", "a = ", "a = 1\na = 2", "\x00", "a = 1 1", "= 1", '"' * 9])
def test_what_is_no_toml_is_said_with_its_line(text: str) -> None:
    (said,) = complaints("# a comment\n" + text)
    assert said.startswith(
        ("catalog.toml:2: no TOML: ", "catalog.toml:3: no TOML: ", "catalog.toml: no TOML: ")
    )


@pytest.mark.parametrize(
    "text", ["sources = 5", "records = []", "sources.x = 5", "records.Bill = []", "x.y.z = 1"]
)
def test_tables_that_are_none_are_complained_of(text: str) -> None:
    assert complaints(text)[0].startswith("catalog.toml:1: ")


def test_a_file_that_cannot_be_read_is_said_by_name(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n")
    for name, sentence in (("none.toml", "No such file"), ("latin.toml", "this is not text in UTF-8")):
        with pytest.raises(ConfigError, match=sentence) as caught:
            read_catalog_file(tmp_path / name, {}, RECORDS, RELATIONS)
        assert name in str(caught.value)


def test_a_way_to_another_system_shares_no_place_with_the_record() -> None:
    text = (
        changed("by.id = {}", 'by.id = { source = "archive" }')
        + '[sources.archive]\nkind = "memory"\ncurrency="USD"\n'
    )
    assert "the word at is missing" in complaints(text)[0]
    made = catalog(text.replace('"archive" }', '"archive", at = "old" }'))
    assert made.entries["Bill", "id"].lookup.place.at == "old"
    assert made.entries["Bill", "account_id"].lookup.source == "billing"


def test_a_spelling_speaks_for_the_fields_that_are_not_said() -> None:
    text = (
        '[sources.billing]\nkind = "memory"\ncurrency = "USD"\nnaming = "UPPER_CASE"\n'
        + BILL.partition("fields")[0]
    )
    lookup = catalog(text + 'fields.amount_due = "DUE"\n').entries["Bill", "account_id"].lookup
    assert lookup.key == ("ACCOUNT_ID",)
    assert {"ID", "BILL_NUMBER", "ISSUED_ON", "DUE"} <= set(lookup.columns)
    assert "DUE_ON" in lookup.optional_columns

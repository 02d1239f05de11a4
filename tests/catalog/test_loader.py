"""Every error of a catalog is reported at once, each in a sentence with its line."""

from pathlib import Path

import pytest
from support.catalogs import catalog, catalog_errors
from support.harness import catalog_text, ways

from gateway.catalog.loader import read_catalog_file
from gateway.contract.record import stored_fields
from gateway.errors import ConfigError
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


def changed(old: str, new: str) -> str:
    assert old in RIGHT
    return RIGHT.replace(old, new)


def test_a_valid_catalog_has_its_lookups() -> None:
    parsed = catalog(RIGHT)
    assert ("Bill", "account_id") in parsed.entries
    assert "Payment" not in {record for record, _ in parsed.entries}
    assert parsed.entries["Bill", "id"].lookup.name == "Bill by id"


@pytest.mark.parametrize("record", RECORDS)
def test_a_mapper_has_every_stored_field(record: str) -> None:
    parsed = catalog(catalog_text())
    for by in ways(record):
        entry = parsed.entries[record, by]
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
BALANCE = (
    SOURCE
    + """[records.AccountBalance]
source = "billing"
at = "balances"
by.account_id = {}
fields.account_id = "ACCOUNT"
fields.current = "OWED"
"""
)


@pytest.mark.parametrize("text", [REFERENCE, BALANCE], ids=["no id field", "unmapped id"])
def test_a_lookup_without_a_mapped_id_has_no_row_id(text: str) -> None:
    assert {entry.lookup.id for entry in catalog(text).entries.values()} == {None}


def test_an_empty_catalog_is_refused() -> None:
    assert catalog_errors("") == ["catalog.toml: the catalog has no lookup of any record"]


NEEDS = "required field has no mapping; add it to `fields`"
# The valid text, what replaces it, the line of the error, and its message.
WRONG = {
    "an unknown section": ("[records.Bill]", "[rules]\n[records.Bill]", 4, "rules is not a section"),
    "an unknown record": ("[records.Bill]", "[records.Bil]", 4, "there is no record Bil; the records are A"),
    "an unknown field": ('.id = "ID"', '.id = "ID"\nfields.due = "X"', 10, "Bill has no field due; it has"),
    "an unknown source": ('= "billing"', '= "biling"', 5, "record Bill: there is no source biling"),
    "no source": ('source = "billing"\n', "", 4, "record Bill has no `source`"),
    "an unknown kind": ('"memory"', '"sqlite"', 2, "billing: kind must be one of rest, sql"),
    "a kind that is not text": ('"memory"', "[1]", 2, "source billing: kind must be"),
    "an unknown spelling": ("currency =", 'spelling = "camel"\ncurrency =', 3, "spelling must be one of"),
    "a spelling that is not text": ("currency =", "spelling = [1]\ncurrency =", 3, "spelling must be text"),
    "a currency in words": ('"USD"', '"DOLLAR"', 3, "billing: currency must be an ISO 4217 code of three capital"),
    "a currency in small letters": ('"USD"', '"usd"', 3, "sources.billing: currency must be an ISO 4217 code"),
    "a currency by its number": ('"USD"', '"840"', 3, "sources.billing: currency must be an ISO 4217 code"),
    "no currency": ('"USD"', '""', 3, "sources.billing: currency must be an ISO 4217 code"),
    "the code for no currency": ('"USD"', '"XXX"', 3, "sources.billing: currency must be an ISO 4217 code"),
    "a record's currency": (
        "at =",
        'currency = { value = "US$" }\nat =',
        14,
        "amount_due.currency: a currency must be an ISO 4217 code",
    ),
    "an odd meaning of a currency": (
        "at =",
        'currency = { path = "C", values = { "1" = "dollar" } }\nat =',
        14,
        "amount_due.currency: `values`: expected a currency of ISO 4217",
    ),
    "an unknown zone": ("currency =", 'zone = "Mars/Olympus"\ncurrency =', 3, "Mars/Olympus is not a time"),
    "a record's zone": ("at =", 'zone = "../etc"\nat =', 6, "records.Bill: ../etc is not a time zone"),
    "a time without an id": (
        '.id = "ID"',
        '.id = { join = ["A", "B"] }',
        7,
        "Bill by id: rows with a time need an id: map `id` to one field",
    ),
    "no lookup": ("by.account_id = {}\n", "", 4, "record Bill needs a lookup by account_id"),
    "an unused lookup": ("by.id", "by.number = {}\nby.id", 7, "the schema never looks up Bill by number"),
    "an unknown word of a source": ("currency", 'colour = "red"\ncurrency', 3, "colour is an unknown word"),
    "an unknown word of a record": ("at =", 'table = "x"\nat =', 6, "Bill: table is an unknown word"),
    "an unknown word of a lookup": ("by.id = {}", "by.id = { whre = 1 }", 7, "whre is an unknown word"),
    "no place in the source": ('at = "bills"\n', "", 6, "the word at is missing"),
    "a missing field": ('fields.bill_number = "NUMBER"\n', "", 9, f"bill_number: {NEEDS}"),
    "a missing currency": ('currency = "USD"\n', "", 12, f"amount_due.currency: {NEEDS}"),
    "an unknown word of a field": ('"NUMBER"', '{ pth = "N" }', 11, "path, value, join, and has pth"),
    "an empty field": ('"NUMBER"', "{}", 11, "path, value, join, and has nothing"),
    "two locations of a field": ('"NUMBER"', '{ path = "N", value = "1" }', 11, "and has path, value"),
    "a field that is a number": ('"NUMBER"', "5", 11, "bill_number: must be a path or a table"),
    "an ill-typed word": ('"DUE"', '{ path = "D", scale = "x" }', 13, "scale must be a whole number"),
    "a join of numbers": ('"NUMBER"', "{ join = [1] }", 11, "join must be a list, each text"),
    "an unknown value": ("fields.issued", 'fields.status = { path = "S", values.A = "X" }\nfields.issued', 12,
                        "BillStatus has no X; it has PENDING, COMPLETE, WRITTEN_OFF, CANCELED"),
    "an invalid constant": ('"ISSUED"', '{ value = "soon" }', 12, "issued_on: "),
    "a type as a path": ("fields.issued", 'fields.period = "P"\nfields.issued', 12, "must be a table with"),
    "an amount with an offset": ('"NUMBER"', '{ path = "N", day_offset = 1 }', 11, "`day_offset` applies to"),
    "a record that is not a table": (BILL, "[records]\nBill = 5\n", 5, "record Bill must be a table"),
    "a lookup that is not a table": ("by.id = {}", "by.id = 5", 7, "Bill by id must be a table"),
    "a link that is not text": ("at =", "link = 5\nat =", 6, "records.Bill.link must be text"),
    "a constant key": ('"ID"', '{ value = "1" }', 7, "Bill by id: needs `key`: where a row has its id"),
}  # fmt: skip


@pytest.mark.parametrize("error", WRONG)
def test_an_error_is_reported_with_its_line(error: str) -> None:
    old, new, line, message = WRONG[error]
    errors = catalog_errors(changed(old, new))
    assert any(each.startswith(f"catalog.toml:{line}: ") and message in each for each in errors), errors


def test_every_error_is_reported_once() -> None:
    text = RIGHT.replace('"NUMBER"', "5").replace('currency = "USD"', 'zone = "Mars"').replace("by.id", "by.it")
    errors = catalog_errors(text)
    assert len(errors) == len(set(errors)) == 5
    assert [error.split(":")[1] for error in errors] == ["3", "11", "13", "4", "7"]


def test_an_invalid_source_is_reported_once_for_all_its_lookups() -> None:
    assert len(catalog_errors(changed('"memory"', '"sqlite"'))) == 1


def test_every_unset_variable_is_reported_with_its_line() -> None:
    text = '[sources.crm]\nkind = "rest"\nurl = "env:CRM_URL"\n[sources.crm.auth]\nkind = "header"\n'
    text += 'name = "x-key"\nvalue = "env:CRM_KEY"\n[sources.cis]\nkind = "sql"\nurl = "env:CIS_URL"\n'
    assert catalog_errors(text, CRM_URL="http://127.0.0.1:1") == [
        "catalog.toml:7: the environment variable CRM_KEY is not set",
        "catalog.toml:10: the environment variable CIS_URL is not set",
    ]


@pytest.mark.parametrize(
    "url", ["hunter2", "mysql://me:hunter2@db/x", "postgresql://me:hunter2@db:port/x", "postgresql://hunter2"]
)
def test_an_error_never_shows_a_secret(url: str) -> None:
    text = '[sources.cis]\nkind = "sql"\nurl = "env:CIS_URL"\nzone = "Mars"\n'
    assert "hunter2" not in str(catalog_errors(text, CIS_URL=url))


@pytest.mark.parametrize("text", ["[sources", "a = ", "a = 1\na = 2", "\x00", "a = 1 1", "= 1", '"' * 9])
def test_invalid_toml_is_reported_with_its_line(text: str) -> None:
    (error,) = catalog_errors("# a comment\n" + text)
    assert error.startswith(tuple(f"catalog.toml{line}: invalid TOML: " for line in (":2", ":3", "")))


@pytest.mark.parametrize("text", ["sources = 5", "records = []", "sources.x = 5", "records.Bill = []", "x.y.z = 1"])
def test_a_value_instead_of_a_table_is_reported(text: str) -> None:
    assert catalog_errors(text)[0].startswith("catalog.toml:1: ")


def test_an_unreadable_file_is_reported_by_name(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n")
    for name, message in (("none.toml", "No such file"), ("latin.toml", "must be text in UTF-8")):
        with pytest.raises(ConfigError, match=message) as caught:
            read_catalog_file(tmp_path / name, {}, RECORDS, RELATIONS)
        assert name in str(caught.value)


def test_a_lookup_in_another_source_does_not_inherit_the_place() -> None:
    text = (
        changed("by.id = {}", 'by.id = { source = "archive" }') + '[sources.archive]\nkind = "memory"\ncurrency="USD"\n'
    )
    assert "the word at is missing" in catalog_errors(text)[0]
    parsed = catalog(text.replace('"archive" }', '"archive", at = "old" }'))
    assert parsed.entries["Bill", "id"].lookup.place.at == "old"
    assert parsed.entries["Bill", "account_id"].lookup.source == "billing"


def test_a_naming_convention_maps_the_fields_without_a_mapping() -> None:
    text = SOURCE + 'spelling = "UPPER_CASE"\n' + BILL.partition("fields")[0] + 'fields.amount_due = "DUE"\n'
    lookup = catalog(text).entries["Bill", "account_id"].lookup
    assert lookup.key == ("ACCOUNT_ID",)
    assert {"ID", "BILL_NUMBER", "ISSUED_ON", "DUE"} <= set(lookup.columns)
    assert "DUE_ON" in lookup.optional_columns

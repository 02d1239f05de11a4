"""A catalog with more than twenty different errors: none hides another."""

from support.catalogs import catalog_errors

MANY = """[sources.billing]
kind = "memry"
zone = "Mars"
spelling = "camel"
colour = "red"
secret = "env:SECRET"
[sources.crm]
kind = "rest"
url = "env:CRM_URL"
timeout = "long"
auth  = { kind = "magic" }
[sources.cis]
kind = "memory"
[records.Bill]
source = "biling"
tabel = "x"
by.id = { fields.nothing = "X" }
fields.due = "X"
fields.bill_number = { path = "N", scale = "two", pth = "M" }
fields.status = { path = "S", values = { A = "X", B = "Y" }, format = 3 }
[records.Payment]
by = 3
fields = "x"
source = ["a"]
[records.Customer]
source = "crm"
defaults = { paging = { style = "pages" }, max_limit = 0 }
by.id = { get = "/c/{key}" }
fields = { id = "id", customer_number = 5 }
[records.Account]
fields.number = "N"
"""
ERRORS = {
    2: ("billing: kind must be one of",), 3: ("Mars is not a time zone",), 4: ("spelling must be one of",),
    5: ("colour is an unknown word",), 6: ("variable SECRET is not set",),
    9: ("variable CRM_URL is not set",),
    10: ("timeout must be a number, more than 0",),
    11: ("auth.kind must be one of basic, certificate, header, oauth2",),
    15: ("there is no source biling",), 16: ("tabel is an unknown word",), 17: ("has no field nothing",),
    18: ("Bill has no field due",), 19: ("scale must be a whole number", "pth is an unknown word"),
    20: ("BillStatus has no X, Y; it has", "format must be text"), 22: ("by must be a table",),
    23: ("fields must be a table",), 24: ("source must be text",),
    27: ("paging.style must be one of cursor, link, next, offset, page", "max_limit must be a whole number"),
    29: ("customer_number: must be a path or a table",), 30: ("record Account has no `source`",),
}  # fmt: skip


def test_two_dozen_different_errors_are_all_reported_with_their_lines() -> None:
    errors = catalog_errors(MANY)
    for line, messages in ERRORS.items():
        here = [error for error in errors if error.startswith(f"catalog.toml:{line}: ")]
        assert all(any(message in error for error in here) for message in messages), (line, errors)
    assert not any("`$" in error or "Expected" in error or "None" in error for error in errors)

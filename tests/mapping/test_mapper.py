"""A row becomes a record exactly as the catalog says, or the field that does not match is named."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.mappers import NEW_YORK, Thing, make_mapper, mapped, mapping_error, thing_mapper

from gateway.mapping.converters import MappingError
from gateway.mapping.field_specs import NAMING_RULES
from gateway.mapping.mapper import MapperBuilder
from gateway.resolvers.billing.bills import Bill, BillSegment, BillStatus, ServiceQuantity
from gateway.resolvers.graph.values import Address, CodedValue, Money, Period
from gateway.resolvers.party.parties import Person

CASES: list[tuple[str, Any, dict[str, Any], Any]] = [
    ("text", "a", {"a": "x"}, "x"),
    ("text", "a.b.c", {"a": {"b": {"c": "deep"}}}, "deep"),
    ("text", "a.b.c", {"a": {"b": None}}, None),
    ("text", "a.b", {"a": "no table"}, None),
    ("text", "a", {"a": 42}, "42"),
    ("text", {"value": "always"}, {}, "always"),
    ("text", {"join": ["a", "b.c"]}, {"a": "Ada", "b": {"c": "Lovelace"}}, "Ada Lovelace"),
    ("text", {"join": ["a", "b"]}, {"a": None, "b": "Lovelace"}, "Lovelace"),
    ("text", {"join": ["a", "b"]}, {"a": None, "b": ""}, None),
    ("text", {"path": "a", "values": {"1": "one", "*": "many"}}, {"a": 1}, "one"),
    ("text", {"path": "a", "values": {"1": "one", "*": "many"}}, {"a": 7}, "many"),
    ("count", "a", {"a": "12"}, 12),
    ("count", "a", {"a": 12.0}, 12),
    ("sum", "a", {"a": "12.50"}, Decimal("12.50")),
    ("sum", "a", {"a": 0.1}, Decimal("0.1")),
    ("sum", {"path": "a", "scale": -2}, {"a": 1999}, Decimal("19.99")),
    ("sum", {"path": "a", "scale": 3}, {"a": "1.5"}, Decimal(1500)),
    ("ratio", "a", {"a": "0.25"}, 0.25),
    ("yes", "a", {"a": True}, True),
    ("yes", "a", {"a": 0}, False),
    ("yes", {"path": "a", "values": {"Y": True, "*": False}}, {"a": "Y "}, True),
    ("yes", {"path": "a", "values": {"Y": True, "*": False}}, {"a": "?"}, False),
    ("day", "a", {"a": "2026-11-01"}, date(2026, 11, 1)),
    ("day", "a", {"a": "2026-11-01 00:00:00"}, date(2026, 11, 1)),
    ("day", "a", {"a": datetime(2026, 11, 1, tzinfo=NEW_YORK)}, date(2026, 11, 1)),
    ("where", "a", {"a": "America/Chicago"}, ZoneInfo("America/Chicago")),
    ("where", {"path": "a", "values": {"C": "America/Chicago"}}, {"a": "C"}, ZoneInfo("America/Chicago")),
    ("count", "a", {"a": -(2**31)}, -(2**31)),
    ("sum", "a", {"a": " 1.5E+2 "}, Decimal(150)),
    ("day", {"path": "a", "day_offset": -1}, {"a": "2026-03-01"}, date(2026, 2, 28)),
    ("day", {"path": "a", "format": "day"}, {"a": "2026-11-01T03:59:00Z"}, date(2026, 10, 31)),
    ("day", {"path": "a", "format": "day", "zone": "UTC"}, {"a": "2026-11-01T03:59:00Z"}, date(2026, 11, 1)),
    ("moment", "a", {"a": "2026-11-01T05:30:00Z"}, datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ("moment", {"path": "a", "format": "epoch"}, {"a": 0}, datetime(1970, 1, 1, tzinfo=UTC)),
    ("moment", {"path": "a", "format": "epoch_ms"}, {"a": 500}, datetime(1970, 1, 1, 0, 0, 0, 500_000, UTC)),
    ("moment", {"path": "a", "format": "local"}, {"a": "2026-07-01T08"},
     datetime(2026, 7, 1, 12, tzinfo=UTC)),
    ("moment", {"path": "a", "format": "local", "zone": "Asia/Tokyo"}, {"a": "2026-07-01T09:00"},
     datetime(2026, 7, 1, tzinfo=UTC)),
    ("status", "a", {"a": "written off"}, BillStatus.WRITTEN_OFF),
    ("status", {"path": "a", "values": {"9": "CANCELED"}}, {"a": 9}, BillStatus.CANCELED),
    ("status", {"path": "a", "values": {"true": "COMPLETE"}}, {"a": True}, BillStatus.COMPLETE),
    ("status", {"path": "a", "values": {"9": "CANCELED", "*": "PENDING"}}, {"a": 5}, BillStatus.PENDING),
    ("status", {"value": "COMPLETE"}, {}, BillStatus.COMPLETE),
    ("words", "a", {"a": ["x", "y"]}, ["x", "y"]),
    ("words", "a", {"a": '["x", "y"]'}, ["x", "y"]),
    ("words", {"path": "a", "split": ";"}, {"a": "x;y;"}, ["x", "y"]),
    ("words", {"path": "a", "split": ";"}, {"a": ""}, []),
    ("words", {"path": "a", "values": {"1": "one"}}, {"a": [1]}, ["one"]),
    ("words", {"value": ["x"]}, {}, ["x"]),
    ("words", "a", {"a": []}, []),
    ("days", {"path": "a", "split": ","}, {"a": "2026-01-01,20260102"}, [date(2026, 1, 1), date(2026, 1, 2)]),
    ("money", "a", {"a": "1.10"}, Money(amount=Decimal("1.10"), currency="USD")),
    ("money", {"path": "a", "scale": -2}, {"a": 110}, Money(amount=Decimal("1.10"), currency="USD")),
    ("money", {"amount": "a", "currency": "c"}, {"a": 1, "c": "eur "}, Money(amount=Decimal(1), currency="EUR")),
    ("money", "a", {}, None),
    ("period", {"start": "a", "end": "b"}, {"a": "2026-01-01"}, Period(start=date(2026, 1, 1), end=None)),
    ("period", {"start": "a", "end": "b"}, {"b": "2026-01-01"}, None),
    ("address", {"line1": "a.l", "city": "a.c"}, {"a": {"l": "1 Main St", "c": "Utica"}},
     Address(line1="1 Main St", line2=None, city="Utica", region=None, postal_code=None, country=None)),
    ("code", "a", {"a": 7}, CodedValue(code="7", description=None)),
    ("code", {"path": "a", "values": {"7": "seven"}}, {"a": 7}, CodedValue(code="7", description="seven")),
    ("code", {"code": "a", "description": "b"}, {"a": 7, "b": "so"}, CodedValue(code="7", description="so")),
    ("quantities", {"items": "q", "fields": {"unit": "u", "quantity": {"path": "n.v", "scale": -3}}},
     {"q": [{"u": "kWh", "n": {"v": 1500}}]},
     [ServiceQuantity(unit="kWh", time_of_use=None, quantity=Decimal("1.500"))]),
    ("quantities", {"items": "q", "fields": {"unit": "u", "quantity": "v"}}, {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("field", "spec", "row", "value"), CASES)
def test_a_field_is_mapped_by_its_spec(field: str, spec: Any, row: dict[str, Any], value: Any) -> None:
    assert mapped(field, spec, **row) == value


@pytest.mark.parametrize(
    ("number", "text"), [("7", "7"), ("7.00", "7"), ("-7", "-7"), ("9" * 30, "9" * 30), ("7E+2", "700")]
)
def test_a_whole_decimal_is_a_text_as_an_integer_is(number: str, text: str) -> None:
    assert mapped("text", "a", a=Decimal(number)) == text


NAIVE_ENDS = (datetime.min, datetime.max)  # noqa: DTZ901  # as a database returns infinity
ENDS = ("9999-12-31", "0001-01-01", "infinity", "-Infinity", date.max, NAIVE_ENDS[0], "9999-12-31T23:59:59.999999")
MOMENTS = ("infinity", "-infinity", NAIVE_ENDS[1], "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00")
ALL_TYPES = ("count", "sum", "ratio", "yes", "day", "moment", "status", "days", "where", "money", "code")


@pytest.mark.parametrize("name", ALL_TYPES)
@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_costs_its_field_only(name: str, text: str) -> None:
    if name == "code" and text:
        return  # a code of blanks is a code
    assert mapped(name, "a", a=text) is None
    assert mapped(name, "a.b", a={"b": text}) is None


@pytest.mark.parametrize("name", [*ALL_TYPES, "text", "words"])
@pytest.mark.parametrize("text", ["", "null", " null ", "0000-00-00"])
def test_a_text_that_means_nothing_is_null(name: str, text: str) -> None:
    empty = ["", "null", "0000-00-00"]
    assert mapped(name, {"path": "a", "empty": empty}, a=text) is None
    assert mapped(name, {"path": "a.b", "empty": empty}, a={"b": text}) is None
    assert mapped(name, "a", mapper_empty=empty, a=text) is None


def test_an_inner_empty_overrides_an_outer_one() -> None:
    assert mapped("text", {"path": "a", "empty": []}, mapper_empty=["null"], a="null") == "null"
    assert mapped("text", {"path": "a", "empty": ["none"]}, mapper_empty=["null"], a="null") == "null"
    assert mapped("text", {"path": "a", "empty": ["none"]}, mapper_empty=["null"], a="none") is None


@pytest.mark.parametrize(
    ("name", "spec", "raw", "value"),
    [
        ("text", "a", "", ""),
        ("words", {"path": "a", "split": ","}, "", []),
        ("words", {"path": "a", "split": ",", "empty": ["null"]}, "x,null,y", ["x", "y"]),
        ("days", "a", ["2026-01-01", ""], [date(2026, 1, 1)]),
        ("status", {"path": "a", "values": {"": "PENDING"}}, "", BillStatus.PENDING),
        ("yes", {"path": "a", "values": {"Y": True, "*": False}}, "", False),
        ("yes", {"path": "a", "values": {"Y": True, "*": False}, "empty": [""]}, "", None),
        ("count", {"path": "a", "empty": ["-1"]}, -1, None),
        ("day", {"path": "a", "empty": ["2999-12-31"]}, date(2999, 12, 31), None),
        ("text", {"join": ["a", "b"], "empty": ["null"]}, "null", None),
    ],
)
def test_what_an_empty_text_means_depends_on_its_field(name: str, spec: Any, raw: Any, value: Any) -> None:
    assert mapped(name, spec, a=raw) == value


def test_an_empty_text_in_a_required_field_is_missing() -> None:
    with pytest.raises(MappingError, match=r"Thing\.id: missing"):
        thing_mapper(id={"path": "id", "empty": ["null"]}).read({"id": "null"})


def test_an_empty_id_identifies_nothing() -> None:
    with pytest.raises(MappingError, match=r"Thing\.id: missing"):
        thing_mapper(id="id").read({"id": ""})


def test_an_address_of_empty_texts_is_none() -> None:
    spec = {"line1": "l", "city": "c"}
    assert mapped("address", spec, l="", c="") is None
    assert mapped("address", spec, l="", c="Utica").line1 == ""


@pytest.mark.parametrize("end", ENDS)
def test_an_open_end_of_a_day_is_none(end: Any) -> None:
    assert mapped("day", "a", a=end) is None
    assert mapped("day", {"path": "a", "day_offset": -1}, a=end) is None
    assert mapped("day", {"path": "a", "format": "day"}, a=end) is None
    assert mapped("period", {"start": "s", "end": "a"}, s="2026-01-01", a=end).end is None


@pytest.mark.parametrize("end", MOMENTS)
@pytest.mark.parametrize("form", ["iso", "local"])
def test_an_open_end_of_a_time_is_none(form: str, end: Any) -> None:
    assert mapped("moment", {"path": "a", "format": form}, a=end) is None


def test_a_required_day_at_an_open_end_is_kept() -> None:
    period = mapped("period", {"start": "s", "end": "a"}, s="-infinity", a="2026-01-01")
    assert period == Period(start=date.min, end=date(2026, 1, 1))


NO_EFFECT: list[tuple[str, Any, str]] = [
    ("text", {"path": "a", "split": ","}, "`split` applies to lists"),
    ("code", {"path": "a", "split": ","}, "`split` applies to lists"),
    ("words", {"path": "a", "split": ""}, "`split` needs a separator"),
    ("words", {"value": ["x"], "split": ","}, "`split` applies to lists"),
    ("quantities", {"items": "q", "split": ",", "fields": {"unit": "u", "quantity": "q"}}, "`split` applies to lists"),
    ("text", {"path": "a", "fields": {"x": "y"}}, "`fields` applies to lists of tables"),
    ("words", {"path": "a", "fields": {"x": "y"}}, "`fields` applies to lists of tables"),
    ("words", {"items": ""}, "a path needs the name"),
    ("quantities", {"items": "", "fields": {"unit": "u", "quantity": "q"}}, "a path needs the name"),
    ("text", "", "a path needs the name"),
    ("text", "a..b", "not a dotted path"),
    ("text", {"join": []}, "a path needs the name"),
    ("text", {"join": ["a", ""]}, "a path needs the name"),
    ("text", {"path": "a", "values": {}}, "`values` needs at least one code"),
    ("code", {"path": "a", "values": {}}, "`values` needs at least one code"),
    ("text", {"value": "x", "empty": ["x"]}, "`empty` has no effect beside `value`"),
    ("money", {"path": "a", "zone": "UTC"}, "`zone` applies to"),
    ("money", {"path": "a", "values": {"x": "1"}}, "`values` applies to"),
    ("days", {"path": "a", "zone": "UTC"}, "`zone` applies to"),
    ("days", {"path": "a", "values": {"x": "y"}}, "`values` applies to"),
    ("words", {"path": "a", "day_offset": 1}, "`day_offset` applies to"),
    ("code", {"path": "a", "format": "iso"}, "`format` applies to"),
    ("text", {"path": "a", "empty": "null"}, "empty must be a list, each text"),
]


@pytest.mark.parametrize(("name", "spec", "message"), NO_EFFECT)
def test_a_word_that_does_nothing_is_refused(name: str, spec: Any, message: str) -> None:
    builder = MapperBuilder(Thing, currency={"value": "USD"})
    builder.build({"id": "id", name: spec})
    [(path, text)] = builder.diagnostics
    assert path[0] == name
    assert message in text


@pytest.mark.parametrize("rule", NAMING_RULES)
def test_a_naming_rule_leaves_lists_unknown(rule: str) -> None:
    mapper = make_mapper(Thing, {"id": "id"}, naming=NAMING_RULES[rule])
    name = NAMING_RULES[rule]("text")
    assert mapper.read({"id": "1", name: "x", NAMING_RULES[rule]("words"): 5}) == Thing(id="1", text="x")


INVALID: list[tuple[str, Any, Any]] = [
    ("text", "a", 1.5),
    ("text", "a", ["secret"]),
    ("text", "a", Decimal("7.5")),
    ("text", "a", Decimal("NaN")),
    ("text", "a", Decimal("1e300000000")),
    ("text", {"path": "a", "values": {"1": "one"}}, "secret"),
    ("count", "a", 1.5),
    ("count", "a", True),
    ("sum", "a", "secret"),
    ("sum", "a", "NaN"),
    ("sum", "a", float("inf")),
    ("sum", "a", True),
    ("sum", "a", "1_000"),
    ("sum", "a", "١٢"),
    ("sum", "a", "1e300000000"),
    ("sum", "a", "1e999"),
    ("day", "a", "secret day"),  # as long as a day
    pytest.param("sum", "a", 10**500, id="a number of 500 digits"),
    ("status", "a", ["PENDING"]),
    ("sum", "a", Decimal("1e300000000")),
    ("sum", "a", Decimal("1e-300000000")),
    ("sum", "a", "9" * 401),
    ("ratio", "a", Decimal("1e300000000")),
    ("count", "a", "1_000"),
    ("count", "a", 2**31),
    ("count", "a", str(-(2**31) - 1)),
    ("count", "a", Decimal("1e300000000")),
    ("count", "a", float("inf")),
    ("where", "a", "secret/zone"),
    ("where", "a", "../secret"),
    ("where", "a", 5),
    ("yes", "a", "secret"),
    ("yes", "a", 2),
    ("day", "a", "secret"),
    ("day", "a", 20260101),
    ("day", "a", "2026-01-02T04:30:00Z"),
    ("day", "a", datetime(2026, 1, 2, 4, 30, tzinfo=UTC)),
    ("moment", "a", "2026-11-01T05:30:00"),
    ("moment", {"path": "a", "format": "epoch"}, "secret"),
    ("moment", {"path": "a", "format": "epoch"}, 10**18),
    ("status", "a", "secret"),
    ("status", {"path": "a", "values": {"1": "PENDING"}}, "PENDING"),
    ("words", "a", "secret, secret"),
    ("words", "a", "{}"),
    ("words", "a", [["secret"]]),
    ("money", "a", "secret"),
    ("period", {"start": "a"}, "secret"),
    ("quantities", {"items": "a", "fields": {"unit": "u", "quantity": "q"}}, [{"u": "kWh"}]),
    ("quantities", {"items": "a", "fields": {"unit": "u", "quantity": "q"}}, ["secret"]),
]


@pytest.mark.parametrize(("field", "spec", "value"), INVALID)
def test_an_error_names_the_field_and_never_the_value(field: str, spec: Any, value: Any) -> None:
    error = mapping_error(field, spec, a=value)
    assert error.startswith(f"Thing.{field}: ")
    assert "secret" not in error
    assert str(value) not in error or value == "PENDING"


@pytest.mark.parametrize("row", [{}, {"id": None}])
def test_a_missing_required_value_is_an_error(row: dict[str, Any]) -> None:
    with pytest.raises(MappingError, match=r"Thing\.id: missing"):
        thing_mapper().read(row)


def test_a_field_without_a_mapping_is_none() -> None:
    assert thing_mapper().read({"id": "1", "text": "not mapped"}) == Thing(id="1")


def test_a_currency_comes_from_field_record_or_source() -> None:
    def currency(default: Any, **spec: str) -> str:
        mapper = thing_mapper(currency=default, money={"amount": "a", **spec})
        thing = mapper.read({"id": "1", "a": "1", "c": "CAD", "r": "MXN"})
        return str(thing.money.currency)

    assert currency({"value": "USD"}) == "USD"
    assert currency("r") == "MXN"
    assert currency("r", currency="c") == "CAD"


def test_a_mapper_knows_its_columns_and_paths() -> None:
    mapper = thing_mapper(
        text="a.b", count={"join": ["c", "d"]}, quantities={"items": "e.f", "fields": {"unit": "u", "quantity": "q"}}
    )
    assert mapper.columns == {"id", "a", "c", "d", "e"}
    assert ("e", "f", "u") in mapper.paths


def test_real_records_are_mapped() -> None:
    mapper = make_mapper(
        Bill,
        {"id": "n", "account_id": "a", "bill_number": "n", "issued_on": "d", "amount_due": "due.v"},
        currency="due.c",
    )
    bill = mapper.read({"n": 7, "a": 1, "d": "2026-01-31", "due": {"v": 1.1, "c": "EUR"}})
    assert (bill.bill_number, bill.amount_due) == ("7", Money(amount=Decimal("1.1"), currency="EUR"))
    for due in ({}, {"due": None}, {"due": {"c": "EUR"}}):
        with pytest.raises(MappingError, match=r"Bill\.amount_due: missing"):
            mapper.read({"n": 7, "a": 1, "d": "2026-01-31", **due})
    make_mapper(Person, {"id": "i", "name": {"join": ["f", "l"]}, "roles": {"value": ["CUSTOMER"]}})


def test_missing_specs_of_required_fields_are_reported() -> None:
    builder = MapperBuilder(BillSegment)
    builder.build({"id": "n"})
    assert builder.diagnostics != []

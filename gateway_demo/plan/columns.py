"""Column types of the demo's databases, and the form in which the generator carries each value."""

from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Numeric, String, Table
from sqlalchemy.sql.schema import Index
from sqlalchemy.types import TypeEngine

type_of_amount = Numeric(12, 2).with_variant(String(16), "sqlite")
type_of_quantity = Numeric(14, 3).with_variant(String(20), "sqlite")
type_of_price = Numeric(14, 6).with_variant(String(24), "sqlite")
type_of_time = DateTime().with_variant(String(19), "sqlite")
type_of_day = Date().with_variant(String(10), "sqlite")

AnyColumn: TypeAlias = Column[Any]


def _column(name: str, kind: TypeEngine[Any], about: str, *, form: str = "", key: bool = False) -> AnyColumn:
    return Column(
        name, kind, primary_key=key, autoincrement=False, nullable=not key, comment=about, info={"form": form}
    )


def text(name: str, about: str, *, key: bool = False) -> AnyColumn:
    return _column(name, String(), about, key=key)


def integer(name: str, about: str, *, key: bool = False) -> AnyColumn:
    return _column(name, Integer(), about, key=key)


def big_integer(name: str, about: str, *, key: bool = False) -> AnyColumn:
    """A 64-bit integer, for ids."""
    return _column(name, BigInteger(), about, key=key)


def cents(name: str, about: str) -> AnyColumn:
    """Money, stored as integer cents."""
    return _column(name, BigInteger(), f"{about} (cents)")


def amount(name: str, about: str) -> AnyColumn:
    """Money, stored as a decimal with two places and generated as cents."""
    return _column(name, type_of_amount, f"{about} (dollars, decimal)", form="2")


def quantity(name: str, about: str, *, places: int = 3) -> AnyColumn:
    """A decimal, generated as thousandths, or as millionths for unit prices."""
    kind = type_of_quantity if places == 3 else type_of_price  # noqa: PLR2004 - the two supported scales
    return _column(name, kind, f"{about} (decimal, {places} places)", form=str(places))


def day(name: str, about: str, *, key: bool = False) -> AnyColumn:
    return _column(name, type_of_day, f"{about} (date)", form="day", key=key)


def local(name: str, about: str) -> AnyColumn:
    """A New York local time without offset, generated as epoch seconds."""
    return _column(name, type_of_time, f"{about} (naive, New York time)", form="local")


def utc(name: str, about: str, *, key: bool = False) -> AnyColumn:
    """A UTC time without offset, generated as epoch seconds."""
    return _column(name, type_of_time, f"{about} (naive, UTC)", form="utc", key=key)


def coded(code: str, description: str, about: str) -> tuple[AnyColumn, AnyColumn]:
    """A code column and its description column."""
    return text(code, f"{about}: code"), text(description, f"{about}: description")


def table(meta: MetaData, name: str, *columns: AnyColumn, find: str = "") -> Table:
    """A table; `find="ACCT_ID+BILL_DT BILL_NBR"` adds two indices."""
    new_table = Table(name, meta, *columns)
    for parts in find.split():
        names = parts.split("+")
        Index(f"IX_{name}_{'_'.join(names)}", *(new_table.c[part] for part in names))
    return new_table


def clustered_table(meta: MetaData, name: str, *columns: AnyColumn) -> Table:
    """A large table stored in the order of its primary key."""
    return Table(name, meta, *columns, sqlite_with_rowid=False)

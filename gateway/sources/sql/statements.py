"""Statements for one lookup: each shape written and compiled once, keys and bounds only ever bound."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Integer,
    Select,
    SelectBase,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import FromClause

from gateway.sources.sql.keys import KeyType
from gateway.sources.sql.times import TimeColumn

PREFIX_INDEX = (
    "which_beginning"  # a column beside a row's own: the place, among those asked, of what it begins with
)
_BY_CODE_POINT = {"sqlite": "BINARY", "postgresql": "C"}


class Shape(NamedTuple):
    """What a statement asks for, its values aside. `prefixes` counts the beginnings asked for, if any."""

    many: bool
    since: bool = False
    until: bool = False
    after: bool = False
    limit: bool = False
    prefixes: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """Text for the driver, and the values it wants in their order; `beside` is what follows a row's own."""

    text: str
    wants: tuple[str, ...]
    fixed: Mapping[str, Any]
    beside: tuple[str, ...] = ()

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the text."""
        return [given[name] if name in given else self.fixed[name] for name in self.wants]


@dataclass(frozen=True, slots=True)
class StatementParts:
    """What every statement of one lookup is made of. `key` and `time` are the bare columns."""

    table: FromClause
    columns: tuple[ColumnElement[Any], ...]
    where: tuple[ColumnElement[bool], ...]
    key: ColumnElement[Any]
    key_kind: KeyType
    id: ColumnElement[Any] | None
    dialect: Dialect
    time: ColumnElement[Any] | None = None
    moments: TimeColumn | None = None
    may_lack_time: bool = False


@dataclass(slots=True)
class Statements:
    """The statements of one lookup, as they come to be needed."""

    parts: StatementParts
    _made: dict[Shape, Statement] = field(default_factory=dict)

    def of(self, shape: Shape) -> Statement:
        """The statement of this shape."""
        made = self._made.get(shape)
        if made is None:
            made = self._made[shape] = _statement(self.parts, shape)
        return made


def _statement(parts: StatementParts, shape: Shape) -> Statement:
    if shape.limit and shape.prefixes > 1:
        return compiled(_first_of_each(parts, shape), parts.dialect, beside=(PREFIX_INDEX,))
    return compiled(rows(parts, shape), parts.dialect)


def compiled(statement: SelectBase, dialect: Dialect, beside: tuple[str, ...] = ()) -> Statement:
    """The text that the driver is sent."""
    made = statement.compile(dialect=dialect)
    return Statement(str(made), tuple(made.positiontup or ()), dict(made.params), beside)


def _first_of_each(parts: StatementParts, shape: Shape) -> SelectBase:
    """The first rows of each beginning, each a range of the index read no further, one after another."""
    limit = bindparam("limit", type_=Integer())
    firsts = [
        select(*parts.columns, literal_column(str(n)).label(PREFIX_INDEX))
        .select_from(parts.table)
        .where(_within(parts, shape, _begins(parts, n)))
        .order_by(*(newest_first(parts) or _settled(parts, shape)))
        .limit(limit)
        .subquery()
        for n in range(shape.prefixes)
    ]
    return union_all(*(select(each) for each in firsts))


def rows(parts: StatementParts, shape: Shape) -> Select[Any]:
    """Every row asked for; where each of several keys has a limit, numbered by key first."""
    narrowed = select(*parts.columns).select_from(parts.table).where(_which(parts, shape))
    if not shape.limit:
        return narrowed
    order, limit = newest_first(parts) or _settled(parts, shape), bindparam("limit", type_=Integer())
    if not shape.many:
        return narrowed.order_by(*order).limit(limit)
    place = func.row_number().over(partition_by=parts.key, order_by=order).label("place_in_key")
    numbered = narrowed.add_columns(place).subquery()
    wanted = [numbered.c[each.name] for each in parts.columns]
    return select(*wanted).where(numbered.c.place_in_key <= limit).order_by(numbered.c.place_in_key)


def newest_first(parts: StatementParts) -> list[ColumnElement[Any]]:
    """By moment, then by id as text. A row without a moment comes first, so that it is seen and not cut."""
    if parts.time is None or parts.moments is None or parts.id is None:
        return []
    order = by_code_point(parts, parts.moments.order(parts.time), parts.moments.type).desc()
    identity = by_code_point(parts, cast(parts.id, Text()), Text()).desc()
    return [order.nulls_first() if parts.may_lack_time else order, identity]


def _settled(parts: StatementParts, shape: Shape) -> list[ColumnElement[Any]]:
    """Without a time: a beginning's whole text first, as an index has it; then by id as text."""
    key = [by_code_point(parts, parts.key, Text())] if shape.prefixes else []
    identity = [] if parts.id is None else [by_code_point(parts, cast(parts.id, Text()), Text())]
    return [*key, *identity]


def by_code_point(parts: StatementParts, value: ColumnElement[Any], kind: Any) -> ColumnElement[Any]:
    """Text compared as Python compares it; anything else as it is."""
    return value.collate(_BY_CODE_POINT[parts.dialect.name]) if isinstance(kind, Text) else value


def _which(parts: StatementParts, shape: Shape) -> ColumnElement[bool]:
    return _within(parts, shape, _keys(parts, shape))


def _within(parts: StatementParts, shape: Shape, keys: ColumnElement[bool]) -> ColumnElement[bool]:
    asked = and_(keys, *parts.where)
    bounds = _bounds(parts, shape)
    if parts.time is None or not bounds:
        return asked
    inside = and_(asked, *bounds)
    # Two arms, each with a range of the index, rather than one without.
    return or_(inside, and_(asked, parts.time.is_(None))) if parts.may_lack_time else inside


def _keys(parts: StatementParts, shape: Shape) -> ColumnElement[bool]:
    if shape.prefixes:
        return or_(*(_begins(parts, n) for n in range(shape.prefixes)))
    kind = parts.key_kind.type
    if not shape.many:
        return parts.key == bindparam("key", type_=kind)
    if parts.dialect.name == "sqlite":
        each = func.json_each(bindparam("keys", type_=Text())).table_valued("value")
        return parts.key.in_(select(each.c.value))
    return parts.key == any_(bindparam("keys", type_=ARRAY(kind)))


def _begins(parts: StatementParts, n: int) -> ColumnElement[bool]:
    if parts.dialect.name == "sqlite":  # LIKE takes "A" for "a" there
        start = parts.key >= bindparam(f"from{n}", type_=Text())
        return start & (parts.key < bindparam(f"to{n}", type_=Text()))
    return parts.key.like(bindparam(f"like{n}", type_=Text()), escape="\\")


def _bounds(parts: StatementParts, shape: Shape) -> list[ColumnElement[bool]]:
    if parts.time is None or parts.moments is None or parts.id is None:
        return []
    kind = parts.moments.type
    order = by_code_point(parts, parts.moments.order(parts.time), kind)
    bounds: list[ColumnElement[bool]] = []
    if shape.since:
        bounds += [order >= bindparam("since", type_=kind), _near(parts, "since", at_least=True)]
    if shape.until:
        bounds += [order < bindparam("until", type_=kind), _near(parts, "until", at_least=False)]
    if shape.after:
        identity = by_code_point(parts, cast(parts.id, Text()), Text())
        older = order < bindparam("after", type_=kind)
        bounds += [
            order < bindparam("past_after", type_=kind),
            _near(parts, "past_after", at_least=False),
            or_(older, identity < bindparam("after_id", type_=Text())),
        ]
    return bounds


def _near(parts: StatementParts, name: str, *, at_least: bool) -> ColumnElement[bool]:
    if parts.moments is None or parts.moments.near is None or parts.time is None:
        return true()
    bound = bindparam(f"near_{name}", type_=parts.moments.type)
    return parts.time >= bound if at_least else parts.time < bound


def label(name: str, value: ColumnElement[Any], *, as_text: bool) -> ColumnElement[Any]:
    """A column under the catalog's name of it."""
    return (cast(value, Text()) if as_text else value).label(name)

"""The statements of one lookup: each shape compiled once, with keys and bounds as bound values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import ge, lt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Dialect, GenerativeSelect, SelectBase, Text, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import FromClause

from gateway.sources.sql.keys import KeyType, by_code_point
from gateway.sources.sql.times import TimeColumn

PREFIX_INDEX = "prefix_index"  # a column after those of a row: the index of its prefix among those requested
SAMPLE_SIZE = 3
TIME_SAMPLE_SIZE = 200
_LIMIT = bindparam("limit", type_=sa.Integer())


class Shape(NamedTuple):
    """A statement without its values. `prefixes` is the number of prefixes, 0 for exact keys."""

    many: bool
    since: bool = False
    until: bool = False
    after: bool = False
    limit: bool = False
    prefixes: int = 0
    counts: bool = False  # not the rows, but their number


@dataclass(frozen=True, slots=True)
class Statement:
    """Text for the driver.

    parameters: names of its values, in order
    constants: values that do not depend on the batch
    extra_columns: columns after those of a row
    """

    text: str
    parameters: tuple[str, ...]
    constants: Mapping[str, Any]
    extra_columns: tuple[str, ...] = ()

    def ordered(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the parameters."""
        return [values[name] if name in values else self.constants[name] for name in self.parameters]


@dataclass(frozen=True, slots=True)
class PreparedLookup:
    """Everything that the batches of one lookup need.

    names: columns of a row, in the order of its values
    documents: names of the columns that hold JSON
    key_name: name of the column that holds the key
    key: the bare column
    max_rows: the largest number of rows that one statement may read; it reads one more to see that there are more
    id: as text, compared by code point
    writes_all_text: whether the database's encoding has every character
    """

    names: tuple[str, ...]
    table: FromClause
    columns: tuple[ColumnElement[Any], ...]
    documents: tuple[str, ...]
    where: tuple[ColumnElement[bool], ...]
    key_name: str
    key: ColumnElement[Any]
    key_type: KeyType
    max_rows: int
    id: ColumnElement[Any] | None
    dialect: Dialect
    writes_all_text: bool
    time: TimeColumn | None = None
    _by_shape: dict[Shape, Statement] = field(default_factory=dict)

    def statement(self, shape: Shape) -> Statement:
        """Compiled when it is first needed."""
        if shape not in self._by_shape:
            self._by_shape[shape] = self._written(shape)
        return self._by_shape[shape]

    def _written(self, shape: Shape) -> Statement:
        if shape.counts:
            return self._compiled(_counts(self, shape))
        several = shape.limit and shape.prefixes > 1
        rows = _first_of_each_prefix(self, shape) if several else _rows(self, shape)
        if not several and (shape.many or not shape.limit):
            # As text: of a parameter, PostgreSQL assumes that it cuts most rows off, and avoids the index.
            rows = rows.limit(sa.literal_column(str(self.max_rows + 1)))
        return self._compiled(rows, (PREFIX_INDEX,) if several else ())

    def sample(self, place: int | None = None, column: ColumnElement[Any] | None = None) -> Statement:
        """A few rows of any key; or the one at a place among them, or one column of it."""
        columns = self.columns if column is None else (column,)
        rows = select(*columns).select_from(self.table).where(*self.where)
        return self._compiled(rows.limit(SAMPLE_SIZE) if place is None else rows.limit(1).offset(place))

    def time_sample(self) -> Statement | None:
        """Some times, where their form must be checked."""
        if self.time is None or self.time.is_sortable is None:
            return None
        times = select(self.time.bare).select_from(self.table).where(*self.where, self.time.bare.is_not(None))
        return self._compiled(times.limit(TIME_SAMPLE_SIZE))

    def key_sample(self) -> Statement:
        """Some keys, whose spelling must be that of a search."""
        keys = select(self.key).select_from(self.table).where(*self.where, self.key.is_not(None))
        return self._compiled(keys.limit(1000))

    def echo(self) -> Statement:
        """The length of a key: fails only if the database cannot write the key."""
        return self._compiled(select(func.length(bindparam("key", type_=Text()))))

    def _compiled(self, statement: SelectBase, extra_columns: tuple[str, ...] = ()) -> Statement:
        result = statement.compile(dialect=self.dialect)
        return Statement(str(result), tuple(result.positiontup or ()), dict(result.params), extra_columns)


def _first_of_each_prefix(parts: PreparedLookup, shape: Shape) -> GenerativeSelect:
    """The first rows of each prefix: a range of the index for each, read no further than the limit."""
    firsts = [
        select(*parts.columns, sa.literal_column(str(n)).label(PREFIX_INDEX))
        .select_from(parts.table)
        .where(_in_window(parts, shape, _has_prefix(parts, n)))
        .order_by(*_order(parts, shape))
        .limit(_LIMIT)
        .subquery()
        for n in range(shape.prefixes)
    ]
    return sa.union_all(*(select(first) for first in firsts))


def _rows(parts: PreparedLookup, shape: Shape) -> GenerativeSelect:
    """All rows of the keys; with a limit and several keys, numbered by key first."""
    condition = _in_window(parts, shape, _keys(parts, shape))
    rows = select(*parts.columns).select_from(parts.table).where(condition)
    if not shape.limit:
        return rows
    order = _order(parts, shape)
    if not shape.many:
        return rows.order_by(*order).limit(_LIMIT)
    place = func.row_number().over(partition_by=parts.key, order_by=order).label("place_in_key")
    numbered = rows.add_columns(place).subquery()
    columns = [numbered.c[column.name] for column in parts.columns]
    position = numbered.c.place_in_key
    return select(*columns).where(position <= _LIMIT).order_by(position)


def _counts(parts: PreparedLookup, shape: Shape) -> SelectBase:
    """Each key, the number of its ids, and that of its rows without a place: they lack an id or a time."""
    if parts.time is None or parts.id is None:
        raise TypeError("rows without time or id have no window")
    unplaced = parts.time.unplaced
    misplaced = or_(parts.time.bare.is_(None) if unplaced is None else unplaced, parts.id.is_(None))
    key = parts.columns[parts.names.index(parts.key_name)]
    value = key.element if isinstance(key, sa.Label) else key
    numbers = func.count(sa.distinct(parts.id)), func.count(sa.case((misplaced, 1)))
    counts = select(key, *numbers).select_from(parts.table)
    return counts.where(_in_window(parts, shape, _keys(parts, shape))).group_by(value)


def _order(parts: PreparedLookup, shape: Shape) -> list[ColumnElement[Any]]:
    """Newest first, then by id as text. Without a time: by the text that has the prefix, then by id.

    A row without a place in the order comes first: a limit must not hide its error.
    """
    ids = [] if parts.id is None else [parts.id]
    if parts.time is None:
        return [*([by_code_point(parts.key, parts.dialect.name)] if shape.prefixes else []), *ids]
    newest, descending = parts.time.order.desc(), [each.desc() for each in ids]
    if parts.time.sortable is not None:
        return [sa.case((parts.time.sortable, 1), else_=0), newest, *descending]
    return [newest.nulls_first() if parts.time.nullable else newest, *descending]


def _in_window(parts: PreparedLookup, shape: Shape, keys: ColumnElement[bool]) -> ColumnElement[bool]:
    matching = and_(keys, *parts.where)
    bounds = _bounds(parts.time, parts.id, shape) if parts.time else []
    inside = and_(matching, *bounds)
    unplaced = parts.time.unplaced if parts.time else None
    if not bounds or unplaced is None:
        return inside
    # Two arms, each with a range of the index, instead of one condition without.
    return or_(inside, and_(matching, unplaced))


def _keys(parts: PreparedLookup, shape: Shape) -> ColumnElement[bool]:
    if shape.prefixes:
        return or_(*(_has_prefix(parts, n) for n in range(shape.prefixes)))
    kind = parts.key_type.type
    if not shape.many:
        return parts.key == bindparam("key", type_=kind)
    if parts.dialect.name == "sqlite":
        values = func.json_each(bindparam("keys", type_=Text())).table_valued("value")
        return parts.key.in_(select(values.c.value))
    return parts.key == sa.any_(bindparam("keys", type_=ARRAY(kind)))


def _has_prefix(parts: PreparedLookup, n: int) -> ColumnElement[bool]:
    if parts.dialect.name == "sqlite":  # its LIKE ignores case
        start = parts.key >= bindparam(f"from{n}", type_=Text())
        return start & (parts.key < bindparam(f"to{n}", type_=Text()))
    return parts.key.like(bindparam(f"like{n}", type_=Text()), escape="\\")


def _bounds(time: TimeColumn, row_id: ColumnElement[Any] | None, shape: Shape) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if shape.since:
        bounds += _bound(time, "since", ge)
    if shape.until:
        bounds += _bound(time, "until", lt)
    if shape.after and row_id is not None:
        older = time.order < bindparam("after", type_=time.type)
        bounds += _bound(time, "past_after", lt)
        bounds.append(or_(older, row_id < bindparam("after_id", type_=Text())))
    return bounds


def _bound(time: TimeColumn, name: str, compare: Callable[[Any, Any], Any]) -> list[ColumnElement[bool]]:
    """A bound of the times, and one of the bare column, for an index."""
    bound = compare(time.order, bindparam(name, type_=time.type))
    if time.index_bound is None:
        return [bound]
    return [bound, compare(time.bare, bindparam(f"index_{name}", type_=time.type))]

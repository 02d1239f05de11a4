"""A record with a field of every type, mapped from rows by catalog words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.contract.record import MappedRecord
from gateway.mapping.converters import MappingError
from gateway.mapping.mapper import MapperBuilder, RecordMapper
from gateway.resolvers.billing.bills import BillStatus, ServiceQuantity
from gateway.resolvers.graph.values import Address, CodedValue, Money, Period

NEW_YORK = ZoneInfo("America/New_York")


@dataclass
class Thing(MappedRecord):
    """A field of every type."""

    id: str
    text: str | None = None
    count: int | None = None
    sum: Decimal | None = None
    ratio: float | None = None
    yes: bool | None = None
    day: date | None = None
    moment: datetime | None = None
    status: BillStatus | None = None
    words: list[str] | None = None
    days: list[date] | None = None
    where: ZoneInfo | None = None
    money: Money | None = None
    period: Period | None = None
    address: Address | None = None
    code: CodedValue | None = None
    quantities: list[ServiceQuantity] | None = None


def make_mapper(record: type[MappedRecord], specs: dict[str, Any], **settings: Any) -> RecordMapper:
    builder = MapperBuilder(record, **settings)
    mapper = builder.build(specs)
    assert builder.diagnostics == []
    return mapper


def thing_mapper(
    *, zone: ZoneInfo | None = None, currency: Any = None, empty: Sequence[str] = (), **specs: Any
) -> RecordMapper:
    return make_mapper(Thing, {"id": "id", **specs}, zone=zone, currency=currency, empty=empty)


def mapped(field: str, spec: Any, mapper_empty: Sequence[str] = (), **row: Any) -> Any:
    """The value of one field of one row."""
    currency = {"value": "USD"} if field == "money" else None
    thing = thing_mapper(zone=NEW_YORK, currency=currency, empty=mapper_empty, **{field: spec}).read({"id": "1", **row})
    return getattr(thing, field)


def mapping_error(field: str, spec: Any, **row: Any) -> str:
    """The error of one field of one row."""
    with pytest.raises(MappingError) as caught:
        mapped(field, spec, **row)
    return str(caught.value)

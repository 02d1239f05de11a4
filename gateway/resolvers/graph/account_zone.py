"""Instants of an account's records, shown with the offset of the account."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from strawberry.types.field import StrawberryField

from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.relations import one_of

T = TypeVar("T")


def in_zone(record: Any, info: Info, convert: Callable[[ZoneInfo], T], *, guess: bool = True) -> T | Awaitable[T]:
    """A value in the zone of the record's account.

    A list or a feed of an account knows its zone. A record that was loaded alone asks for its account.
    With `guess`, the utility's zone stands in for that of an account whose system is away.
    """
    zone = record.provenance.zone if record.provenance else None
    return _in_zone_of_account(record, info, convert, guess=guess) if zone is None else convert(zone)


async def _in_zone_of_account(record: Any, info: Info, convert: Callable[[ZoneInfo], T], *, guess: bool) -> T:
    account: Any = await one_of(info.context.loader, info.context.records["BillingAccount"], "id", record.account_id)
    if account is not None and account.failure is not None and not guess:
        raise account.failure  # in an unknown zone, the day begins at an unknown instant
    return convert(account.zone_in(info) if account else info.context.zone)


class ZonedField(StrawberryField):
    """A stored field that is shown in the account's zone; its metadata has the conversion."""

    @property
    def is_basic_field(self) -> bool:
        return False

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002  # the parent's signature
        value = getattr(source, self.python_name)
        if value is None:
            return None
        convert: Callable[[Any, ZoneInfo], Any] = self.metadata["convert"]
        return in_zone(source, info, lambda zone: convert(value, zone))


def zoned(convert: Callable[[Any, ZoneInfo], Any] = datetime.astimezone) -> Any:
    """A stored field of a record with an `account_id`; by default, it is an instant."""
    return ZonedField(metadata={"convert": convert})

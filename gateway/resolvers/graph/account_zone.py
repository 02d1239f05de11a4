"""Instants of an account's records, shown with the offset of the account."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from strawberry.types.field import StrawberryField

from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.relations import one_of

T = TypeVar("T")


class AssumedZone(ZoneInfo):
    """The utility's zone, where that of an account is not known: the system that tells it did not answer."""


def in_zone(
    record: Any, info: Info, convert: Callable[[ZoneInfo], T], *, guess: bool = True
) -> T | Awaitable[T | None]:
    """A value in the zone of the record's account.

    A list or a feed of an account knows its zone. A record that was loaded alone asks for its account.
    With `guess`, the utility's zone stands in for that of an account whose system is away. Without it, the value is
    an error, or None if the record names no account.
    """
    zone = record.provenance.zone if record.provenance else None
    if zone is None or (isinstance(zone, AssumedZone) and not guess):
        return _in_zone_of_account(record, info, convert, guess=guess)
    return convert(zone)


async def _in_zone_of_account(record: Any, info: Info, convert: Callable[[ZoneInfo], T], *, guess: bool) -> T | None:
    account: Any = await one_of(info.context.loader, info.context.records["BillingAccount"], "id", record.account_id)
    if account is not None and account.failure is not None and not guess:
        raise account.failure  # in an unknown zone, the day begins at an unknown instant
    if account is None and not guess and record.provenance is not None and record.provenance.zone is not None:
        return None
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

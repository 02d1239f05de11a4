"""The arguments of lists: a filter and an order beside the page. They are alike on all lists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.graph.date_ranges import valid_days, valid_span
from gateway.resolvers.graph.descriptions import described_input
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.values import DateRange

Values = Mapping[str, Callable[[Any], Any]]


def replaced_by(argument: str) -> str:
    """The reason of the deprecation of an argument that is part of a filter now."""
    return f"Since 2026-11-30. Use `{argument}` instead, which all lists have alike."


_DAYS = replaced_by("filter.since` and `filter.until")
ReplacedRange = Annotated[DateRange | None, strawberry.argument(deprecation_reason=_DAYS)]


class ListOrder(DescribedEnum, labeled=False):
    """Order of a list by the time of its entries.

    Entries of one time are in the order of their ids. A list in one order is the exact reverse of the other.
    """

    NEWEST_FIRST = "NEWEST_FIRST", "From the newest entry to the oldest."
    OLDEST_FIRST = "OLDEST_FIRST", "From the oldest entry to the newest; for lists of at most 1,000 entries."


@described_input
class ListFilter:
    """Which entries a list has.

    VALUES: of each argument that lists values, the value of a record that must be among them.
    RARE: those of them that few records fit, so that all are read at once.

    since: Only entries of this day and later; null for no limit. Days are those of the account.
    until: Only entries of this day and earlier; null for no limit.
    """

    VALUES: ClassVar[Values] = {}
    RARE: ClassVar[frozenset[str]] = frozenset()

    since: date | None = None
    until: date | None = None

    def accepted(self) -> dict[str, list[Any]]:
        """The accepted values of each argument that has some. Raises BadInput for an empty list."""
        values: dict[str, list[Any]] = {}
        for name in self.VALUES:
            accepted = getattr(self, name)
            if accepted is not None and not accepted:
                path = f"filter.{to_camel_case(name)}"
                message = f"`{path}` is an empty list, which no entry fits: name at least 1 value, or leave it out."
                raise BadInput(message, Reason.EMPTY_FILTER, path, limit=1)
            if accepted is not None:
                values[name] = accepted
        return values


F = TypeVar("F", bound=ListFilter)


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The arguments of a list, checked.

    since, until: first and last day; None is an open end.
    accepted: the values that records must have, by the argument of the filter.
    """

    first: int | None = None
    after: str | None = None
    oldest_first: bool = False
    since: date | None = None
    until: date | None = None
    filter: ListFilter | None = None
    accepted: Mapping[str, list[Any]] = field(default_factory=dict)

    @property
    def days(self) -> tuple[date | None, date | None] | None:
        """First and last day of the list; None without any limit."""
        return None if self.since is None and self.until is None else (self.since, self.until)

    @property
    def criterion(self) -> object:
        """What tells lists of other filters apart, for cursors; None without a filter."""
        values = {name: sorted({_text(each) for each in accepted}) for name, accepted in self.accepted.items()}
        return tuple(sorted(values.items())) or None

    @property
    def is_rare(self) -> bool:
        """Whether few records fit the filter."""
        return self.filter is not None and not self.filter.RARE.isdisjoint(self.accepted)

    def matches(self, record: Any) -> bool:
        """Whether a record fits the filter, its days aside."""
        values = {} if self.filter is None else self.filter.VALUES
        return all(values[name](record) in accepted for name, accepted in self.accepted.items())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value.name)


def list_request(
    first: int | None, after: str | None, filter: ListFilter | None, order: ListOrder, range: DateRange | None = None
) -> ListRequest:
    """Check the arguments of a list. Raises BadInput with the argument to change."""
    since, until = (filter.since, filter.until) if filter else (None, None)
    valid_days(since, until, "filter")
    if range is not None:
        if since is not None or until is not None:
            message = "Pass either `range`, or `since` and `until` of `filter`, not both."
            raise BadInput(message, Reason.ARGUMENTS_CONFLICT, "range")
        valid_span(range.since, range.until)
        since, until = range.since, range.until
    accepted = filter.accepted() if filter else {}
    return ListRequest(first, after, order is ListOrder.OLDEST_FIRST, since, until, filter, accepted)


def with_values(kind: type[F], filter: F | None, name: str, argument: str, values: list[Any] | None) -> F | None:
    """The filter with the values of an argument that it replaces. Empty values are none, as they always were."""
    if not values:
        return filter
    if filter is not None and getattr(filter, name) is not None:
        message = f"Pass either `{argument}` or `filter.{to_camel_case(name)}`, not both."
        raise BadInput(message, Reason.ARGUMENTS_CONFLICT, argument)
    fields: dict[str, Any] = {name: values}
    return replace(filter or kind(), **fields)

"""The values of an insight, for clients that write its message themselves."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from gateway.access.masks import Cleared
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.model.message import Coded, Quantity, Span, Values, is_present, plain, value_text


@described
class InsightFact:
    """A value that decides what the message of an insight says.

    One of `text`, `money`, `day`, `moment`, `quantity` and `flag` is set.

    A value with several entries, such as services, has several facts of one name.

    name: Name of the value within the insights of this code, such as `amount` or `days`.
    item: Number of the thing that it belongs to, from 1, if the message has a sentence for each; otherwise null.
    text: The value in words, of a system, or of the gateway in the language of the request; null if it is none
        of words.
    code: Enum value that `text` says; null for other words, and without words.
    money: The value as an amount of money; null if it is none.
    day: The value as a day; null if it is none.
    moment: The value as an instant; null if it is none.
    quantity: The value as a number: a count, a share in percent, or a quantity; null if it is none.
    unit: Unit of `quantity`, or `hour`, `day` or `month` of a length of time; null if it has none.
    flag: True, where a sentence is said because of something that it does not name; otherwise null.
    """

    PERSONAL: ClassVar[Personal] = free_texts("text")

    name: str
    item: int | None = None
    text: str | None = None
    code: str | None = None
    money: Money | None = None
    day: date | None = None
    moment: datetime | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    flag: bool | None = None


def facts_of(values: Values, item: int | None = None) -> Iterator[InsightFact]:
    """The values that are there."""
    for name, value in values.items():
        if is_present(value):
            entries = value if isinstance(value, tuple) else (value,)
            yield from (InsightFact(name=name, item=item, **_fields(entry)) for entry in entries)


def _fields(value: object) -> dict[str, Any]:  # noqa: PLR0911  # one for each kind of value
    match value:
        case True:
            return {"flag": True}
        case Money():
            return {"money": value}
        case datetime():
            return {"moment": value}
        case date():
            return {"day": value}
        case Span():
            return {"quantity": Decimal(value.number), "unit": value.UNIT}
        case Quantity():
            return {"quantity": value.value, "unit": value.unit}
        case int() | Decimal():
            return {"quantity": Decimal(value)}
        case Coded():
            return {"text": value.text, "code": value.value.name}
        case DescribedEnum():
            return {"text": value_text(value), "code": value.name}
    return {"text": Cleared(plain(value))}

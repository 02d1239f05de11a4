"""Small values that records are made of: money, periods, coded values, addresses, agents."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NewType

import strawberry

from gateway.resolvers.graph.descriptions import described, described_input

Url = NewType("Url", str)


@described
class Money:
    """An amount in a currency.

    amount: a decimal number as text; never a float.
    currency: ISO 4217, such as USD.
    """

    MAIN: ClassVar[str] = "amount"

    amount: Decimal
    currency: str


@described
class CodedValue:
    """A value from a list that each utility keeps for itself.

    code: what the owning system calls it.
    description: what people call it; null where the system does not say.
    """

    MAIN: ClassVar[str] = "code"

    code: str
    description: str | None

    @classmethod
    def specs(cls, spec: Any) -> Mapping[str, Any]:
        """The fields' specs, from one path that may have words: code → description."""
        table = {"path": spec} if isinstance(spec, str) else dict(spec)
        words = table.pop("words", None)
        if words is None:
            return {"code": table}
        return {"code": table, "description": {**table, "words": words}}


@described
class Period:
    """Some days, the first and the last included.

    start: the first day.
    end: the last day; null while it goes on.
    """

    start: date
    end: date | None

    @strawberry.field(description="How many days, both ends counted; null while it goes on.")
    def days(self) -> int | None:
        return (self.end - self.start).days + 1 if self.end else None


@described
class Address:
    """A postal address.

    line1: house number and street.
    line2: flat, floor or care of.
    city: the town.
    region: the state or province.
    postal_code: as the post writes it.
    country: ISO 3166, two letters.
    """

    line1: str
    line2: str | None
    city: str
    region: str | None
    postal_code: str | None
    country: str | None


@described
class Agent:
    """Who acted for the utility: a person or a machine.

    id: as the owning system knows them.
    name: what people call them.
    user_name: what they log in with.
    is_automated: whether it is a machine; null where the system does not say.
    team: the group they work in.
    """

    MAIN: ClassVar[str] = "name"

    id: strawberry.ID | None
    name: str | None
    user_name: str | None
    is_automated: bool | None
    team: str | None


@described
class NameValue:
    """A detail that has a name.

    name: what it is called.
    value: what it is.
    """

    name: str
    value: str | None


@described_input
class DateRange:
    """Some days in the account's time zone, both ends included.

    since: the first day.
    until: the last day.
    """

    since: date
    until: date

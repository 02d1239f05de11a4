"""Values that records are made of: money, periods, coded values, addresses and agents."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NewType

import strawberry

from gateway.access.audiences import PARTNER
from gateway.languages.locales import locale_of
from gateway.resolvers.graph.decimals import exact_sum
from gateway.resolvers.graph.descriptions import described, described_input
from gateway.resolvers.graph.formats import money_text, when_loaded
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.wording import amount_text

Url = NewType("Url", str)
LOCAL_ID = "Since 2026-11-30. It is no id of this graph: objects of two systems may share it. Use `localId`."


@described
@known_to(PARTNER)
class Money:
    """An amount of money in one currency.

    amount: Decimal number as text, such as "12.50"; never a float.
    currency: ISO 4217 code, such as USD.
    """

    MAIN: ClassVar[str] = "amount"

    amount: Decimal
    currency: str

    @strawberry.field(graphql_type=str | None)
    def formatted(self, locale: str | None = None) -> Any:
        """The amount as text, with the symbol of its currency."""
        return when_loaded(locale_of(locale), lambda chosen: money_text(self.amount, self.currency, chosen))

    @property
    def text(self) -> str:
        """The amount for people: "$265.32"."""
        return amount_text(self.amount, self.currency)


def money_sum(amounts: Sequence[Money | None]) -> Money | None:
    """The sum; None for no amounts, an unknown one, or several currencies."""
    present = [amount for amount in amounts if amount is not None]
    currencies = {amount.currency for amount in present}
    if len(present) < len(amounts) or len(currencies) != 1:
        return None
    return Money(amount=exact_sum(amount.amount for amount in present), currency=currencies.pop())


def local_id_field(*, optional: bool = False) -> Any:
    """A field with the id of an object that only its system knows: caches must not tell objects apart by it."""

    def resolve(self: Any) -> Any:
        return self.id

    graphql_type: Any = strawberry.ID | None if optional else strawberry.ID
    return strawberry.field(resolver=resolve, graphql_type=graphql_type)


@described
@known_to(PARTNER)
class CodedValue:
    """A value from a code list that each utility maintains itself.

    code: Code that the owning system uses.
    description: Label for people; null if neither the system nor the catalog has one.
    """

    MAIN: ClassVar[str] = "code"

    code: str
    description: str | None

    @property
    def label(self) -> str:
        return self.description or self.code

    @strawberry.field(name="label")
    def label_field(self) -> str:
        """Text for people: the description, else the code."""
        return self.label

    @classmethod
    def specs(cls, spec: Any) -> Mapping[str, Any]:
        """Field specs from one path; its `values` map codes to descriptions."""
        table = {"path": spec} if isinstance(spec, str) else dict(spec)
        labels = table.pop("values", None)
        if labels is None:
            return {"code": table}
        return {"code": table, "description": {**table, "values": labels}}


def label_of(value: CodedValue | None) -> str | None:
    return value.label if value else None


@described
@known_to(PARTNER)
class Period:
    """A range of days, first and last day included.

    start: First day of the period.
    end: Last day of the period; null while it is open.
    """

    start: date
    end: date | None

    @strawberry.field()
    def days(self) -> int | None:
        """Number of days, first and last day included; null while the period is open."""
        return (self.end - self.start).days + 1 if self.end else None


@described
@known_to(PARTNER)
class Address:
    """A postal address.

    line1: House number and street.
    line2: Apartment, floor or care-of line; null if there is none.
    city: Name of the city or town.
    region: State or province, as the owning system writes it; null if unknown.
    postal_code: Postal code as text; null if unknown.
    country: ISO 3166 code of two letters; null if unknown.
    """

    line1: str
    line2: str | None
    city: str
    region: str | None
    postal_code: str | None
    country: str | None


@described
class Agent:
    """A person or a machine that acted for the utility.

    id: Identifier in the owning system; null if unknown.
    local_id: Identifier in the owning system, no id of this graph; null if unknown.
    name: Display name; null if unknown.
    user_name: Login name in the owning system; null if unknown.
    is_automated: True for a machine, such as a bot or a voice menu; null if unknown.
    team: Team or group of the agent; null if unknown.
    """

    MAIN: ClassVar[str] = "name"

    id: strawberry.ID | None = strawberry.field(deprecation_reason=LOCAL_ID)
    local_id = local_id_field(optional=True)
    name: str | None
    user_name: str | None
    is_automated: bool | None
    team: str | None


@described
class NameValue:
    """A detail of a record as a pair of name and value.

    name: Name of the detail, as the owning system labels it.
    value: Value of the detail as text; null if it is empty.
    """

    PERSONAL: ClassVar[Personal] = free_texts("value")

    name: str
    value: str | None


@described_input
class DateRange:
    """A range of days in the account's time zone, first and last day included.

    since: First day of the range.
    until: Last day of the range; not before `since`.
    """

    since: date
    until: date

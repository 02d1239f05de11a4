"""Personal data: which fields have it, and what a masked value shows.

A type names its fields in `PERSONAL`. `described` declares them as `@pii` in the schema, and the schema masks what
their resolvers return. Inside the gateway, records hold the values of their systems.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import Any, Final

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from gateway.access.masks import mask_identifier, mask_phone, mask_secret
from gateway.access.redaction import contacts_redacted, mask_instrument, redacted
from gateway.resolvers.graph.enums import DescribedEnum


class PiiKind(DescribedEnum, labeled=False):
    """Kinds of personal data, with what a masked value shows of them."""

    IDENTIFIER = "IDENTIFIER", "Number of a document or of a tax office; its last four: `***-**-1234`, or `***4567`."
    BIRTH_DATE = "BIRTH_DATE", "Day of birth; nothing: it is null, and its state is MASKED. The year stands beside it."
    PHONE = "PHONE", "Telephone number; its last four digits: `***-***-1234`."
    EMAIL = "EMAIL", "E-mail address; first letters and top domain: `j***@d***.com`."
    CONTACT_POINT = (
        "CONTACT_POINT",
        "Telephone number, e-mail address or another address; telephone and e-mail are masked as such.",
    )
    INSTRUMENT = "INSTRUMENT", "Card or bank account; its last four digits."
    ACCESS_CODE = "ACCESS_CODE", "How to get in, such as the code of a gate; nothing: `***`."
    HEALTH = "HEALTH", "What a person depends on; nothing: `***`. That there is a need is not masked."
    FREE_TEXT = "FREE_TEXT", "Text of people; cards, identifiers, phone numbers, e-mail and codes in it are masked."


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="pii", description="Names fields with personal data, which are masked."
)
class PersonalData:
    """The kind of personal data of a field."""

    kind: PiiKind


Personal = Mapping[str, PiiKind]  # kinds by the name of a field
MASKS: Final[Mapping[PiiKind, Callable[[str], str]]] = {
    PiiKind.IDENTIFIER: mask_identifier,
    PiiKind.BIRTH_DATE: mask_secret,
    PiiKind.PHONE: mask_phone,
    PiiKind.EMAIL: redacted,  # also of "Ada <ada@example.com>"
    PiiKind.CONTACT_POINT: contacts_redacted,
    PiiKind.INSTRUMENT: mask_instrument,
    PiiKind.ACCESS_CODE: mask_secret,
    PiiKind.HEALTH: mask_secret,
    PiiKind.FREE_TEXT: redacted,
}


def free_texts(*names: str) -> Personal:
    """The kinds of fields that all have free text."""
    return dict.fromkeys(names, PiiKind.FREE_TEXT)


def with_personal_data(cls: type, fields: Iterable[StrawberryField]) -> Iterator[StrawberryField]:
    """The fields of a type, with `@pii` on those that `PERSONAL` of the type or of a base names."""
    kinds: dict[str, PiiKind] = {}
    for base in reversed(cls.__mro__):
        kinds |= vars(base).get("PERSONAL", {})
    for field in fields:
        kind = kinds.pop(field.python_name, None)
        yield _declared(field, kind) if kind else field
    if kinds:
        raise TypeError(f"{cls.__name__}.PERSONAL names no field of the type: {', '.join(kinds)}")


def kind_of(field: StrawberryField) -> PiiKind | None:
    """The kind of personal data that a field declares."""
    return next((each.kind for each in field.directives if isinstance(each, PersonalData)), None)


def _declared(field: StrawberryField, kind: PiiKind) -> StrawberryField:
    """A copy: types share the fields of their bases."""
    personal: Any = copy(field)
    personal.directives = [each for each in field.directives if not isinstance(each, PersonalData)]
    personal.directives.append(PersonalData(kind=kind))
    return personal  # type: ignore[no-any-return]  # a copy of a field

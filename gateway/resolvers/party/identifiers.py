"""Identifiers of persons and organizations."""

from typing import Any, ClassVar, cast

from strawberry.types.field import StrawberryField

from gateway.access.masks import Cleared
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.personal import Personal, PiiKind


class PersonalIdentifierKind(DescribedEnum):
    """Kinds of personal identifier."""

    SSN = "SSN", "US Social Security number.", "Social Security number"
    DRIVER_LICENSE = "DRIVER_LICENSE", "Number of a license to drive.", "Driver's license"
    PASSPORT = "PASSPORT", "Number of a passport."
    TAX_ID = "TAX_ID", "Number at the tax office.", "Tax ID"
    OTHER = "OTHER", "A document that has no name in this list."


class _MaskedField(StrawberryField):
    """Whether a part of an identifier is hidden, by the gateway or by the CRM."""

    @property
    def is_basic_field(self) -> bool:
        return False

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> bool:  # noqa: ARG002  # the parent's signature
        return source.is_masked or not isinstance(source.value, Cleared)


@described
class PersonalIdentifier:
    """An identifier that proves the identity of a person or an organization.

    kind: Kind of identifier.
    value: The identifier, or the part of it that is shown.
    is_masked: True if a part of the value is hidden.
    """

    PERSONAL: ClassVar[Personal] = {"value": PiiKind.IDENTIFIER}

    kind: PersonalIdentifierKind
    value: str
    is_masked: bool = cast("bool", _MaskedField())

"""Search criteria, checked and in the normal form of the indexes."""

from collections.abc import Callable, Mapping

from strawberry.utils.str_converters import to_camel_case

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.graph.descriptions import described_input
from gateway.resolvers.search import normalize

CUSTOMER_CRITERIA = ("name", "phone", "email", "identifier_last4")
ADDRESS_ALONE = "An address finds premises, not customers: search by it alone."
MAX_LENGTH, MAX_WORDS = 200, 10
# Of each criterion, how to normalize it, and its fewest letters or digits.
_CRITERIA: dict[str, tuple[Callable[[str], str], int]] = {
    "name": (normalize.name, 2),
    "phone": (normalize.phone, 4),
    "email": (normalize.email, 3),
    "account_number": (str.strip, 3),
    "address": (lambda text: " ".join(text.split()), 3),
    "identifier_last4": (normalize.last4, 4),
}


@described_input
class CustomerSearch:
    """Criteria of a search.

    Several criteria narrow the search; `address` stands alone. One that is too short is refused with the
    reason CRITERION_TOO_SHORT, whose `limit` is the least length.

    name: Words of a name, or their beginnings, in any order. Case, accents, apostrophes and hyphens are
        ignored. At least 2 letters or digits.
    phone: Telephone number in any notation; an extension is ignored. At least 4 letters or digits.
    email: E-mail address; case is ignored. At least 3 letters or digits.
    account_number: Number of a billing account; spaces around it are ignored. At least 3 letters or digits.
    address: Beginning of a street address, house number first, with words in full or abbreviated. It finds
        premises. At least 3 letters or digits.
    identifier_last4: Last four letters or digits of a personal identifier, and no more.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    account_number: str | None = None
    address: str | None = None
    identifier_last4: str | None = None


def normalized(by: CustomerSearch) -> Mapping[str, str]:
    """The criteria in normal form. A BadInput never repeats the text of a criterion."""
    texts = {name: getattr(by, name) for name in _CRITERIA}
    criteria = {name: _CRITERIA[name][0](text) for name, text in texts.items() if text is not None}
    if not criteria:
        names = ", ".join(to_camel_case(name) for name in _CRITERIA)
        raise BadInput(f"Say at least one of {names}.", Reason.CRITERION_NEEDED, "by")
    for name in sorted(criteria):
        _check_length(name, criteria[name])
    if "address" in criteria and len(criteria) > 1:
        raise BadInput(ADDRESS_ALONE, Reason.ARGUMENTS_CONFLICT, "by.address")
    return criteria


def _check_length(name: str, text: str) -> None:
    argument, least = to_camel_case(name), _CRITERIA[name][1]
    path = f"by.{argument}"
    if sum(1 for character in text if character.isalnum()) < least:
        message = f"{argument} needs at least {least} letters or digits to search by."
        raise BadInput(message, Reason.CRITERION_TOO_SHORT, path, limit=least)
    if name == "identifier_last4" and len(text) > least:
        message = f"{argument} takes the last four letters or digits, and no more of an identifier."
        raise BadInput(message, Reason.CRITERION_TOO_LONG, path, limit=least)
    if len(text) > MAX_LENGTH or len(text.split()) > MAX_WORDS:
        message = f"{argument} may have at most {MAX_LENGTH} letters in {MAX_WORDS} words."
        raise BadInput(message, Reason.CRITERION_TOO_LONG, path, limit=MAX_LENGTH)

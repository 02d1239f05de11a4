"""What is known of whom, or what, is looked for: checked, and in the form that systems search by."""

from collections.abc import Mapping

from strawberry.utils.str_converters import to_camel_case

from gateway.errors import BadInput
from gateway.resolvers.graph.descriptions import described_input
from gateway.resolvers.search import normalize as search_words

CUSTOMER_CRITERIA = ("name", "phone", "email", "identifier_last4")
_MOST_WORDS = 10
_MOST = 200
_FEWEST = {"name": 2, "phone": 4, "email": 3, "account_number": 3, "address": 3, "identifier_last4": 4}


@described_input
class CustomerSearch:
    """Criteria of a search.

    Several criteria narrow the search; `address` stands alone.

    name: Words of a name, or their beginnings, in any order. Case, accents, apostrophes and hyphens are
        ignored.
    phone: Telephone number in any notation; an extension is ignored.
    email: E-mail address; case is ignored.
    account_number: Number of a billing account; spaces around it are ignored.
    address: Beginning of a street address, house number first, with words in full or abbreviated. It finds
        premises.
    identifier_last4: Last four letters or digits of a personal identifier, and no more.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    account_number: str | None = None
    address: str | None = None
    identifier_last4: str | None = None


def criteria(by: CustomerSearch) -> Mapping[str, str]:
    """What is searched by, in normal form. BadInput when it says too little; it repeats nothing of it."""
    said = {
        "name": search_words.name(by.name or ""),
        "phone": search_words.phone(by.phone or ""),
        "email": search_words.email(by.email or ""),
        "account_number": (by.account_number or "").strip(),
        "address": " ".join((by.address or "").split()),
        "identifier_last4": search_words.last4(by.identifier_last4 or ""),
    }
    given = {name: text for name, text in said.items() if getattr(by, name) is not None}
    if not given:
        raise BadInput("Say at least one of name, phone, email, accountNumber, address, identifierLast4.")
    for name in sorted(given):
        _fits(name, given[name])
    if "address" in given and len(given) > 1:
        raise BadInput("An address finds premises; it cannot be combined with what finds customers.")
    return given


def _fits(name: str, text: str) -> None:
    called, least = to_camel_case(name), _FEWEST[name]
    if sum(1 for mark in text if mark.isalnum()) < least:
        raise BadInput(f"{called} needs at least {least} letters or digits to search by.")
    if name == "identifier_last4" and len(text) > least:
        raise BadInput(f"{called} takes the last four letters or digits, and no more of an identifier.")
    if len(text) > _MOST or len(text.split()) > _MOST_WORDS:
        raise BadInput(f"{called} may have at most {_MOST} letters in {_MOST_WORDS} words.")

"""What a search compares, and hits with what matched."""

from dataclasses import dataclass

from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.record import Record


class SearchCriterion(DescribedEnum):
    """What a search compares; hits of one box come in this order."""

    ACCOUNT_NUMBER = "ACCOUNT_NUMBER", "Number of a billing account."
    CUSTOMER_NUMBER = "CUSTOMER_NUMBER", "Number of a customer in the CRM."
    METER_NUMBER = "METER_NUMBER", "Number on a meter; it finds the premise."
    BILL_NUMBER = "BILL_NUMBER", "Number of a bill; it finds the account."
    PAYMENT_NUMBER = "PAYMENT_NUMBER", "Number of a payment; it finds the account."
    EMAIL = "EMAIL", "E-mail address of a customer, or of a person on its accounts.", "E-mail address"
    PHONE = "PHONE", "Telephone number of a customer, or of a person on its accounts.", "Phone number"
    IDENTIFIER_LAST4 = (
        "IDENTIFIER_LAST4",
        "Last four letters or digits of a personal identifier; one box never asks for it.",
        "Last four of an identifier",
    )
    ADDRESS = "ADDRESS", "Street address of a premise."
    NAME = "NAME", "Name of a customer, or of a person on its accounts."


RANK = {criterion: rank for rank, criterion in enumerate(SearchCriterion)}


@dataclass(frozen=True, slots=True)
class Match:
    """Why a record is a hit.

    searched: the text in the form of the index
    text: what the system holds, where the index has told it
    """

    criterion: SearchCriterion
    searched: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found, and by what."""

    record: Record
    matches: tuple[Match, ...]

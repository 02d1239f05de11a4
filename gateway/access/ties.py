"""What ties a record to the accounts that a caller may see."""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType


class Tie(Enum):
    """What a key of a record has to be for the record to be in a caller's reach.

    ACCOUNT: an account that the caller may see.
    CUSTOMER: the customer of such an account.
    WHOLE_CUSTOMER: a customer all of whose accounts the caller may see.
    PARTY: the party of such a customer, or a person with a role on such an account.
    WHOLE_PARTY: the party of customers all of whose accounts the caller may see.
    PREMISE: a premise of such an account.
    SERVICE_POINT: a service point of such an account, or at such a premise.
    OUTAGE: an outage at such a premise.
    """

    ACCOUNT = auto()
    CUSTOMER = auto()
    WHOLE_CUSTOMER = auto()
    PARTY = auto()
    WHOLE_PARTY = auto()
    PREMISE = auto()
    SERVICE_POINT = auto()
    OUTAGE = auto()


Parents = tuple[str, ...]  # types of the record that a key may name; the record is in reach if its parent is
Ties = Mapping[str, Tie | Parents]  # by the field with the key


def tied(**ties: Tie | Parents) -> Ties:
    """The ties of a record, by its fields; the first field that has a value decides."""
    return MappingProxyType(ties)


OF_ACCOUNT = tied(account_id=Tie.ACCOUNT)
# What a lookup is keyed by, also where the records themselves are tied in another way.
KEYS: Ties = {
    "account_id": Tie.ACCOUNT,
    "customer_id": Tie.CUSTOMER,
    "party_id": Tie.PARTY,
    "person_id": Tie.PARTY,
    "organization_id": Tie.PARTY,
    "premise_id": Tie.PREMISE,
    "service_point_id": Tie.SERVICE_POINT,
}


def tie_of_key(ties: Ties, by: str) -> Tie | Parents | None:
    """What the keys of a lookup have to be; None for keys of any record, such as numbers and names."""
    tie = ties.get(by)
    return tie if isinstance(tie, tuple) else KEYS.get(by, tie)

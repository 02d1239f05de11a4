"""The header of the dashboard, from CRM and CIS (HDR-1..8)."""

from collections.abc import Iterable
from datetime import date

import strawberry

from gateway.errors import SourceError
from gateway.ids import global_id
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import OPEN_STATUSES
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import records_of
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.party.parties import ContactPointKind, Party, Person, PersonalIdentifier


@described
class AccountOption:
    """One of a customer's accounts, for a selector.

    account_id: Id of the account in this graph.
    account_number: Account number, as printed on bills.
    label: Label of the customer class; null if unknown.
    is_open: True if the account is active or pending.
    """

    account_id: strawberry.ID
    account_number: str
    label: str | None
    is_open: bool


@described
class AccountHeader:
    """The header of the dashboard.

    Every field is null if unknown; a failing system affects only its own fields.

    contact_name: Name of the party; null if unknown.
    account_number: Number of the account that is viewed; null if there is none.
    customer_class: Customer class of that account; null if unknown.
    phone: Telephone number to try first, mobile or landline; null if none is valid today.
    email: E-mail address to try first; null if none is valid today.
    date_of_birth: Day of birth; null for organizations, or if unknown.
    personal_identifiers: Identifiers of the person; null for organizations, or if unknown.
    accounts: All accounts of the customer, open ones first; null if unknown.
    """

    party: strawberry.Private[Party | None]
    party_error: strawberry.Private[SourceError | None]
    loaded_accounts: strawberry.Private[LoadResult[BillingAccount]]
    account_id: strawberry.Private[str | None]
    today: strawberry.Private[date]

    @strawberry.field
    def contact_name(self) -> str | None:
        party = self._party()
        return party.name if party else None

    @strawberry.field
    def account_number(self) -> str | None:
        viewed = self._viewed()
        return viewed.account_number if viewed else None

    @strawberry.field
    def customer_class(self) -> CodedValue | None:
        viewed = self._viewed()
        return viewed.customer_class if viewed else None

    @strawberry.field
    def phone(self) -> str | None:
        return _reach(self._party(), self.today, ContactPointKind.MOBILE, ContactPointKind.PHONE)

    @strawberry.field
    def email(self) -> str | None:
        return _reach(self._party(), self.today, ContactPointKind.EMAIL)

    @strawberry.field
    def date_of_birth(self) -> date | None:
        party = self._party()
        return party.date_of_birth if isinstance(party, Person) else None

    @strawberry.field
    def personal_identifiers(self) -> list[PersonalIdentifier] | None:
        party = self._party()
        return party.identifiers if isinstance(party, Person) else None

    @strawberry.field
    def accounts(self) -> list[AccountOption] | None:
        accounts = records_of(self.loaded_accounts)
        return None if accounts is None else [_option(account) for account in _open_first(accounts)]

    def _party(self) -> Party | None:
        if self.party_error is not None:
            raise self.party_error
        return self.party

    def _viewed(self) -> BillingAccount | None:
        accounts = _open_first(records_of(self.loaded_accounts) or ())
        return next((account for account in accounts if self.account_id in (None, account.id)), None)


def _open_first(accounts: Iterable[BillingAccount]) -> list[BillingAccount]:
    return sorted(accounts, key=lambda account: (account.status not in OPEN_STATUSES, account.account_number))


def _reach(party: Party | None, today: date, *kinds: ContactPointKind) -> str | None:
    """The first contact point to try. One that is no longer valid may belong to another customer."""
    points = (party.contact_points or ()) if party else ()
    valid = [point for point in points if point.kind in kinds and in_force(None, point.valid_to, today)]
    best = min(valid, key=lambda point: not point.is_primary, default=None)
    return best.value if best else None


def _option(account: BillingAccount) -> AccountOption:
    return AccountOption(
        account_id=strawberry.ID(global_id("BillingAccount", account.id)),
        account_number=account.account_number,
        label=account.customer_class.description if account.customer_class else None,
        is_open=account.status in OPEN_STATUSES,
    )

"""The customer dashboard: whether it is offered, and where a link leads (ELIG-1..3, NAV-2..3)."""

from collections.abc import Sequence

import strawberry

from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.party.parties import PartyRole


class DashboardReason(DescribedEnum):
    """Why the customer dashboard is offered, or not."""

    AVAILABLE = "AVAILABLE", "There is a billing account, open or closed."
    NO_BILLING_ACCOUNT = "NO_BILLING_ACCOUNT", "A customer without a billing account in the CIS."
    CRM_ONLY = "CRM_ONLY", "Known to the CRM alone.", "CRM only"
    VACANT_PREMISE = "VACANT_PREMISE", "No customer is served at the premise."
    PROSPECT_NEVER_ATTACHED = "PROSPECT_NEVER_ATTACHED", "A prospect who never had a billing account."


class Landing(DescribedEnum, labeled=False):
    """Where a link to a customer leads."""

    CUSTOMER_DASHBOARD = "CUSTOMER_DASHBOARD", "The dashboard of this customer."
    CRM_ACCOUNT_PAGE = "CRM_ACCOUNT_PAGE", "The customer's page in the CRM."
    NOT_OFFERED = "NOT_OFFERED", "There is no link."


class DashboardContent(DescribedEnum, labeled=False):
    """How much of the customer dashboard there is."""

    FULL = "FULL", "All of it: there is an account to show."
    OVERVIEW = "OVERVIEW", "Only the overview has content: there is no account to show."
    NONE = "NONE", "There is no dashboard."


LANDINGS = {
    DashboardReason.AVAILABLE: Landing.CUSTOMER_DASHBOARD,
    DashboardReason.NO_BILLING_ACCOUNT: Landing.CUSTOMER_DASHBOARD,
    DashboardReason.CRM_ONLY: Landing.CRM_ACCOUNT_PAGE,
    DashboardReason.PROSPECT_NEVER_ATTACHED: Landing.CRM_ACCOUNT_PAGE,
    DashboardReason.VACANT_PREMISE: Landing.NOT_OFFERED,
}


@described
class Dashboard:
    """Whether the customer dashboard is offered, and where a link leads. All of it follows from `reason`.

    A customer's link always leads to the dashboard: without an account, only its overview has content.

    available: True if the dashboard is offered in full: `content` is FULL.
    reason: Why the dashboard is offered, or not.
    landing: Where a link to the customer leads: CUSTOMER_DASHBOARD unless `content` is NONE.
    content: How much of the dashboard there is where a link leads to it.
    """

    reason: DashboardReason

    @strawberry.field
    def available(self) -> bool:
        return self._content() is DashboardContent.FULL

    @strawberry.field
    def landing(self) -> Landing:
        return LANDINGS[self.reason]

    @strawberry.field
    def content(self) -> DashboardContent:
        return self._content()

    def _content(self) -> DashboardContent:
        if self.reason is DashboardReason.AVAILABLE:
            return DashboardContent.FULL
        has_overview = LANDINGS[self.reason] is Landing.CUSTOMER_DASHBOARD
        return DashboardContent.OVERVIEW if has_overview else DashboardContent.NONE


OFFERED = Dashboard(reason=DashboardReason.AVAILABLE)
# Of a vacant premise (ELIG-3). No lookup leads from other premises to the accounts that decide (ELIG-1).
VACANT = Dashboard(reason=DashboardReason.VACANT_PREMISE)


def dashboard_without_accounts(roles: Sequence[PartyRole], *, ever_attached: bool | None) -> Dashboard:
    """The dashboard of a party without billing accounts.

    A former customer once had an account, even if the CIS no longer has it (NAV-3). Of a prospect, the CRM
    may know it better: `ever_attached`.
    """
    attached = PartyRole.FORMER_CUSTOMER in roles
    if PartyRole.PROSPECT in roles and ever_attached is not None:
        attached = ever_attached
    if PartyRole.CUSTOMER in roles or attached:
        return Dashboard(reason=DashboardReason.NO_BILLING_ACCOUNT)
    is_prospect = PartyRole.PROSPECT in roles
    return Dashboard(reason=DashboardReason.PROSPECT_NEVER_ATTACHED if is_prospect else DashboardReason.CRM_ONLY)

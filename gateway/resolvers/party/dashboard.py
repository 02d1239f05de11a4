"""The customer dashboard: whether it is offered, and where a link leads (ELIG-1..3, NAV-2..3)."""

from collections.abc import Sequence

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


@described
class Dashboard:
    """Whether the customer dashboard is offered, and where a link leads.

    A customer's link always leads to the dashboard: without an account, only its overview has content.

    available: True if the dashboard is offered.
    reason: Why the dashboard is offered, or not.
    landing: Where a link to the customer leads.
    """

    available: bool
    reason: DashboardReason
    landing: Landing


OFFERED = Dashboard(available=True, reason=DashboardReason.AVAILABLE, landing=Landing.CUSTOMER_DASHBOARD)
# Of a vacant premise (ELIG-3). No lookup leads from other premises to the accounts that decide (ELIG-1).
VACANT = Dashboard(available=False, reason=DashboardReason.VACANT_PREMISE, landing=Landing.NOT_OFFERED)


def dashboard_without_accounts(roles: Sequence[PartyRole], *, ever_attached: bool | None) -> Dashboard:
    """The dashboard of a party without billing accounts.

    A former customer once had an account, even if the CIS no longer has it (NAV-3). Of a prospect, the CRM
    may know it better: `ever_attached`.
    """
    attached = PartyRole.FORMER_CUSTOMER in roles
    if PartyRole.PROSPECT in roles and ever_attached is not None:
        attached = ever_attached
    reason, landing = DashboardReason.CRM_ONLY, Landing.CRM_ACCOUNT_PAGE
    if PartyRole.CUSTOMER in roles or attached:
        reason, landing = DashboardReason.NO_BILLING_ACCOUNT, Landing.CUSTOMER_DASHBOARD
    elif PartyRole.PROSPECT in roles:
        reason = DashboardReason.PROSPECT_NEVER_ATTACHED
    return Dashboard(available=False, reason=reason, landing=landing)

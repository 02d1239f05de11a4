"""What an agent can do about an insight."""

from dataclasses import dataclass
from typing import Any

import strawberry

from gateway.languages.texts import translated
from gateway.resolvers.graph.context import Context
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.node import OpenMode, source_ref
from gateway.resolvers.graph.values import Url


class InsightActionKind(DescribedEnum, labeled=False):
    """How a front end helps an agent to act on an insight."""

    SCREEN = "SCREEN", "Show the screen of the front end that `screen` names."
    DEEP_LINK = "DEEP_LINK", "Open the record in the system that owns it, by `url`."
    CALL_SCRIPT = "CALL_SCRIPT", "Say it to the customer, or ask: nothing needs to be opened."


class InsightScreen(DescribedEnum, labeled=False):
    """The screen of a front end on which an agent acts on an insight."""

    BILLS = "BILLS", "Bills of the account."
    BILL_COMPARISON = "BILL_COMPARISON", "The newest bill beside the others, with the reasons for the difference."
    FINANCIAL_HISTORY = "FINANCIAL_HISTORY", "Charges, payments and adjustments with their balances."
    PAYMENTS = "PAYMENTS", "Payments, scheduled payments and autopay."
    COLLECTIONS = "COLLECTIONS", "Collection processes, arrangements, pay plans and credit."
    PROGRAMS = "PROGRAMS", "Programs that the account takes part in."
    CUSTOMER = "CUSTOMER", "The customer, the people of the account, and how to reach them."
    ACCOUNTS = "ACCOUNTS", "All accounts of the customer."
    SERVICE_REQUESTS = "SERVICE_REQUESTS", "Requests that the service system tracks."
    ORDERS = "ORDERS", "Service orders and field orders."
    PREMISES = "PREMISES", "Premises, service points and agreements."
    OUTAGES = "OUTAGES", "Outages at the premises."
    USAGE = "USAGE", "Usage and meter reads."
    INTERACTIONS = "INTERACTIONS", "Calls, chats and other contacts."
    SYSTEMS = "SYSTEMS", "How each system answered."


@dataclass(frozen=True, slots=True)
class Action:
    """What helps with the insights of a rule.

    label: what to do, a message of the catalogs.
    screen: where to do it; None for what is only said.
    """

    label: str
    screen: InsightScreen | None = None


@described
class InsightAction:
    """What an agent can do about an insight. It is made from what the insight loaded.

    kind: how the front end helps: by a screen, by a link, or by words to say.
    label: what to do, in the language of the request.
    screen: where the front end shows it; null for CALL_SCRIPT.
    record_id: global id of the record to act on; null if the insight follows from none with a node.
    url: link to that record in its own system; null if the catalog has no link for it.
    """

    kind: InsightActionKind
    label: str
    screen: InsightScreen | None
    record_id: strawberry.ID | None
    url: Url | None


def offered(context: Context, action: Action, record: Any) -> InsightAction:
    """The action on a record; on none, where an insight follows from no record with an id."""
    reference = None if record is None else source_ref(context, record)
    is_linked = reference is not None and reference.open_mode is OpenMode.EXTERNAL_RECORD
    kind = InsightActionKind.DEEP_LINK if is_linked else InsightActionKind.SCREEN
    return InsightAction(
        kind=kind if action.screen else InsightActionKind.CALL_SCRIPT,
        label=translated(action.label),
        screen=action.screen,
        record_id=reference.node_id if reference else None,
        url=reference.url if reference else None,
    )

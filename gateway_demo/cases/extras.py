"""Writers of the extra records that planted customers have beyond their traits, by name."""

from collections.abc import Callable

from gateway_demo.cases import open_records as open_ends
from gateway_demo.cases import past_records as moments
from gateway_demo.plan.model import Customer
from gateway_demo.plan.rows import Rows

EXTRAS: dict[str, Callable[[Customer, Rows], None]] = {
    "busy": moments.busy_window,
    "edges": moments.window_edges,
    "ties": moments.ties,
    "repeated_hour": moments.repeated_hour,
    "card": moments.card_number_in_chat,
    "wrong_number": moments.wrong_number,
    "null_account": moments.null_account,
    "three_parties": moments.three_parties,
    "vacant_premise": open_ends.vacant_premise,
    "vacant_usage": open_ends.vacant_usage,
    "outage_active": open_ends.outage_active,
    "outage_planned": open_ends.outage_planned,
    "outages_three": open_ends.outages_three,
    "open_interaction": open_ends.open_interaction,
    "open_requests": open_ends.open_requests,
    "alerts": open_ends.alerts,
    "order_open": open_ends.order_open,
    "visit_soon": open_ends.visit_soon,
    "visit_missed": open_ends.visit_missed,
    "order_stuck": open_ends.order_stuck,
    "many_contacts": moments.many_contacts,
    "bounced": moments.bounced,
    "case_and_rebate": open_ends.case_and_rebate,
}

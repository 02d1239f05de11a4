"""Writers of the extra records that planted customers have beyond their traits, by name."""

from collections.abc import Callable

from gateway_demo.cases import open_records, past_records
from gateway_demo.plan.model import Customer
from gateway_demo.plan.rows import Rows

EXTRAS: dict[str, Callable[[Customer, Rows], None]] = {
    "busy": past_records.busy_window,
    "edges": past_records.window_edges,
    "ties": past_records.ties,
    "repeated_hour": past_records.repeated_hour,
    "card": past_records.card_number_in_chat,
    "wrong_number": past_records.wrong_number,
    "null_account": past_records.null_account,
    "three_parties": past_records.three_parties,
    "vacant_premise": open_records.vacant_premise,
    "vacant_usage": open_records.vacant_usage,
    "outage_active": open_records.outage_active,
    "outage_planned": open_records.outage_planned,
    "outages_three": open_records.outages_three,
    "open_interaction": open_records.open_interaction,
    "open_requests": open_records.open_requests,
    "alerts": open_records.alerts,
    "order_open": open_records.order_open,
    "visit_soon": open_records.visit_soon,
    "visit_missed": open_records.visit_missed,
    "order_stuck": open_records.order_stuck,
    "many_contacts": past_records.many_contacts,
    "bounced": past_records.bounced,
    "case_and_rebate": open_records.case_and_rebate,
}

"""Planted customers who show outages, orders, requests, and open ends of conversations."""

from dataclasses import replace

from gateway_demo.cases.model import PLAIN, Planted, plain

CARE: tuple[Planted, ...] = (
    Planted("active outage", "In an outage right now; the customer has called.", (plain(),),
            extras=("outage_active",), other="OEACTIVE01", insights=("OUTAGE_ACTIVE",)),
    Planted("planned outage, life support", "An outage planned in three days at a premise with "
            "life support.", (replace(PLAIN, life_support=True),), extras=("outage_planned",),
            other="OEPLAN0001", insights=("OUTAGE_PLANNED", "LIFE_SUPPORT")),
    Planted("repeated outages", "Three outages in a year.", (plain(),),
            extras=("outages_three",), insights=("OUTAGE_REPEAT",)),
    Planted("open interaction", "An agent is talking with this customer; a callback is due today.",
            (plain(),), extras=("open_interaction",), other="INOPEN0001",
            insights=("INTERACTION_OPEN", "CALLBACK_DUE")),
    Planted("open requests", "A critical and a high request open, one of them overdue; four of one "
            "category.", (plain(),), extras=("open_requests",),
            insights=("SR_OPEN_HIGH", "SR_AGED", "SR_REPEAT")),
    Planted("alerts", "Three account alerts: in force, over, and to come.", (plain(),),
            extras=("alerts",), insights=("ACCOUNT_ALERT",)),
    Planted("moving out", "Service is about to stop; an order waits for its day.",
            (replace(PLAIN, stage="moving"),), extras=("order_open",),
            insights=("SERVICE_PENDING",)),
    Planted("visit tomorrow", "A field visit within two days.", (plain(),), extras=("visit_soon",),
            insights=("FIELD_VISIT",)),
    Planted("visit missed", "A field visit whose time has passed.", (plain(),),
            extras=("visit_missed",), insights=("FIELD_VISIT",)),
    Planted("order stuck", "A service order in validation error, another waiting for long.",
            (plain(),), extras=("order_stuck",), insights=("ORDER_STUCK",)),
    Planted("repeated contact", "Four contacts in two weeks, the newest call unresolved.",
            (plain(),), extras=("many_contacts",),
            insights=("REPEAT_CONTACT", "LAST_CALL_UNRESOLVED")),
    Planted("bounced mail", "The newest e-mail came back.", (plain(),), extras=("bounced",),
            insights=("CONTACT_DATA_STALE",)),
    Planted("case and rebate", "An open case and a rebate claim in review.", (plain(),),
            extras=("case_and_rebate",)),
)  # fmt: skip

"""Planted customers that show outages, orders, requests and open interactions."""

from dataclasses import replace

from gateway_demo.cases.model import QUIET, PlantedCustomer, quiet

CARE: tuple[PlantedCustomer, ...] = (
    PlantedCustomer("active outage", "In an outage right now; the customer has called.", (quiet(),),
            extras=("outage_active",), other="OEACTIVE01", insights=("OUTAGE_ACTIVE",)),
    PlantedCustomer("planned outage, life support", "An outage planned in three days at a premise with "
            "life support.", (replace(QUIET, life_support=True),), extras=("outage_planned",),
            other="OEPLAN0001", insights=("OUTAGE_PLANNED", "LIFE_SUPPORT")),
    PlantedCustomer("repeated outages", "Three outages in a year.", (quiet(),),
            extras=("outages_three",), insights=("OUTAGE_REPEAT",)),
    PlantedCustomer("open interaction", "An agent is talking with this customer; a callback is due today.",
            (quiet(),), extras=("open_interaction",), other="INOPEN0001",
            insights=("INTERACTION_OPEN", "CALLBACK_DUE")),
    PlantedCustomer("open requests", "A critical and a high request open, one of them overdue; four of one "
            "category.", (quiet(),), extras=("open_requests",),
            insights=("SR_OPEN_HIGH", "SR_AGED", "SR_REPEAT")),
    PlantedCustomer("alerts", "Three account alerts: in force, over, and to come.", (quiet(),),
            extras=("alerts",), insights=("ACCOUNT_ALERT",)),
    PlantedCustomer("moving out", "Service is about to stop; an order waits for its day.",
            (replace(QUIET, stage="moving"),), extras=("order_open",),
            insights=("SERVICE_PENDING",)),
    PlantedCustomer("visit tomorrow", "A field visit within two days.", (quiet(),), extras=("visit_soon",),
            insights=("FIELD_VISIT",)),
    PlantedCustomer("visit missed", "A field visit whose time has passed.", (quiet(),),
            extras=("visit_missed",), insights=("FIELD_VISIT",)),
    PlantedCustomer("order stuck", "A service order in validation error, another waiting for long.",
            (quiet(),), extras=("order_stuck",), insights=("ORDER_STUCK",)),
    PlantedCustomer("repeated contact", "Four contacts in two weeks, the newest call unresolved.",
            (quiet(),), extras=("many_contacts",),
            insights=("REPEAT_CONTACT", "LAST_CALL_UNRESOLVED")),
    PlantedCustomer("bounced mail", "The newest e-mail came back.", (quiet(),), extras=("bounced",),
            insights=("CONTACT_DATA_STALE",)),
    PlantedCustomer("case and rebate", "An open case and a rebate claim in review.", (quiet(),),
            extras=("case_and_rebate",)),
    PlantedCustomer("prospect once attached", "A prospect whose account is gone; the CRM knows of it.",
            lifecycle="prospect", ever_attached=True),
)  # fmt: skip

"""From when on a fact is worth a warning: what each utility may set for itself in its catalog, `[insights]`.

The defaults are those of the requirements (domain facts, section 4).
"""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Months = Annotated[int, msgspec.Meta(ge=0, le=1_200)]  # so many that every calendar has them
Codes = tuple[str, ...]


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One utility's thresholds. Amounts are whole units of an account's currency.

    unchanged_percent: comparisons call a change of less than this no change
    bill_higher_percent: a bill is higher that charges so much more a day
    bill_higher_amount: and at least so much more in all
    long_period_days: a bill's period is long that has so many days more than the one before
    due_soon_days: a bill is due soon within so many days
    bill_held_days: a bill is held that is so many days late
    past_due_critical_days: what is past due for longer is critical
    high_balance_factor: a balance is high that is so many times the mean bill of a year
    on_time_percent: fewer bills paid on time than this is a warning
    returned_days: payments that came back are told for so many days
    returned_critical: so many of them in a year are critical
    returned_reasons: codes of payments that came back for want of money
    budget_percent: budget billing that is off by more in a year is a warning
    arrangement_broken_months: broken payment arrangements are told for so many months
    rating_drop: a credit rating has dropped that lost so many points
    rating_drop_days: within so many days
    request_aged_days: an open service request is late after so many days, due or not
    request_repeat: so many requests of one category are repeated
    request_repeat_days: within so many days
    visit_hours: field visits are told within so many hours
    order_waiting_days: a service order is stuck that waits so many days beyond its time
    outage_planned_days: planned outages are told so many days before
    outage_repeat: so many outages are repeated
    outage_repeat_months: within so many months
    usage_up_percent: usage is up that is so much more a day
    usage_zero_days: no usage at all is told after so many days
    usage_vacant_days: usage where nobody lives is looked for in so many days
    estimated_periods: so many estimated bill periods in a row are a warning
    estimated_percent: or more daily reads than this that were not read
    estimated_days: within so many days
    leak_hours: water that runs in each of so many hours is a leak
    contact_repeat: so many contacts are repeated
    contact_repeat_days: within so many days
    unresolved_days: an unresolved call or chat is told for so many days
    unresolved_codes: codes of resolutions that leave a question open
    """

    unchanged_percent: Count = 5
    bill_higher_percent: Count = 20
    bill_higher_amount: Count = 15
    long_period_days: Count = 4
    due_soon_days: Count = 5
    bill_held_days: Count = 3
    past_due_critical_days: Count = 60
    high_balance_factor: Count = 3
    on_time_percent: Count = 75
    returned_days: Count = 90
    returned_critical: Count = 2
    returned_reasons: Codes = ("NSF",)
    budget_percent: Count = 25
    arrangement_broken_months: Months = 12
    rating_drop: Count = 50
    rating_drop_days: Count = 90
    request_aged_days: Count = 14
    request_repeat: Count = 3
    request_repeat_days: Count = 90
    visit_hours: Count = 48
    order_waiting_days: Count = 3
    outage_planned_days: Count = 7
    outage_repeat: Count = 3
    outage_repeat_months: Months = 12
    usage_up_percent: Count = 25
    usage_zero_days: Count = 30
    usage_vacant_days: Count = 30
    estimated_periods: Count = 2
    estimated_percent: Count = 20
    estimated_days: Count = 30
    leak_hours: Count = 72
    contact_repeat: Count = 3
    contact_repeat_days: Count = 14
    unresolved_days: Count = 30
    unresolved_codes: Codes = ("UNRESOLVED",)

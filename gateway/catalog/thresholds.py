"""Thresholds of insights and comparisons, which a utility may set in `[insights]`.

The defaults are those of the requirements.
"""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Months = Annotated[int, msgspec.Meta(ge=0, le=1_200)]  # dates that far back exist in every calendar
Codes = tuple[str, ...]


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds of one utility. Amounts are whole units of an account's currency.

    unchanged_percent: a comparison calls a smaller change no change.
    bill_higher_percent: a bill is higher if its charges per day are this much higher.
    bill_higher_amount: and its total charges are at least this much higher.
    long_period_days: a bill period is long if it has this many days more than the previous one.
    due_soon_days: a bill is due soon within this many days.
    bill_held_days: a bill is held if it is this many days late.
    past_due_critical_days: an amount past due for longer is critical.
    high_balance_factor: a balance is high at this multiple of the mean bill of a year.
    on_time_percent: a smaller share of bills paid on time is a warning.
    returned_days: returned payments are reported for this many days.
    returned_critical: this many returned payments in a year are critical.
    returned_reasons: codes of payments that were returned for lack of funds.
    budget_percent: budget billing that differs by more in a year is a warning.
    arrangement_broken_months: broken payment arrangements are reported for this many months.
    rating_drop: a credit rating has dropped if it lost this many points.
    rating_drop_days: within this many days.
    request_aged_days: an open service request is late after this many days, due or not.
    request_repeat: this many requests of one category are repeated.
    request_repeat_days: within this many days.
    visit_hours: field visits are reported within this many hours.
    order_waiting_days: a service order is stuck if it waits this many days beyond its time.
    outage_planned_days: planned outages are reported this many days before.
    outage_repeat: this many outages are repeated.
    outage_repeat_months: within this many months.
    usage_up_percent: usage is up if it is this much higher per day.
    usage_zero_days: missing usage is reported after this many days.
    usage_vacant_days: usage of a vacant place is looked for in this many days.
    estimated_periods: this many estimated bill periods in a row are a warning.
    estimated_percent: or a larger share of daily reads that were not read.
    estimated_days: within this many days.
    leak_hours: water that runs in each of this many hours is a leak.
    contact_repeat: this many contacts are repeated.
    contact_repeat_days: within this many days.
    unresolved_days: an unresolved call or chat is reported for this many days.
    unresolved_codes: codes of resolutions that leave a question open.
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

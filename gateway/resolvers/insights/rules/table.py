"""The table of insights: code, area, severity, title; the rule, its message, and the facts it is decided by.

Source: domain facts, section 4. `{amount}` in a message is the finding's amount.
"""

from gateway.resolvers.insights.facts import account_facts as f
from gateway.resolvers.insights.facts import place_facts as p
from gateway.resolvers.insights.model.insight import InsightArea as Area
from gateway.resolvers.insights.model.insight import InsightSeverity as Severity
from gateway.resolvers.insights.model.rule import Rule
from gateway.resolvers.insights.rules import arrangements as promising
from gateway.resolvers.insights.rules import bill_changes as changes
from gateway.resolvers.insights.rules import billing, metering
from gateway.resolvers.insights.rules import collections as collecting
from gateway.resolvers.insights.rules import customer as people
from gateway.resolvers.insights.rules import data_quality as asking
from gateway.resolvers.insights.rules import disconnection as cutting
from gateway.resolvers.insights.rules import field as working
from gateway.resolvers.insights.rules import interaction as contacting
from gateway.resolvers.insights.rules import outage as outages
from gateway.resolvers.insights.rules import payment as paying
from gateway.resolvers.insights.rules import program as programs
from gateway.resolvers.insights.rules import service as caring
from gateway.resolvers.insights.rules import usage as using
from gateway.resolvers.insights.rules import vacant_usage as vacating

C, W, I = Severity.CRITICAL, Severity.WARNING, Severity.INFORMATION  # noqa: E741  # as the requirements write them

BILLING: tuple[Rule, ...] = (
    Rule("BILL_HIGHER_PREV", Area.BILLING, W, "Higher than the bill before", changes.higher_than_previous,
         "The newest bill is {amount} higher than that of {day}: {raw} % in all, {daily} % a day.",
         (f.BILLS, f.PREVIOUS_BILL_PAIR)),
    Rule("BILL_HIGHER_YOY", Area.BILLING, W, "Higher than a year ago", changes.higher_than_last_year,
         "The newest bill is {amount} higher than that of {day}, last year: {raw} % in all, {daily} % a day.",
         (f.BILLS, f.LAST_YEAR_BILL_PAIR)),
    Rule("BILL_DRIVER", Area.BILLING, I, "Why the bill is higher", changes.driver,
         "What most raised the bill since that of {day} is {amount}. {reason}.",
         (f.BILLS, f.PREVIOUS_BILL_PAIR), any_of=(f.LAST_YEAR_BILL_PAIR,)),
    Rule("BILL_ESTIMATED", Area.BILLING, I, "Estimated bill", changes.estimated,
         "The newest bill, of {day}, is estimated.", (f.BILLS,), any_of=(f.SEGMENTS,)),
    Rule("BILL_LONG_PERIOD", Area.BILLING, I, "Long bill period", changes.long_period,
         "The newest bill is about {days} days, {more} more than the one before.", (f.BILLS,)),
    Rule("BILL_FINAL", Area.BILLING, I, "Final bill", changes.final,
         "The bill of {day} is the final one.", (f.BILLS,)),
    Rule("BILL_DUE_SOON", Area.BILLING, I, "Bill due soon", changes.due_soon,
         "{amount} is due on {day}, and no payment is in sight.", (f.BILLS, f.AUTOPAY, f.SCHEDULED_PAYMENTS)),
    Rule("NEXT_BILL", Area.BILLING, I, "Next bill", billing.next_bill,
         "The next bill comes on {day}.", (f.BALANCE,)),
    Rule("BILL_PENDING_OR_HELD", Area.BILLING, I, "Bill pending or held", billing.pending_or_held,
         "{what}.", (f.BALANCE, f.BILLS), silent_without=(f.BILLS,)),
    Rule("BILLED_12M", Area.BILLING, I, "Billed in a year", billing.billed_12m,
         "{amount} was billed in the last twelve months.", (f.BILLS,)),
    Rule("PAST_DUE", Area.BILLING, W, "Past due", billing.past_due,
         "{amount} is past due{oldest}.", (f.BALANCE,), worst_severity=C, superseded_by=("IN_COLLECTIONS",)),
    Rule("HIGH_BALANCE", Area.BILLING, W, "High balance", billing.high_balance,
         "{amount} is owed, at least {times} times the usual bill.", (f.BALANCE, f.BILLS)),
    Rule("CREDIT_BALANCE", Area.BILLING, I, "Credit balance", billing.credit_balance,
         "The account has a credit of {amount}.", (f.BALANCE,)),
    Rule("DEPOSIT_HELD", Area.BILLING, I, "Deposit held", billing.deposit_held,
         "A deposit of {amount} is held.", (f.BALANCE,)),
)  # fmt: skip

PAYMENT: tuple[Rule, ...] = (
    Rule("ON_TIME_PCT_12M", Area.PAYMENT, I, "Bills paid on time", paying.on_time_12m,
         "{paid} of {due} bills of the last twelve months were paid on time: {percent} %.",
         (f.BILLS, f.PAYMENTS), worst_severity=W, silent_without=(f.PAYMENTS,)),
    Rule("LAST_PAYMENT", Area.PAYMENT, I, "Last payment", paying.last_paid,
         "The last payment was {amount} on {day}.", (f.LAST_PAYMENTS,)),
    Rule("PAYMENT_RETURNED", Area.PAYMENT, W, "Payment returned", paying.returned,
         "{count} came back, {amount} in all, the newest of {day}.",
         (f.RECENT_PAYMENTS,), any_of=(f.REVERSED_PAYMENTS,), worst_severity=C),
    Rule("PAYMENT_PENDING", Area.PAYMENT, I, "Payment to come", paying.pending,
         "Still to come: {count}, {amount} in all, the first on {day}.", (f.SCHEDULED_PAYMENTS,)),
    Rule("AUTOPAY_ON", Area.PAYMENT, I, "Autopay", paying.autopay_on,
         "Bills are paid automatically{instrument}{draw}.", (f.AUTOPAY,), superseded_by=("AUTOPAY_BLOCKED",)),
    Rule("AUTOPAY_OFF", Area.PAYMENT, I, "No autopay", paying.autopay_off,
         "Bills are not paid automatically.", (f.AUTOPAY,), silent_without=(f.AUTOPAY,)),
    Rule("AUTOPAY_BLOCKED", Area.PAYMENT, W, "Autopay blocked", paying.autopay_blocked,
         "Autopay is in force, but {why}.", (f.AUTOPAY,), any_of=(f.CREDIT_PROFILE,)),
)  # fmt: skip

PROGRAM: tuple[Rule, ...] = (
    Rule("BUDGET_BILLING", Area.PROGRAM, I, "Budget billing", programs.budget_billing,
         "On budget billing{since}{off}.", (f.PROGRAMS,), optional=(f.BALANCE, f.BILLS, f.ARRANGEMENTS),
         worst_severity=W),
    Rule("EBILL", Area.PROGRAM, I, "Bills by e-mail", programs.e_bill,
         "{how}.", (f.PROGRAMS,), silent_without=(f.PROGRAMS,)),
    Rule("WEB_ACCOUNT", Area.PROGRAM, I, "Web account", programs.web_account,
         "The account is used on the web{since}.", (f.PROGRAMS,)),
    Rule("LOW_INCOME", Area.PROGRAM, W, "Low income", programs.low_income,
         "In a low income program{since}.", (f.PROGRAMS,)),
)  # fmt: skip

CUTTING = (f.PROCESS_EVENTS, f.SEVERANCE_PROCESSES, f.CUT_PROCESSES)
POWER = (p.PERSONS, p.PREMISES)

COLLECTIONS: tuple[Rule, ...] = (
    Rule("IN_COLLECTIONS", Area.COLLECTIONS, C, "In collections", collecting.in_collections,
         "{amount} is being collected{least}{next}.", (f.COLLECTION_PROCESSES,),
         optional=(f.CREDIT_PROFILE, f.PROCESS_EVENTS), vital=True),
    Rule("DISCONNECT_PENDING", Area.COLLECTIONS, C, "Disconnection pending", cutting.disconnect_pending,
         "Service is to be cut for non-payment {when}; {amount} is owed.", any_of=CUTTING, vital=True),
    Rule("DISCONNECTED_NONPAY", Area.COLLECTIONS, C, "Cut off for non-payment", cutting.disconnected_nonpay,
         "Service is cut off for non-payment: {services}.", any_of=(p.SERVICE_POINTS, f.AGREEMENTS),
         vital=True),
    Rule("DISCONNECT_VS_LIFE_SUPPORT", Area.COLLECTIONS, C, "Disconnection where power must not fail",
         cutting.disconnect_vs_life_support,
         "Do not cut: somebody here depends on power, and service is to be cut {when}.",
         any_of=(*CUTTING, *POWER), vital=True),
    Rule("WRITE_OFF_ACTIVE", Area.COLLECTIONS, C, "Write-off", collecting.write_off_active,
         "{amount} is being written off.", (f.WRITE_OFF_PROCESSES,)),
    Rule("PA_ACTIVE", Area.COLLECTIONS, I, "Payment arrangement", promising.pa_active,
         "A payment arrangement adds {amount} to the next bill{far}.", (f.ARRANGEMENTS,)),
    Rule("PA_BROKEN", Area.COLLECTIONS, W, "Payment arrangement broken", promising.pa_broken,
         "A payment arrangement {when}.", (f.ARRANGEMENTS,)),
    Rule("PAY_PLAN_AT_RISK", Area.COLLECTIONS, W, "Pay plan at risk", promising.pay_plan_at_risk,
         "A pay plan is {amount} behind.", (f.PAY_PLANS, f.PAY_PLAN_PAYMENTS)),
    Rule("PAY_PLAN_OVERDUE", Area.COLLECTIONS, C, "Pay plan overdue", collecting.pay_plan_overdue,
         "A pay plan was not kept: {amount} is being followed up.", (f.PAY_PLAN_OVERDUE_PROCESSES,)),
    Rule("CREDIT_RATING_LOW", Area.COLLECTIONS, W, "Low credit rating", collecting.credit_rating_low,
         "The credit rating is {rating}; below {threshold} it is too low.", (f.CREDIT_PROFILE,)),
    Rule("CREDIT_RATING_DROP", Area.COLLECTIONS, I, "Credit rating fell", collecting.credit_rating_drop,
         "The credit rating lost {points} points within {days} days.", (f.CREDIT_RATINGS,)),
    Rule("CASH_ONLY", Area.COLLECTIONS, C, "Cash only", collecting.cash_only,
         "Only cash, or a money order, is taken.", (f.CREDIT_PROFILE,)),
    Rule("COLLECTION_EXEMPT", Area.COLLECTIONS, I, "Collection postponed", collecting.collection_exempt,
         "Reviews of its debt are postponed until {until}.", (f.CREDIT_PROFILE,)),
    Rule("OTHER_ACCOUNT_DEBT", Area.COLLECTIONS, W, "Debt on another account", collecting.other_account_debt,
         "{who} of this customer {owed}.", (p.CUSTOMER_ACCOUNTS,),
         any_of=(p.OTHER_BALANCES, p.OTHER_COLLECTIONS)),
)  # fmt: skip

CUSTOMER: tuple[Rule, ...] = (
    Rule("LIFE_SUPPORT", Area.CUSTOMER, C, "Power must not fail", people.life_support,
         "Somebody here depends on power ({what}): this holds for every premise of the account.",
         any_of=POWER, vital=True),
    Rule("CONTACT_RESTRICTED", Area.CUSTOMER, W, "Contact restricted", people.contact_restricted,
         "Since {since} the customer does not want to be contacted {by}{reason}.", (p.RESTRICTIONS,)),
    Rule("ACCOUNT_ALERT", Area.CUSTOMER, W, "Alert", people.account_alert, "{kind}{text}.", (f.ALERTS,)),
    Rule("CONTACT_DATA_STALE", Area.CUSTOMER, I, "Hard to reach", people.contact_data_stale,
         "The customer may be hard to reach: {wrong}.", any_of=(p.PARTY, f.EMAILS)),
    Rule("MULTI_ACCOUNT", Area.CUSTOMER, I, "Several accounts", people.multi_account,
         "The customer has {count} accounts, closed ones counted.", (p.CUSTOMER_ACCOUNTS,)),
)  # fmt: skip

SERVICE: tuple[Rule, ...] = (
    Rule("SR_OPEN_HIGH", Area.SERVICE, W, "Urgent request open", caring.sr_open_high,
         "{count} of high or critical severity; the newest: {title}.", (f.SERVICE_REQUESTS,)),
    Rule("SR_AGED", Area.SERVICE, W, "Request overdue", caring.sr_aged,
         "{count} should be done by now; the longest overdue, opened {opened}{due}: {title}.",
         (f.SERVICE_REQUESTS,)),
    Rule("SR_REPEAT", Area.SERVICE, W, "Repeated requests", caring.sr_repeat,
         "{count} about the same within {days} days: {category}.", (f.RECENT_SERVICE_REQUESTS,)),
    Rule("SERVICE_PENDING", Area.SERVICE, I, "Service is to change", caring.service_pending,
         "{what}.", any_of=(f.AGREEMENTS, f.SERVICE_ORDERS)),
    Rule("ORDER_STUCK", Area.SERVICE, W, "Service order stuck", working.order_stuck,
         "{count} cannot go on: {what}.", (f.SERVICE_ORDERS,)),
    Rule("FIELD_VISIT", Area.FIELD, I, "Field visit", working.field_visit,
         "{task} ({number}): {what}.", (f.FIELD_ORDERS,), worst_severity=W),
    Rule("OUTAGE_ACTIVE", Area.OUTAGE, C, "Outage", outages.outage_active,
         "Outage since {since}{cause}, {state}: {back}.", (p.OUTAGES,)),
    Rule("OUTAGE_PLANNED", Area.OUTAGE, I, "Outage planned", outages.outage_planned,
         "An outage is planned from {since}{until}{cause}.{depends}", (p.OUTAGES,), optional=POWER,
         worst_severity=C),
    Rule("OUTAGE_REPEAT", Area.OUTAGE, W, "Repeated outages", outages.outage_repeat,
         "{count} outages within {months} months, the newest {newest}.", (p.OUTAGES,)),
)  # fmt: skip

USAGE: tuple[Rule, ...] = (
    Rule("USAGE_UP", Area.USAGE, W, "Usage is up", using.usage_up,
         "{percent} % more {service} usage a day ({now}) than before ({base}){outside}.", (p.BILLED_USAGE,)),
    Rule("USAGE_ZERO", Area.USAGE, W, "No usage", using.usage_zero,
         "No {service} usage on {days} days, since {since}, as the meter was read.",
         (p.DAILY_USAGE, f.AGREEMENTS, p.SERVICE_POINTS)),
    Rule("USAGE_VACANT", Area.USAGE, W, "Usage where service ended", vacating.usage_vacant,
         "{quantity} of {service} used within {days} days, though {why}.",
         (p.DAILY_USAGE, f.AGREEMENTS, p.PREMISES, p.SERVICE_POINTS)),
    Rule("READS_ESTIMATED", Area.USAGE, W, "Meter not read", metering.reads_estimated,
         "{what}.", any_of=(p.BILLED_USAGE, p.DAILY_USAGE)),
    Rule("WATER_LEAK", Area.USAGE, W, "Water may leak", metering.water_leak,
         "Water ran in each of {hours} hours until {until}, at least {least} an hour.", (p.HOURLY_WATER,)),
)  # fmt: skip

INTERACTION: tuple[Rule, ...] = (
    Rule("REPEAT_CONTACT", Area.INTERACTION, W, "Repeated contact", contacting.repeat_contact,
         "{count} contacts within {days} days, the newest {newest}.",
         any_of=(f.CALLS, f.CHATS, f.CONTACTS, f.RECENT_INTERACTIONS)),
    Rule("INTERACTION_OPEN", Area.INTERACTION, I, "Interaction open", contacting.interaction_open,
         "{agent} has an interaction open with this customer, since {since}.", (f.INTERACTIONS,)),
    Rule("LAST_CALL_UNRESOLVED", Area.INTERACTION, W, "Last call unresolved",
         contacting.last_call_unresolved, "The newest {kind}, {when}, {how}.", (f.CALLS, f.CHATS)),
    Rule("CALLBACK_DUE", Area.INTERACTION, W, "Call back due", contacting.callback_due,
         "A call back was promised{who} for {due}; it {done}.", (f.INTERACTIONS,)),
)  # fmt: skip

SYSTEMS: tuple[Rule, ...] = (
    Rule("NO_CTI", Area.INTERACTION, I, "Calls are not recorded", asking.no_cti,
         "This utility has no contact center connected: calls and chats do not show here.",
         (f.CALLS,), about_systems=True),
    Rule("DATA_INCOMPLETE", Area.CUSTOMER, W, "Not everything is known", asking.data_incomplete,
         "No answer from {systems}: what they know is missing here.", about_systems=True),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *(*BILLING, *PAYMENT, *PROGRAM, *COLLECTIONS, *CUSTOMER),
    *(*SERVICE, *USAGE, *INTERACTION, *SYSTEMS),
)

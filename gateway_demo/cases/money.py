"""Planted customers that show bills, payments, usage and every stage of collections."""

from dataclasses import replace
from datetime import date

from gateway_demo.cases.model import QUIET, PlantedCustomer, quiet
from gateway_demo.plan.clock import days_ago
from gateway_demo.plan.model import SpecialNeed

FIRST = replace(QUIET, cycle=1)
SEVERED = replace(FIRST, unpaid=(0, 1, 2), stage="severance")
BREATHING = SpecialNeed("LIFE_SUPPORT", date(2023, 5, 1), None, "Oxygen concentrator")
NO_PROGRAMS = replace(QUIET, programs=())
CUT_DAYS = 74

COLLECTIONS: tuple[PlantedCustomer, ...] = (
    PlantedCustomer("collection active", "Two unpaid bills and a collection process.",
            (replace(FIRST, unpaid=(0, 1), stage="collection"),), insights=("IN_COLLECTIONS",)),
    PlantedCustomer("severance active", "Three unpaid bills; the disconnection awaits field work.",
            (SEVERED,), insights=("DISCONNECT_PENDING", "IN_COLLECTIONS", "CREDIT_RATING_DROP")),
    PlantedCustomer("cut pending", "An overdue process with a cut in the coming days.",
            (replace(QUIET, cycle=8, unpaid=(0, 1, 2), stage="cut_pending"),),
            insights=("DISCONNECT_PENDING",)),
    PlantedCustomer("disconnected for non-payment", "Five unpaid bills; electric service cut in September.",
            (replace(FIRST, unpaid=(0, 1, 2, 3, 4), stage="disconnected",
                     shape=((CUT_DAYS, 0.0),)),),
            insights=("DISCONNECTED_NONPAY", "HIGH_BALANCE")),
    PlantedCustomer("write-off active", "A closed account whose debt is about to be written off.",
            (replace(FIRST, closed=days_ago(80), unpaid=(0, 1), stage="write_off"),),
            lifecycle="former", insights=("WRITE_OFF_ACTIVE",)),
    PlantedCustomer("written off", "A closed account whose debt was written off; a bill so marked.",
            (replace(FIRST, closed=days_ago(300), unpaid=(0, 1), stage="written_off"),),
            lifecycle="former"),
    PlantedCustomer("arrangement active", "A payment arrangement in six instalments, four billed.",
            (replace(FIRST, unpaid=(4, 5, 6), stage="arr_active"),), insights=("PA_ACTIVE",)),
    PlantedCustomer("arrangement broken", "A payment arrangement that broke at its fourth instalment.",
            (replace(FIRST, unpaid=(0, 1, 4, 5, 6), stage="arr_broken"),),
            insights=("PA_BROKEN",)),
    PlantedCustomer("pay plan active", "A pay plan, kept so far.",
            (replace(FIRST, unpaid=(1, 2), stage="plan_active"),), insights=("PAYMENT_PENDING",)),
    PlantedCustomer("pay plan at risk", "A pay plan of which less was received than was due.",
            (replace(FIRST, unpaid=(1, 2), stage="plan_at_risk"),),
            insights=("PAY_PLAN_AT_RISK",)),
    PlantedCustomer("pay plan overdue", "A broken pay plan and the process that follows.",
            (replace(FIRST, unpaid=(0, 1, 2), stage="plan_overdue"),),
            insights=("PAY_PLAN_OVERDUE",)),
    PlantedCustomer("cash only", "Three returned payments in a year: only cash is taken, autopay blocked.",
            (replace(QUIET, returned=(1, 3, 5), programs=("APAY", "EBILL")),),
            insights=("CASH_ONLY", "PAYMENT_RETURNED", "AUTOPAY_BLOCKED")),
    PlantedCustomer("low rating", "A credit rating below the threshold.",
            (replace(QUIET, stage="low_rating"),), insights=("CREDIT_RATING_LOW",)),
    PlantedCustomer("disconnection at a life-support premise", "A pending disconnection where someone "
            "breathes by a machine.", (replace(SEVERED, life_support=True),), needs=(BREATHING,),
            insights=("DISCONNECT_VS_LIFE_SUPPORT", "LIFE_SUPPORT")),
    PlantedCustomer("collection postponed", "Four unpaid bills, but reviews are postponed: no process.",
            (replace(FIRST, unpaid=(0, 1, 2, 3), stage="exempt"),),
            insights=("COLLECTION_EXEMPT", "PAST_DUE", "HIGH_BALANCE")),
)  # fmt: skip

BILLS: tuple[PlantedCustomer, ...] = (
    PlantedCustomer("past due", "One bill a week past due, nothing in collections yet.",
            (replace(QUIET, cycle=15, unpaid=(0,)),), insights=("PAST_DUE",)),
    PlantedCustomer("final bill", "A closed account with its final bill due in three days.",
            (replace(QUIET, closed=days_ago(20), unpaid=(0,)),), lifecycle="former",
            insights=("BILL_FINAL", "BILL_DUE_SOON")),
    PlantedCustomer("estimated bills", "The three newest bills are estimated.",
            (replace(QUIET, estimated=3),), insights=("BILL_ESTIMATED", "READS_ESTIMATED")),
    PlantedCustomer("net metering", "Solar panels: delivered and received.",
            (replace(QUIET, services="E", minutes=15, programs=("NETM", "WEB")),)),
    PlantedCustomer("water leak", "Water runs at every hour of the day.",
            (replace(QUIET, services="W", minutes=60, leak=True),), insights=("WATER_LEAK",)),
    PlantedCustomer("gas only", "One service: gas.", (quiet(services="G"),)),
    PlantedCustomer("budget billing", "Even bills; the deferred part is in the payoff balance.",
            (replace(QUIET, programs=("BUDG", "EBILL")),), insights=("BUDGET_BILLING",)),
    PlantedCustomer("autopay", "Automatic payment, its next draw in two days.",
            (replace(QUIET, cycle=25, payer="auto", programs=("APAY", "EBILL", "WEB")),),
            insights=("AUTOPAY_ON", "PAYMENT_PENDING")),
    PlantedCustomer("deposit", "A new customer whose deposit is held.",
            (replace(QUIET, opened=days_ago(170), deposit=15_000),), insights=("DEPOSIT_HELD",)),
    PlantedCustomer("credit balance", "More was credited than is owed.",
            (replace(QUIET, credit=60_000),), insights=("CREDIT_BALANCE",)),
    PlantedCustomer("payment returned", "One payment came back last month.",
            (replace(QUIET, cycle=5, returned=(1,)),), insights=("PAYMENT_RETURNED",)),
    PlantedCustomer("higher bill", "The newest bill is far higher than the one before and last year's.",
            (replace(QUIET, services="E", shape=((40, 2.2),)),),
            insights=("BILL_HIGHER_PREV", "BILL_HIGHER_YOY", "BILL_DRIVER", "USAGE_UP")),
    PlantedCustomer("long period", "The newest bill covers five days more.",
            (replace(QUIET, cycle=5, long_period=True),), insights=("BILL_LONG_PERIOD",)),
    PlantedCustomer("due soon", "A bill due in two days, no payment in sight.",
            (replace(NO_PROGRAMS, cycle=25, unpaid=(0,)),), insights=("BILL_DUE_SOON",)),
    PlantedCustomer("bill held", "The bill that was to come twelve days ago has not come.",
            (replace(FIRST, held=True),), insights=("BILL_PENDING_OR_HELD",)),
    PlantedCustomer("bill pending", "A bill that is made but not complete; the ledger does not know it.",
            (replace(QUIET, cycle=14, pending=True),), insights=("BILL_PENDING_OR_HELD",)),
    PlantedCustomer("canceled bill", "A bill canceled and made again, and a canceled adjustment.",
            (replace(QUIET, rebilled=True),)),
    PlantedCustomer("pays late", "Every bill is paid five days late.",
            (replace(QUIET, payer="tardy"),), insights=("ON_TIME_PCT_12M",)),
    PlantedCustomer("pays in parts", "Many bills are paid in two parts.",
            (replace(QUIET, payer="partial"),)),
    PlantedCustomer("no usage", "Forty-five days without any usage, read by the meter.",
            (replace(QUIET, services="E", shape=((45, 0.0),)),), insights=("USAGE_ZERO",)),
    PlantedCustomer("energy assistance", "Low income program.",
            (replace(QUIET, programs=("LOWI", "EBILL")),), insights=("LOW_INCOME",)),
)  # fmt: skip

MONEY = (*COLLECTIONS, *BILLS)

"""Planted customers who show bills, payments, usage, and every stage of collections."""

from dataclasses import replace
from datetime import date

from gateway_demo.cases.model import PLAIN, Planted, plain
from gateway_demo.plan.clock import days_ago
from gateway_demo.plan.model import Need

FIRST = replace(PLAIN, cycle=1)
SEVERED = replace(FIRST, unpaid=(0, 1, 2), stage="severance")
BREATHING = Need("LIFE_SUPPORT", date(2023, 5, 1), None, "Oxygen concentrator")
NO_PROGRAMS = replace(PLAIN, programs=())
CUT_DAYS = 74

COLLECTIONS: tuple[Planted, ...] = (
    Planted("collection active", "Two unpaid bills and a collection process.",
            (replace(FIRST, unpaid=(0, 1), stage="collection"),), insights=("IN_COLLECTIONS",)),
    Planted("severance active", "Three unpaid bills; the disconnection awaits field work.",
            (SEVERED,), insights=("DISCONNECT_PENDING", "IN_COLLECTIONS", "CREDIT_RATING_DROP")),
    Planted("cut pending", "An overdue process with a cut in the coming days.",
            (replace(PLAIN, cycle=8, unpaid=(0, 1, 2), stage="cut_pending"),),
            insights=("DISCONNECT_PENDING",)),
    Planted("disconnected for non-payment", "Five unpaid bills; electric service cut in September.",
            (replace(FIRST, unpaid=(0, 1, 2, 3, 4), stage="disconnected",
                     shape=((CUT_DAYS, 0.0),)),),
            insights=("DISCONNECTED_NONPAY", "HIGH_BALANCE")),
    Planted("write-off active", "A closed account whose debt is about to be written off.",
            (replace(FIRST, closed=days_ago(80), unpaid=(0, 1), stage="write_off"),),
            lifecycle="former", insights=("WRITE_OFF_ACTIVE",)),
    Planted("written off", "A closed account whose debt was written off; a bill so marked.",
            (replace(FIRST, closed=days_ago(300), unpaid=(0, 1), stage="written_off"),),
            lifecycle="former"),
    Planted("arrangement active", "A payment arrangement in six instalments, four billed.",
            (replace(FIRST, unpaid=(4, 5, 6), stage="arr_active"),), insights=("PA_ACTIVE",)),
    Planted("arrangement broken", "A payment arrangement that broke at its fourth instalment.",
            (replace(FIRST, unpaid=(0, 1, 4, 5, 6), stage="arr_broken"),),
            insights=("PA_BROKEN",)),
    Planted("pay plan active", "A pay plan, kept so far.",
            (replace(FIRST, unpaid=(1, 2), stage="plan_active"),), insights=("PAYMENT_PENDING",)),
    Planted("pay plan at risk", "A pay plan of which less was received than was due.",
            (replace(FIRST, unpaid=(1, 2), stage="plan_at_risk"),),
            insights=("PAY_PLAN_AT_RISK",)),
    Planted("pay plan overdue", "A broken pay plan and the process that follows.",
            (replace(FIRST, unpaid=(0, 1, 2), stage="plan_overdue"),),
            insights=("PAY_PLAN_OVERDUE",)),
    Planted("cash only", "Three returned payments in a year: only cash is taken, autopay blocked.",
            (replace(PLAIN, returned=(1, 3, 5), programs=("APAY", "EBILL")),),
            insights=("CASH_ONLY", "PAYMENT_RETURNED", "AUTOPAY_BLOCKED")),
    Planted("low rating", "A credit rating below the threshold.",
            (replace(PLAIN, stage="low_rating"),), insights=("CREDIT_RATING_LOW",)),
    Planted("disconnection at a life-support premise", "A pending disconnection where someone "
            "breathes by a machine.", (replace(SEVERED, life_support=True),), needs=(BREATHING,),
            insights=("DISCONNECT_VS_LIFE_SUPPORT", "LIFE_SUPPORT")),
    Planted("collection postponed", "Four unpaid bills, but reviews are postponed: no process.",
            (replace(FIRST, unpaid=(0, 1, 2, 3), stage="exempt"),),
            insights=("COLLECTION_EXEMPT", "PAST_DUE", "HIGH_BALANCE")),
)  # fmt: skip

BILLS: tuple[Planted, ...] = (
    Planted("past due", "One bill a week past due, nothing in collections yet.",
            (replace(PLAIN, cycle=15, unpaid=(0,)),), insights=("PAST_DUE",)),
    Planted("final bill", "A closed account with its final bill due in three days.",
            (replace(PLAIN, closed=days_ago(20), unpaid=(0,)),), lifecycle="former",
            insights=("BILL_FINAL", "BILL_DUE_SOON")),
    Planted("estimated bills", "The three newest bills are estimated.",
            (replace(PLAIN, estimated=3),), insights=("BILL_ESTIMATED", "READS_ESTIMATED")),
    Planted("net metering", "Solar panels: delivered and received.",
            (replace(PLAIN, services="E", minutes=15, programs=("NETM", "WEB")),)),
    Planted("water leak", "Water runs at every hour of the day.",
            (replace(PLAIN, services="W", minutes=60, leak=True),), insights=("WATER_LEAK",)),
    Planted("gas only", "One service: gas.", (plain(services="G"),)),
    Planted("budget billing", "Even bills; the deferred part is in the payoff balance.",
            (replace(PLAIN, programs=("BUDG", "EBILL")),), insights=("BUDGET_BILLING",)),
    Planted("autopay", "Automatic payment, its next draw in two days.",
            (replace(PLAIN, cycle=25, payer="auto", programs=("APAY", "EBILL", "WEB")),),
            insights=("AUTOPAY_ON", "PAYMENT_PENDING")),
    Planted("deposit", "A new customer whose deposit is held.",
            (replace(PLAIN, opened=days_ago(170), deposit=15_000),), insights=("DEPOSIT_HELD",)),
    Planted("credit balance", "More was credited than is owed.",
            (replace(PLAIN, credit=60_000),), insights=("CREDIT_BALANCE",)),
    Planted("payment returned", "One payment came back last month.",
            (replace(PLAIN, cycle=5, returned=(1,)),), insights=("PAYMENT_RETURNED",)),
    Planted("higher bill", "The newest bill is far higher than the one before and last year's.",
            (replace(PLAIN, services="E", shape=((40, 2.2),)),),
            insights=("BILL_HIGHER_PREV", "BILL_HIGHER_YOY", "BILL_DRIVER", "USAGE_UP")),
    Planted("long period", "The newest bill covers five days more.",
            (replace(PLAIN, cycle=5, long_period=True),), insights=("BILL_LONG_PERIOD",)),
    Planted("due soon", "A bill due in two days, no payment in sight.",
            (replace(NO_PROGRAMS, cycle=25, unpaid=(0,)),), insights=("BILL_DUE_SOON",)),
    Planted("bill held", "The bill that was to come twelve days ago has not come.",
            (replace(FIRST, held=True),), insights=("BILL_PENDING_OR_HELD",)),
    Planted("bill pending", "A bill that is made but not complete; the ledger does not know it.",
            (replace(PLAIN, cycle=14, pending=True),), insights=("BILL_PENDING_OR_HELD",)),
    Planted("canceled bill", "A bill canceled and made again, and a canceled adjustment.",
            (replace(PLAIN, rebilled=True),)),
    Planted("pays late", "Every bill is paid five days late.",
            (replace(PLAIN, payer="tardy"),), insights=("ON_TIME_PCT_12M",)),
    Planted("pays in parts", "Many bills are paid in two parts.",
            (replace(PLAIN, payer="partial"),)),
    Planted("no usage", "Forty-five days without any usage, read by the meter.",
            (replace(PLAIN, services="E", shape=((45, 0.0),)),), insights=("USAGE_ZERO",)),
    Planted("energy assistance", "Low income program.",
            (replace(PLAIN, programs=("LOWI", "EBILL")),), insights=("LOW_INCOME",)),
)  # fmt: skip

MONEY = (*COLLECTIONS, *BILLS)

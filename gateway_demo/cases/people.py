"""Planted customers that show parties, accounts, contact data and times."""

from dataclasses import replace
from datetime import date

from gateway_demo.cases.model import QUIET, PlantedCustomer, quiet
from gateway_demo.plan.clock import days_ago
from gateway_demo.plan.model import ContactRestriction, SpecialNeed, Traits

EVERYTHING = replace(QUIET, quiet=False, services="EGW", minutes=60, programs=("EBILL", "WEB", "DR"))
FORMER = replace(QUIET, closed=date(2025, 3, 14), programs=())
VACATED = replace(FORMER, closed=date(2026, 6, 2))
LANDLORD = 40
CLOSED_EVERY = 5
OWING = 7


def _landlord(index: int) -> Traits:
    traits = replace(QUIET, customer_class="LND", services="EW" if index % 2 else "E", cycle=1 + index % 27)
    if index % CLOSED_EVERY == 0:
        return replace(traits, closed=days_ago(150 + 11 * index))
    return replace(traits, cycle=1, unpaid=(0, 1), stage="collection") if index == OWING else traits


PEOPLE: tuple[PlantedCustomer, ...] = (
    PlantedCustomer(
        "plain residential",
        "A household with everything: three services, two people, hourly reads, a full feed.",
        (EVERYTHING,), people=2, person="Ada Whitcombe",
        insights=("NEXT_BILL", "BILLED_12M", "LAST_PAYMENT", "EBILL", "WEB_ACCOUNT", "AUTOPAY_OFF"),
    ),
    PlantedCustomer(
        "landlord with 40 accounts",
        "An organization with 40 accounts, eight of them closed, one in collections.",
        tuple(_landlord(index) for index in range(1, LANDLORD + 1)),
        kind="organization", organization="Cedar Hill Property Management",
        insights=("MULTI_ACCOUNT", "OTHER_ACCOUNT_DEBT"),
    ),
    PlantedCustomer("busy window", "More than 300 records in the newest six months.",
            (quiet(),), extras=("busy",), insights=("REPEAT_CONTACT",)),
    PlantedCustomer("prospect with a former account", "A prospect who once had an account: dashboard. Nothing happened "
            "there for more than a year: the feed begins with older records.",
            (FORMER,), lifecycle="prospect"),
    PlantedCustomer("prospect never attached", "A prospect who never had an account: no dashboard.",
            lifecycle="prospect"),
    PlantedCustomer("CRM-only contact", "A contact known to CRM alone: no dashboard.",
            lifecycle="contact"),
    PlantedCustomer("vacant premise", "A premise without an account and one left empty "
            "where energy still flows.", (VACATED,), lifecycle="former",
            extras=("vacant_premise", "vacant_usage"), other="5000000790",
            insights=("USAGE_VACANT",)),
    PlantedCustomer("wrong number", "A media item, an interaction and a call of an unknown caller.",
            (quiet(),), extras=("wrong_number",), other="MIWRONG0001"),
    PlantedCustomer("null-account calls, one account", "Two calls and a chat without an account; they "
            "belong to the feed.", (quiet(),), extras=("null_account",)),
    PlantedCustomer("null-account calls, two accounts", "Two calls and a chat without an account; they "
            "belong to neither feed.", (quiet(), quiet(cycle=17)), extras=("null_account",),
            insights=("MULTI_ACCOUNT",)),
    PlantedCustomer("window edges", "Records at local midnight and one second before, at the edges of all "
            "six-month windows and of the three years.", (quiet(),), extras=("edges",)),
    PlantedCustomer("ties in time", "Ten records of nine systems at the same second, "
            "2026-10-20T10:15:00-04:00.", (quiet(),), extras=("ties",)),
    PlantedCustomer("the repeated hour", "Calls at 01:30 EDT and at 01:30 EST of 2026-11-01, a chat and a "
            "contact at 01:30 without offset.", (quiet(),), extras=("repeated_hour",)),
    PlantedCustomer("card number in a transcript", "A chat with card number, SSN, phone and e-mail.",
            (quiet(),), extras=("card",)),
    PlantedCustomer("Central time", "A premise in Central time: the account's days begin an hour later.",
            (replace(QUIET, region="CT", quiet=False),)),
    PlantedCustomer("organization and its contact", "A bakery reached through its facility manager: a "
            "party relationship.", (replace(QUIET, customer_class="COM", services="EGW"),),
            kind="relationship", organization="Maple Leaf Bakery", extras=("three_parties",)),
    PlantedCustomer("restricted, now", "No phone calls, without end.", (quiet(),),
            restrictions=(ContactRestriction("phone", days_ago(200), None, "Asked by letter"),),
            insights=("CONTACT_RESTRICTED",)),
    PlantedCustomer("restricted, formerly", "A restriction that is over.", (quiet(),),
            restrictions=(ContactRestriction("email", days_ago(400), days_ago(100), "Traveling"),)),
    PlantedCustomer("restricted, soon", "A restriction that begins next month.", (quiet(),),
            restrictions=(ContactRestriction("all", days_ago(-20), days_ago(-60), "Away"),)),
    PlantedCustomer("special needs", "Life support, hearing, and a need that is over.", (quiet(),),
            needs=(SpecialNeed("LIFE_SUPPORT", date(2024, 2, 1), None, "Ventilator"),
                   SpecialNeed("HEARING", date(2020, 1, 1)),
                   SpecialNeed("MEDICAL", date(2021, 1, 1), date(2022, 1, 1), "Dialysis")),
            insights=("LIFE_SUPPORT",)),
    PlantedCustomer("accents", "A name that search must find without its accents.", (quiet(),),
            person="Zoë Núñez-Østergård"),
    PlantedCustomer("same name, first", "One of several people called John Smith.", (quiet(),),
            person="John Smith"),
    PlantedCustomer("same name, second", "Another John Smith.", (quiet(cycle=3),), person="John Smith"),
    PlantedCustomer("unreachable", "Neither phone nor e-mail.", (quiet(),), reachable=False,
            insights=("CONTACT_DATA_STALE",)),
    PlantedCustomer("just moved in", "An account of three days: no bill, no payment, known to be empty.",
            (replace(QUIET, opened=days_ago(3)),)),
    PlantedCustomer("moves in next week", "A pending account whose service starts in nine days.",
            (replace(QUIET, opened=days_ago(-9)),), insights=("SERVICE_PENDING",)),
)  # fmt: skip

"""Why two bills, two periods of usage or two readings cannot be compared."""

from typing import NamedTuple

from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import KnownState
from gateway.resolvers.graph.wording import message


class NotComparableReason(DescribedEnum):
    """Why there is no change in percent, of bills or of usage."""

    NO_CURRENT = "NO_CURRENT", "There is no issued bill, or no bill period, yet.", "Nothing to compare"
    CURRENT_NOT_KNOWN = "CURRENT_NOT_KNOWN", "A newer bill has no status, so the current one is not known."
    NO_BASE = "NO_BASE", "There is no earlier bill or bill period to compare with.", "Nothing to compare with"
    BASE_NOT_KNOWN = "BASE_NOT_KNOWN", "Bills do not give their periods, so the one of a year ago is not known."
    CHARGES_NOT_KNOWN = "CHARGES_NOT_KNOWN", "A bill does not give its charges."
    CURRENCIES_DIFFER = "CURRENCIES_DIFFER", "The bills are in two currencies."
    NOT_COMPLETE = ("NOT_COMPLETE", "One of the bills is canceled, or without a status.", "Bill does not count")
    FINAL_BILL = "FINAL_BILL", "One of the bills is a final bill."
    SERVICES_DIFFER = "SERVICES_DIFFER", "The bills charge for different services."
    SERVICES_NOT_KNOWN = "SERVICES_NOT_KNOWN", "The segments of a bill did not load: they say what it charges for."
    BASE_IS_ZERO = "BASE_IS_ZERO", "The other value is zero: no percentage follows from it.", "Compared with zero"
    FLOW_NOT_MEASURED = "FLOW_NOT_MEASURED", "No register measures this direction.", "Direction not measured"
    NET_NOT_KNOWN = (
        "NET_NOT_KNOWN",
        "Delivered and received energy are not both known for the same times.",
        "Net usage not known",
    )
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED", "The account was closed before the range begins."
    BEFORE_ACCOUNT = "BEFORE_ACCOUNT", "Days lie before the account was opened.", "Before the account was opened"
    BEFORE_EARLIEST = "BEFORE_EARLIEST", "Days lie before the first one that can be searched.", "Too long ago"
    NO_READINGS = "NO_READINGS", "One side has no reading at all."
    READINGS_MISSING = "READINGS_MISSING", "A part of one side has no reading; `coverage` says how much has."
    READINGS_OVERLAP = "READINGS_OVERLAP", "Two readings cover the same time, and it is not known which counts."
    LENGTHS_DIFFER = "LENGTHS_DIFFER", "One side is longer than the other by more than a fifth."
    NO_PARTNER = "NO_PARTNER", "The other side has no such time, as 29 February, or an hour that clocks skip."


class NotComparable(NamedTuple):
    """A reason, and a sentence for people, in the language of the request."""

    reason: NotComparableReason
    text: str


BILL_TEXTS = {
    NotComparableReason.NO_CURRENT: message("There is no issued bill yet."),
    NotComparableReason.CURRENT_NOT_KNOWN: message("The newest bill has no status, so the current bill is not known."),
    NotComparableReason.NO_BASE: message("There is no earlier bill to compare with."),
    NotComparableReason.BASE_NOT_KNOWN: message("Bills without a period may hide last year's bill."),
    NotComparableReason.NOT_COMPLETE: message("One of the bills was canceled, or has no status."),
    NotComparableReason.FINAL_BILL: message("A final bill is not compared with others."),
    NotComparableReason.CHARGES_NOT_KNOWN: message("One of the bills does not say what it charges."),
    NotComparableReason.CURRENCIES_DIFFER: message("The bills are in two currencies."),
    NotComparableReason.SERVICES_DIFFER: message("The bills charge for different services."),
    NotComparableReason.SERVICES_NOT_KNOWN: message("It is not known which services the bills charge for."),
    NotComparableReason.BASE_IS_ZERO: message("The other bill charges nothing, so no percentage follows."),
}

# With these, a value may exist, and is not known. With the others, there is none.
NOT_KNOWN = (
    NotComparableReason.CURRENT_NOT_KNOWN,
    NotComparableReason.BASE_NOT_KNOWN,
    NotComparableReason.CHARGES_NOT_KNOWN,
    NotComparableReason.SERVICES_NOT_KNOWN,
    NotComparableReason.FLOW_NOT_MEASURED,
    NotComparableReason.NET_NOT_KNOWN,
    NotComparableReason.BEFORE_EARLIEST,
    NotComparableReason.NO_READINGS,
    NotComparableReason.READINGS_MISSING,
    NotComparableReason.READINGS_OVERLAP,
)


def change_state(why: NotComparable | None) -> KnownState:
    """The state of a change that is null for this reason."""
    if why is None:
        return KnownState.KNOWN
    return KnownState.UNKNOWN if why.reason in NOT_KNOWN else KnownState.NONE

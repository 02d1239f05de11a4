"""How one number compares with another: the change in percent, and its verdict."""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from gateway.resolvers.graph.enums import DescribedEnum

TENTH = Decimal("0.1")
EXACT = Context(prec=3_000)  # enough digits for any number that is read, and for any ratio of two


class ComparisonBase(DescribedEnum):
    """What the current bill or period is compared with."""

    PREVIOUS_BILL = "PREVIOUS_BILL", "The bill or period right before it."
    SAME_PERIOD_LAST_YEAR = "SAME_PERIOD_LAST_YEAR", "The bill or period of a year earlier."


class ComparisonVerdict(DescribedEnum):
    """How the current value compares with the other."""

    MORE = "MORE", "The current value is higher."
    LESS = "LESS", "The current value is lower."
    ABOUT_THE_SAME = "ABOUT_THE_SAME", "The change is smaller than a threshold of the utility, 5 % by default."
    NOT_COMPARABLE = "NOT_COMPARABLE", "A value is missing, the other use is zero, or the two measure different things."


def percent_change(now: Decimal, base: Decimal) -> Decimal | None:
    """`(now - base) / |base|` in percent, rounded half up to a tenth; None where the base is zero."""
    if not base:
        return None
    with localcontext(EXACT):
        return ((now - base) * 100 / abs(base)).quantize(TENTH, ROUND_HALF_UP)


def verdict_of(change: Decimal | None, threshold: Decimal) -> ComparisonVerdict:
    """The verdict on a change, both in percent. A change below the threshold counts as none."""
    if change is None:
        return ComparisonVerdict.NOT_COMPARABLE
    if abs(change) < threshold:
        return ComparisonVerdict.ABOUT_THE_SAME
    return ComparisonVerdict.MORE if change > 0 else ComparisonVerdict.LESS

"""How one number stands to another: more, less, about the same; or nothing can be said."""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import Enum

from gateway.resolvers.graph.descriptions import described_enum

TENTH = Decimal("0.1")
EXACT = Context(prec=3_000)  # no digit of any number that is read is lost, and every ratio can be written


@described_enum
class ComparisonBase(Enum):
    """What something is compared with: PREVIOUS_BILL is the bill, or the period, before it."""

    PREVIOUS_BILL = "PREVIOUS_BILL"
    SAME_PERIOD_LAST_YEAR = "SAME_PERIOD_LAST_YEAR"


@described_enum
class ComparisonVerdict(Enum):
    """How one number stands to another.

    NOT_COMPARABLE: one is missing, the other is nothing, or they are of different things.
    """

    MORE = "MORE"
    LESS = "LESS"
    ABOUT_THE_SAME = "ABOUT_THE_SAME"
    NOT_COMPARABLE = "NOT_COMPARABLE"


def percent_change(now: Decimal, base: Decimal) -> Decimal | None:
    """`(now - base) / |base|` in percent, to a tenth, half up; None where the base is nothing."""
    if not base:
        return None
    with localcontext(EXACT):
        return ((now - base) * 100 / abs(base)).quantize(TENTH, ROUND_HALF_UP)


def verdict_of(change: Decimal | None, about: Decimal) -> ComparisonVerdict:
    """What a change in percent means; one of less than `about` percent, either way, is none."""
    if change is None:
        return ComparisonVerdict.NOT_COMPARABLE
    if abs(change) < about:
        return ComparisonVerdict.ABOUT_THE_SAME
    return ComparisonVerdict.MORE if change > 0 else ComparisonVerdict.LESS

"""Decimals of any length that a system may write: the default context rounds to 28 digits, or refuses more."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce

EXACT = Context(prec=2_000)  # more than a number of 400 digits has after `scale`


def exact_sum(numbers: Iterable[Decimal]) -> Decimal:
    """The sum without rounding; 0 of none."""
    return reduce(EXACT.add, numbers, Decimal(0))


def rounded(number: Decimal, step: Decimal) -> Decimal:
    """The number in steps, halves rounded up."""
    return number.quantize(step, ROUND_HALF_UP, EXACT)

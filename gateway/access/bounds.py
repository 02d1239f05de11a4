"""Which customers and accounts a caller may see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The only accounts and customers that a caller sees, by their ids in the systems that hold them."""

    accounts: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()

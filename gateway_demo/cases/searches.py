"""Planted customers that show searches; they stand last, so that earlier numbers stay."""

from datetime import date

from gateway_demo.cases.model import PlantedCustomer, quiet

MOVED_ON = date(2025, 8, 29)

SEARCHES: tuple[PlantedCustomer, ...] = (
    PlantedCustomer("same name, third", "A third John Smith, who moved: this account is closed, the next one open.",
            (quiet(closed=MOVED_ON), quiet(cycle=5)), person="John Smith"),
)  # fmt: skip

"""Numbers of activities: of each category, and of all."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.loading.counting import StreamCount
from gateway.resolvers.graph.activity import ActivityCategory
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import NotKnown, known_state, own_state


@described
class CategoryCount:
    """Number of activities of one category.

    category: The category that is counted.
    count: Number of activities; null if unknown. It is unknown if a system of the category did not answer, or
        rows of it cannot be read. A type that its system cannot count is counted up to 1,000.
    """

    category: ActivityCategory
    count: int | None
    count_state = own_state(lambda each: known_state(each.count, unknown=True))


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """The numbers of activities of a window or of a whole feed, by type."""

    counts: Sequence[StreamCount]

    def total(self) -> int:
        """Number of activities. Raises NotKnown if a number is not known, or no system has any."""
        numbers = [count.number for count in self.counts if not count.not_configured]
        if None in numbers or (self.counts and not numbers):
            raise NotKnown
        return sum(number or 0 for number in numbers)

    def by_category(self) -> list[CategoryCount]:
        """Number of activities of each category; a category without any system is not known."""
        groups: dict[ActivityCategory, list[int | None]] = {}
        for count in self.counts:
            numbers = groups.setdefault(count.stream.record.CATEGORY, [])  # type: ignore[attr-defined]  # an activity
            if not count.not_configured:
                numbers.append(count.number)
        return [
            CategoryCount(
                category=category,
                count=None if None in numbers or not numbers else sum(number or 0 for number in numbers),
            )
            for category, numbers in groups.items()
        ]

"""Numbers of activities: of each category, and of all."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.loading.merge import StreamPage
from gateway.resolvers.graph.activity import ActivityCategory
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import NotKnown


@described
class CategoryCount:
    """Number of activities of one category.

    category: The category that is counted.
    count: Number of activities; null if unknown. It is unknown if a system of the category did not answer, or
        rows of it cannot be read. More than 1,000 of a type are not counted.
    """

    category: ActivityCategory
    count: int | None


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """All activities of a window or of a whole feed, loaded to be counted."""

    pages: Sequence[StreamPage]

    def total(self) -> int:
        """Number of activities. Raises NotKnown if a number is not known, or no system has any."""
        numbers = [_number(page) for page in self.pages if not page.not_configured]
        if None in numbers or (self.pages and not numbers):
            raise NotKnown
        return sum(number or 0 for number in numbers)

    def by_category(self) -> list[CategoryCount]:
        """Number of activities of each category; a category without any system is not known."""
        groups: dict[ActivityCategory, list[int | None]] = {}
        for page in self.pages:
            numbers = groups.setdefault(page.stream.record.CATEGORY, [])  # type: ignore[attr-defined]  # an activity
            if not page.not_configured:
                numbers.append(_number(page))
        return [
            CategoryCount(
                category=category,
                count=None if None in numbers or not numbers else sum(number or 0 for number in numbers),
            )
            for category, numbers in groups.items()
        ]


def _number(page: StreamPage) -> int | None:
    """Number of records, if all were loaded and could be read."""
    is_known = page.exhausted and not page.failed and not page.unreadable
    return len(page.records) if is_known else None

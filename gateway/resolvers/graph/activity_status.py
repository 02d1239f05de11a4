"""The status of an activity in the same words for all types, and how each type's own status reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.values import CodedValue, label_of
from gateway.resolvers.graph.wording import phrase


class ActivityStatus(DescribedEnum):
    """Status of an activity, in the same words for all types."""

    OPEN = "OPEN", "Something is still to be done or decided."
    DONE = "DONE", "It has ended, and nothing is left to do."
    CANCELED = "CANCELED", "It was called off, and has no effect."
    FAILED = "FAILED", "It went wrong: an error, a return by the bank, a broken promise."
    INFORMATION = "INFORMATION", "It is a fact, such as a call or an issued bill, and nothing remains to be done."


class CodedProgress(Enum):
    """What the catalog says that a code of an open code list means; other codes are UNKNOWN."""

    OPEN = ActivityStatus.OPEN
    DONE = ActivityStatus.DONE
    CANCELED = ActivityStatus.CANCELED
    FAILED = ActivityStatus.FAILED
    INFORMATION = ActivityStatus.INFORMATION
    UNKNOWN = None


class ActivityPrecision(DescribedEnum, labeled=False):
    """How exactly the time of an activity is stored."""

    DAY = "DAY", "A day without a time; `occurredAt` is its midnight."
    INSTANT = "INSTANT", "A time on a clock."


class Standing(NamedTuple):
    """The status of one activity; no status if that is unknown.

    text: its label in the words of the type or of the system, if those have one
    """

    status: ActivityStatus | None
    text: str | None = None

    @property
    def label(self) -> str:
        """The status for people."""
        return self.text or (self.status.label if self.status else phrase("Unknown"))


FACT = Standing(ActivityStatus.INFORMATION)
UNKNOWN = Standing(None)


@dataclass(frozen=True, slots=True)
class StatusMap:
    """What each value of a type's own status means; a missing value is a mistake at start.

    name: the field with the own status
    """

    name: str
    meanings: Mapping[Any, ActivityStatus]

    def __post_init__(self) -> None:
        values: type[Enum] = type(next(iter(self.meanings)))
        if missing := [value.name for value in values if value not in self.meanings]:
            raise ValueError(f"{values.__name__}: no activity status for {', '.join(missing)}; add them")

    def of(self, record: object) -> Standing:
        value = getattr(record, self.name)
        return UNKNOWN if value is None else Standing(self.meanings[value], value.label)


def coded_standing(
    progress: CodedProgress | None, code: CodedValue | None, otherwise: ActivityStatus | None = None
) -> Standing:
    """The standing of a type whose status is a code of the utility's own.

    otherwise: what other fields of the record say, where the catalog does not say what the code means
    """
    status = (progress.value if progress else None) or otherwise
    return Standing(status, label_of(code))

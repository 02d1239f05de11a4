"""A sample of the times of a column: whether its lists can be read, and what the times of other forms look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.contract.batch import TimeField
from gateway.sources.sql.time_texts import mask
from gateway.sources.sql.times import TimeColumn

_MAX_MASKS = 3  # of the first different forms


@dataclass(frozen=True, slots=True)
class TimeSample:
    """Times of a sample that say something, and those of them that are in another form."""

    size: int
    odd: Sequence[Any]

    @property
    def is_unsortable(self) -> bool:
        """Whether most times are in another form: the column as a whole is, and not some rows of it."""
        return 2 * len(self.odd) > self.size

    def text(self) -> str:
        """How many, and their forms without a digit or a letter of theirs."""
        masks = list(dict.fromkeys(map(mask, self.odd)))[:_MAX_MASKS]
        return f"{len(self.odd)} of {self.size} sampled times are in another form, such as {', '.join(masks)}"


def sample_of(field: TimeField, column: TimeColumn, times: Sequence[Any]) -> TimeSample:
    """What these times show. An empty text is no time, and shows nothing."""
    present = [time for time in times if not _is_empty(field, time)]
    return TimeSample(len(present), [time for time in present if not column.are_sortable((time,))])


def _is_empty(field: TimeField, time: Any) -> bool:
    return isinstance(time, str) and (not time.strip() or time.strip() in field.empty)

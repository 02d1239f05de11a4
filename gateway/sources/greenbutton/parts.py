"""The parts of an interval, by time of use, tier and critical peak, and their sum.

A label of 0 is "not applicable" in the standard. Some documents mark their totals with it, others a part:
the rest beside the labelled parts. Whether such a row is a total is decided for each register.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from gateway.sources.greenbutton import values

Row = dict[str, Any]
Names = tuple[str, ...]
Amounts = list[Decimal | None]
LABELS = {"tou": "tou", "tier": "consumptionTier", "cpp": "cpp"}  # they tell the parts of one interval apart
_VALUES = ("value", "cost", "currency_code")
_INNER = ("part", "register")


def summed(rows: Iterable[Row]) -> list[Row]:
    """One row for each interval. Of several `parts` by tier, time of use or critical peak it is the sum."""
    intervals: dict[str, list[Row]] = {}
    faults: list[Row] = []
    for row in rows:
        if "fault" in row:
            faults.append(row)
        else:
            intervals.setdefault(row.pop("interval"), []).append(row)
    votes: Counter[tuple[str, Names]] = Counter()
    for parts in intervals.values():
        _count_totals(votes, parts)
    return [*(_sum(name, parts, votes) for name, parts in intervals.items()), *faults]


def _by_names(rows: Sequence[Row]) -> dict[Names, list[Row]]:
    """The rows by the labels that they have, 0 or not."""
    groups: dict[Names, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(name for name in LABELS if name in row["part"]), []).append(row)
    return groups


def _divisions(rows: Sequence[Row], column: str) -> list[Amounts]:
    """The amounts of rows by those of their labels that are not 0. Each may be a division of the whole."""
    divisions: dict[Names, Amounts] = {}
    for row in rows:
        divisions.setdefault(tuple(name for name in LABELS if row["part"].get(name)), []).append(row[column])
    return list(divisions.values())


def _count_totals(votes: Counter[tuple[str, Names]], rows: Sequence[Row]) -> None:
    """Count for each register in how many intervals its divisions agree, less those in which they differ."""
    if len(rows) == 1:
        return
    for names, group in _by_names(rows).items():
        if (agree := _agree(group)) is not None:
            votes[group[0]["register"], names] += 1 if agree else -1


def _agree(rows: Sequence[Row]) -> bool | None:
    """Whether all divisions have one sum; None where that says nothing."""
    sums = [_whole(amounts) for amounts in _divisions(rows, "value")]
    return len(set(sums)) == 1 if len(sums) > 1 and None not in sums and any(sums) else None


def _sum(interval: str, rows: list[Row], votes: Counter[tuple[str, Names]]) -> Row:
    """The sum of the parts; unknown where one part is, or where tiers and times of use have different sums."""
    if len(rows) == 1:
        return _row(interval, rows[0], rows if any(rows[0]["part"].values()) else ())
    wholes: dict[str, list[Decimal | None]] = {"value": [], "cost": []}
    parts: list[Row] = []
    for names, group in _by_names(rows).items():
        vote = votes.get((group[0]["register"], names))
        are_wholes = vote is not None and vote >= 0
        for column, amounts in wholes.items():
            if are_wholes:
                amounts.extend(map(_whole, _divisions(group, column)))
            elif not _agree(group):  # else it may be a total, or a part by chance
                amounts.append(_whole([row[column] for row in group]))
        parts += [row for row in group if any(row["part"].values()) or (names and len(group) > 1 and not are_wholes)]
    sums: Row = {column: _agreed(amounts) for column, amounts in wholes.items()}
    currencies = {row["currency_code"] for row in rows if row["cost"] is not None}
    sums |= {"currency_code": currencies.pop()} if len(currencies) == 1 else {"cost": None}
    sums["quality"] = values.worst([row["quality"] for row in rows])
    sums["qualities"] = [code for row in rows for code in row["qualities"]]
    return _row(interval, rows[0], parts) | dict.fromkeys(LABELS) | sums


def _row(interval: str, row: Row, parts: Iterable[Row]) -> Row:
    divided = [_labels(part) | {column: part[column] for column in _VALUES} for part in parts]
    return {name: value for name, value in row.items() if name not in _INNER} | {"id": interval, "parts": divided}


def _labels(row: Row) -> Row:
    codes = {name: row["part"].get(name) for name in LABELS}
    return {name: None if code == values.UNKNOWN else code for name, code in codes.items()}


def _whole(amounts: Amounts) -> Decimal | None:
    return None if None in amounts else sum(filter(None, amounts), Decimal(0))


def _agreed(wholes: Sequence[Decimal | None]) -> Decimal | None:
    """The amount on which all that are known agree: a total may lack what its parts have."""
    sums = {each for each in wholes if each is not None}
    return sums.pop() if len(sums) == 1 else None

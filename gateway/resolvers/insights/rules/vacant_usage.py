"""The rule about what is used where service has ended, or nobody lives (domain facts, section 4)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.resolvers.insights.facts.usage_rows import delivered, last_days, supplies
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Finding, Undetermined
from gateway.resolvers.service.premises import (
    Premise,
    ServiceAgreement,
    ServiceAgreementStatus,
    ServicePoint,
    ServicePointState,
)
from gateway.resolvers.usage.readings import DailyUsage, ReadQuality

ENDED = (ServiceAgreementStatus.STOPPED, ServiceAgreementStatus.CLOSED)
NEVER = (ServiceAgreementStatus.CANCELED, ServiceAgreementStatus.PENDING_START)
Evidence = Premise | ServicePoint | ServiceAgreement


@dataclass(frozen=True, slots=True)
class Place:
    """A service point that nobody should use: all its agreements have ended, or its premise is vacant.

    `stopped` is the last day of service there, None where nobody says. `nobodys` tells whether readings that
    name no account may count: not where others are served now; None where that is not known.
    """

    point: ServicePoint
    vacant: bool
    stopped: date | None
    nobodys: bool | None
    evidence: Sequence[Evidence]


def usage_vacant(
    on: EvaluationContext,
    daily: Sequence[DailyUsage],
    agreements: Sequence[ServiceAgreement],
    premises: Sequence[Premise],
    points: Sequence[ServicePoint],
) -> Iterator[Finding]:
    """USAGE_VACANT: something was used in the last so many days where nobody lives, or service ended.

    Nobody lives where the premise is vacant; service has ended where all the account's agreements for the
    service point are stopped or closed. What was used before that does not count, nor what is another's, nor
    what names no account where others are served now. One for each service point.
    """
    held = {each.id: each for each in premises}
    made = [_place(each, held.get(each.premise_id or ""), agreements) for each in points]
    used = [(place, _used(on, place, daily)) for place in made if place]
    certain = [(place, _total(each for each in rows if _counts(on, place, each))) for place, rows in used]
    found = [(place, total) for place, total in certain if total]
    if not found and any(_total(rows) for _, rows in used):
        raise Undetermined(
            "Something is used where service has ended, and nobody says when, or who is served there now."
        )
    for place, total in found:
        words = {"quantity": total, "service": place.point.service_type.value.lower(), "why": _why(place)}
        yield Finding({**words, "days": on.set.usage_vacant_days}, at=place.stopped, evidence=place.evidence)


def _place(
    point: ServicePoint, premise: Premise | None, agreements: Sequence[ServiceAgreement]
) -> Place | None:
    here = [each for each in agreements if supplies(each, point.id, point.service_type)]
    ended = [each for each in here if each.status in ENDED]
    over = bool(ended) and all(each.status in (*ENDED, ServiceAgreementStatus.CANCELED) for each in here)
    vacant = premise.is_vacant if premise else None
    if not over and not vacant:
        return None
    stopped = max((each.until for each in ended if each.until), default=None)
    evidence: list[Evidence] = [point, *([premise] if premise and vacant else []), *ended]
    nobodys = True if vacant or _is_off(point) or _lives(point, agreements) else vacant
    return Place(point, bool(vacant), stopped, nobodys, evidence)


def _is_off(point: ServicePoint) -> bool:
    """Whether nobody is served there now."""
    return point.state not in (ServicePointState.CONNECTED, None)


def _lives(point: ServicePoint, agreements: Sequence[ServiceAgreement]) -> bool:
    """Whether the account is still supplied with something at the premise."""
    going = [each for each in agreements if each.status not in (*ENDED, *NEVER)]
    return any(each.premise_id is not None and each.premise_id == point.premise_id for each in going)


def _used(on: EvaluationContext, place: Place, daily: Iterable[DailyUsage]) -> list[DailyUsage]:
    """What was used there lately, after service ended, by nobody else as far as is known."""
    days = set(last_days(on, on.set.usage_vacant_days))
    rows = [each for each in daily if each.service_point_id == place.point.id and each.day in days]
    after = [each for each in rows if place.stopped is None or each.day > place.stopped]
    allowed = (on.account.id,) if place.nobodys is False else (on.account.id, None)
    return [each for each in after if each.account_id in allowed]


def _counts(on: EvaluationContext, place: Place, row: DailyUsage) -> bool:
    """Whether a reading surely tells of use that should not be."""
    ended = place.vacant or place.stopped is not None
    return ended and (place.nobodys is True or row.account_id == on.account.id)


def _total(rows: Iterable[DailyUsage]) -> str:
    """How much was used, unit by unit; nothing where it is nothing."""
    known = [each for each in rows if each.quality is not ReadQuality.MISSING and each.value is not None]
    sums = [
        (group[0].unit, sum((each.value or Decimal(0) for each in group), Decimal(0)))
        for group in delivered(known)
    ]
    return " and ".join(f"{total:,} {unit}" for unit, total in sums if total > 0)


def _why(place: Place) -> str:
    return "the premise is vacant" if place.vacant else f"service ended on {place.stopped}"

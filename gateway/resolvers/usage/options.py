"""What usage an account can be asked for: services, directions, units, lengths of readings, and days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import strawberry

from gateway.access.audiences import PARTNER
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import KnownState, known_state, own_state
from gateway.resolvers.graph.relations import loads, relation
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.units import is_summable
from gateway.resolvers.service.premises import ServicePoint, ServiceType, records_by_id
from gateway.resolvers.usage.option_rows import OptionRows, life_of, option_rows
from gateway.resolvers.usage.readings import (
    BilledUsage,
    DailyUsage,
    FlowDirection,
    IntervalUsage,
    StoredReading,
    UsageGranularity,
)

TICK = timedelta(microseconds=1)
Kinds = Mapping[type[StoredReading], OptionRows]
Register = tuple[ServiceType, str, FlowDirection]
SUMS_OF_DAYS = (UsageGranularity.DAY, UsageGranularity.MONTH, UsageGranularity.YEAR)


@described
@known_to(PARTNER)
class UsageGranularityOption:
    """Whether there are readings of one length, and from when to when.

    granularity: Length of the readings.
    state: KNOWN where there are readings, NONE where there are none, UNKNOWN where their system does not say.
    since: First day with a reading, of the days that can be searched; null if there is none, or it is unknown.
    until: Last day with a reading; null if there is none, or it is unknown.
    interval_minutes: Minutes between readings of the smart meter. Null for other granularities, and where
        intervals have several lengths.
    """

    granularity: UsageGranularity
    state: KnownState
    since: date | None
    since_state = own_state(lambda option: _state(option.since, option.state))
    until: date | None
    until_state = own_state(lambda option: _state(option.until, option.state))
    interval_minutes: int | None
    interval_minutes_state = own_state(lambda option: option.state_of_interval())

    def state_of_interval(self) -> KnownState:
        """The state of the interval: only readings of the meter have one."""
        has_interval = self.granularity is UsageGranularity.INTERVAL and self.state is not KnownState.NONE
        return known_state(self.interval_minutes, unknown=has_interval)


@described
@known_to(PARTNER)
class UsageOption:
    """Usage of one service, in one unit and one direction.

    service_type: Service that is used.
    unit: Unit of all values, as its system writes it; `usage` and `usageComparison` take it as `unit`.
    flow: Direction of the usage; `usage` and `usageComparison` take it as `flow`.
    is_netted: True where no register measures NET usage: `usageComparison` subtracts received from delivered usage.
    adds_up: True for energy and volume, which have sums and can be compared; false for power.
    granularities: All lengths of readings, each with its state.
    """

    service_point_ids: strawberry.Private[list[str]]
    service_type: ServiceType
    unit: str
    flow: FlowDirection
    is_netted: bool = False
    adds_up: bool
    granularities: list[UsageGranularityOption]

    @strawberry.field(metadata=loads(relation(ServicePoint, "id")))
    async def service_points(self, info: Info) -> list[ServicePoint] | None:
        """Service points where it is measured; null if unknown."""
        return await records_by_id(info, ServicePoint, self.service_point_ids)


@described
@known_to(PARTNER)
class UsageOptions:
    """What usage there is of an account.

    options: One for each service, unit and direction; empty if there is no usage.
    complete: False where a kind of reading is unknown, so that an option may be missing.
    since: First day that can be asked for: the account's first, or the first one that can be searched.
    until: Last day that can be asked for: today, or the day on which the account was closed.
    """

    options: list[UsageOption]
    complete: bool
    since: date
    until: date


async def usage_options(
    info: Info, account: AccountCore, service: ServiceType | None, only: str | None
) -> UsageOptions:
    """The options of an account. Raises the error of a system, or NotKnown, if nothing tells them."""
    kinds, zone, life = await option_rows(info, account, only), account.zone_in(info), life_of(info, account)
    rows = [row for kind in kinds.values() for row in (*kind.rows, *kind.first)]
    registers = {(row.service_type, row.unit, row.flow) for row in rows if service in (None, row.service_type)}
    ordered = sorted(registers, key=lambda register: [str(part) for part in register])
    options = [_option(register, kinds, zone) for register in ordered]
    return UsageOptions(
        options=[*options, *net_options(options)],
        complete=all(kind.is_known for kind in kinds.values()),
        since=life.since,
        until=life.until,
    )


def net_options(options: Sequence[UsageOption]) -> list[UsageOption]:
    """An option of NET usage for each service and unit that is measured in both directions, and not as NET."""
    by_flow = {(option.service_type, option.unit, option.flow): option for option in options if option.adds_up}
    nets: list[UsageOption] = []
    for (service, unit, flow), delivered in by_flow.items():
        received = by_flow.get((service, unit, FlowDirection.RECEIVED))
        is_measured = (service, unit, FlowDirection.NET) in by_flow
        if flow is FlowDirection.DELIVERED and received is not None and not is_measured:
            nets.append(_netted(delivered, received))
    return nets


def _netted(delivered: UsageOption, received: UsageOption) -> UsageOption:
    pairs = zip(delivered.granularities, received.granularities, strict=True)
    return UsageOption(
        service_point_ids=sorted({*delivered.service_point_ids, *received.service_point_ids}),
        service_type=delivered.service_type,
        unit=delivered.unit,
        flow=FlowDirection.NET,
        is_netted=True,
        adds_up=True,
        granularities=[_of_both(one, other) for one, other in pairs],
    )


def _of_both(one: UsageGranularityOption, other: UsageGranularityOption) -> UsageGranularityOption:
    """Where both directions have readings; a day that one of them does not tell is not told."""
    states = {one.state, other.state}
    state = next((each for each in (KnownState.NONE, KnownState.UNKNOWN) if each in states), KnownState.KNOWN)
    has_both = state is KnownState.KNOWN
    same_length = one.interval_minutes == other.interval_minutes
    return UsageGranularityOption(
        granularity=one.granularity,
        state=state,
        since=max(one.since, other.since) if has_both and one.since and other.since else None,
        until=min(one.until, other.until) if has_both and one.until and other.until else None,
        interval_minutes=one.interval_minutes if has_both and same_length else None,
    )


def _option(register: Register, kinds: Kinds, zone: ZoneInfo) -> UsageOption:
    rows = [row for kind in kinds.values() for row in (*kind.rows, *kind.first) if _is_of(row, register)]
    service, unit, flow = register
    return UsageOption(
        service_point_ids=sorted({row.service_point_id for row in rows}),
        service_type=service,
        unit=unit,
        flow=flow,
        adds_up=is_summable(unit),
        granularities=[_granularity(granularity, register, kinds, zone) for granularity in UsageGranularity],
    )


def _is_of(row: StoredReading, register: Register) -> bool:
    return (row.service_type, row.unit, row.flow) == register


@dataclass(frozen=True, slots=True)
class _Seen:
    """The rows of one register that make up readings of one length: the newest, and those of the first days."""

    rows: Sequence[StoredReading]
    first: Sequence[StoredReading]
    is_known: bool
    is_cut: bool


def _seen(granularity: UsageGranularity, register: Register, kinds: Kinds) -> _Seen:
    """Days of a service point that stores none are sums of its intervals."""
    billed, days, intervals = (kinds[record] for record in (BilledUsage, DailyUsage, IntervalUsage))
    if granularity is UsageGranularity.BILL_PERIOD:
        return _rows_of(register, billed)
    if granularity not in SUMS_OF_DAYS:
        return _rows_of(register, intervals)
    stored = _rows_of(register, days)
    summed = [row for row in intervals.rows if row.service_point_id not in days.points()]
    if stored.rows or not any(_is_of(row, register) for row in summed):
        return stored
    return _rows_of(register, OptionRows(summed, intervals.is_known, intervals.cut))


def _rows_of(register: Register, kind: OptionRows) -> _Seen:
    rows = [row for row in kind.rows if _is_of(row, register)]
    first = [row for row in kind.first if _is_of(row, register)]
    is_cut = bool(kind.cut) and (not rows or any(row.service_point_id in kind.cut for row in rows))
    return _Seen(rows, first, kind.is_known, is_cut)


def _granularity(
    granularity: UsageGranularity, register: Register, kinds: Kinds, zone: ZoneInfo
) -> UsageGranularityOption:
    seen = _seen(granularity, register, kinds)
    is_open = not seen.is_known or seen.is_cut
    spans = [row.span(zone) for row in seen.rows]
    oldest = [*spans, *(row.span(zone) for row in seen.first)] if seen.first or not is_open else []
    lengths = {end - start for start, end in spans} if granularity is UsageGranularity.INTERVAL else set()
    return UsageGranularityOption(
        granularity=granularity,
        state=known_state(seen.rows or seen.first or None, unknown=is_open),
        since=min((start.astimezone(zone).date() for start, _ in oldest), default=None),
        until=max(((end - TICK).astimezone(zone).date() for _, end in spans), default=None),
        interval_minutes=lengths.pop() // timedelta(minutes=1) if len(lengths) == 1 else None,
    )


def _state(day: date | None, readings: KnownState) -> KnownState:
    """The state of a first or last day: without readings, that of the readings themselves."""
    if day is not None or readings is not KnownState.KNOWN:
        return known_state(day, unknown=readings is KnownState.UNKNOWN)
    return KnownState.UNKNOWN

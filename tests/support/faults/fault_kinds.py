"""The faults that befall systems here, each with a name, and how answers of a bad day are judged."""

import asyncio
import os
from collections.abc import Iterable, Sequence

from gateway_demo.faults.model import FORMS, KINDS, Fault
from support.faults.faulty_utility import MAX_BYTES, FaultyGateway
from support.faults.oracle import silent_differences
from support.faults.requests import SEARCHES, GraphQLRequest, requests_of

ALL = os.environ.get("GATEWAY_FAULTS") == "all"  # as `make faults` says
SLOW_KINDS = ("latency", "silence", "drip")
FOREVER = 3600.0  # seconds: longer than anybody's patience
CASES = ("severance active", "plain residential", "cash only")
FAULTS = {
    f"{kind} {form}" if form else kind: Fault(
        kind=kind,
        form=form,
        seconds=FOREVER if kind in SLOW_KINDS else None,
        bytes=MAX_BYTES + 1,
    )
    for kind in KINDS
    for form in FORMS.get(kind, (None,))
}
FAST_FAULTS = {name: fault for name, fault in FAULTS.items() if fault.kind not in SLOW_KINDS}


def requests_for(*cases: str) -> list[GraphQLRequest]:
    """Everything that is asked of these planted customers, and the searches."""
    return [*(each for case in cases for each in requests_of(case)), *SEARCHES]


def cases_for(place: int) -> Sequence[str]:
    """The planted customers that a case asks about: all by `make faults`, else each case one of them."""
    return CASES if ALL else (CASES[place % len(CASES)],)


async def ask_healthy_answers(day: FaultyGateway, *cases: str) -> None:
    """Ask a gateway that nothing has befallen, for one that comes after it and has a memory of bad days."""
    for each in requests_for(*cases):
        await day.ask_healthy(each)
        await day.ask_healthy(each.long)


async def silently_wrong(
    day: FaultyGateway, befallen: dict[str, Fault], asked: Iterable[GraphQLRequest]
) -> list[str]:
    """What these questions are answered wrongly without a word, while this befalls those systems.

    Questions in which none of them has a part are left out.
    """
    faulty = frozenset().union(*(day.systems_of(system) for system in befallen))
    whole = [(each, await day.ask_healthy(each), await day.ask_healthy(each.long)) for each in asked]
    told = [each for each in whole if faulty & each[1]["extensions"]["sources"].keys()]
    assert told, "nobody asks these systems"
    for system, fault in befallen.items():
        day.befall(system, fault)
    bad = await asyncio.gather(*(day.ask(each) for each, _, _ in told))
    day.faults.clear()
    return [
        f"{each.name}: {complaint}"
        for (each, good, long), answer in zip(told, bad, strict=True)
        for complaint in silent_differences(good, answer, faulty, long)
    ]

"""The faults that are injected, by name, and the comparison of responses with and without them."""

import asyncio
import os
from collections.abc import Iterable, Sequence

from gateway_demo.faults.model import FORMS, KINDS, Fault
from support.faults.faulty_utility import MAX_BYTES, FaultyGateway
from support.faults.oracle import silent_differences
from support.faults.requests import SEARCHES, GraphQLRequest, requests_of

ALL = os.environ.get("GATEWAY_FAULTS") == "all"  # set by `make faults`
SLOW_KINDS = ("latency", "silence", "drip")
FOREVER = 3600.0  # seconds: longer than every timeout
CASES = ("severance active", "plain residential", "cash only")
FAULTS = {
    f"{kind} {form}" if form else kind: Fault(
        kind=kind, form=form, seconds=FOREVER if kind in SLOW_KINDS else None, bytes=MAX_BYTES + 1
    )
    for kind in KINDS
    for form in FORMS.get(kind, (None,))
}
FAST_FAULTS = {name: fault for name, fault in FAULTS.items() if fault.kind not in SLOW_KINDS}


def requests_for(*cases: str) -> list[GraphQLRequest]:
    """All requests about these planted customers, and the searches."""
    return [*(request for case in cases for request in requests_of(case)), *SEARCHES]


def cases_for(number: int) -> Sequence[str]:
    """The planted customers a test asks about: all with `make faults`, else one of them in turn."""
    return CASES if ALL else (CASES[number % len(CASES)],)


async def ask_healthy_answers(gateway: FaultyGateway, *cases: str) -> None:
    """Fetch the healthy responses, before another gateway with a cache or a short timeout needs them."""
    for request in requests_for(*cases):
        await gateway.ask_healthy(request)
        await gateway.ask_healthy(request.long)


async def silently_wrong(
    gateway: FaultyGateway, faults: dict[str, Fault], requests: Iterable[GraphQLRequest]
) -> list[str]:
    """The differences that responses hide while these systems are faulty.

    Requests that involve none of the systems are skipped.
    """
    faulty = frozenset().union(*(gateway.systems_of(system) for system in faults))
    healthy = [
        (request, await gateway.ask_healthy(request), await gateway.ask_healthy(request.long)) for request in requests
    ]
    affected = [each for each in healthy if faulty & each[1]["extensions"]["sources"].keys()]
    assert affected, "no request involves these systems"
    for system, fault in faults.items():
        gateway.set_faults(system, fault)
    responses = await asyncio.gather(*(gateway.ask(request) for request, _, _ in affected))
    gateway.faults.clear()
    return [
        f"{request.name}: {difference}"
        for (request, good, long), response in zip(affected, responses, strict=True)
        for difference in silent_differences(good, response, faulty, long)
    ]

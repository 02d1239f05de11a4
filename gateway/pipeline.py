"""All that surrounds the questions to a source, in one place: each line a `Fetch` around a `Fetch`."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from gateway.cache.caching import Keeper
from gateway.cache.invalidations import Drops
from gateway.cache.policy import Keep
from gateway.cache.store import Store
from gateway.cache.tags import Change, touched
from gateway.catalog.model import Catalog, SourceEntry
from gateway.contract.batch import Fetch, Lookup, Row
from gateway.mapping.validated import Readable
from gateway.resilience.circuit_breaker import Breaker, Breaking, State
from gateway.resilience.concurrency_limit import Queued, Queueing
from gateway.resilience.deadline import Timely
from gateway.resilience.hedging import Hedged
from gateway.resilience.retry import Retried, Retrying
from gateway.resilience.retry_budget import Budget
from gateway.telemetry.measured import Watched
from gateway.telemetry.source_stats import Tally
from gateway.telemetry.tracing import Spanned, Tracing

log = logging.getLogger("gateway")
PATIENCE = 5.0  # seconds, of a source whose settings say nothing of its own


@dataclass(slots=True)
class Dresser:
    """Made once, at start. What it has made for each source is there for whoever shows it."""

    catalog: Catalog
    store: Store
    drops: Drops = field(default_factory=Drops)
    tallies: dict[str, Tally] = field(default_factory=dict)
    keepers: dict[str, Keeper] = field(default_factory=dict)
    breakers: list[Breaker] = field(default_factory=list)
    tracing: Tracing | None = None

    def dressed(self, name: str, fetch: Fetch) -> Fetch:
        """The fetch of a source with all that its catalog entry says, innermost first."""
        entry = self.catalog.sources[name]
        say, tally = entry.policies, self.tallies.setdefault(name, Tally(name))
        retrying = say.retry if isinstance(say.retry, Retrying) else Retrying(times=0)
        budget = Budget(retrying.share)
        keeps = self._keeps(name)
        if self.tracing is not None:
            fetch = Spanned(name, fetch, self.tracing.tracer)
        fetch = Timely(name, Watched(fetch, tally))
        if isinstance(say.breaker, Breaking):
            fetch = breaker = Breaker(
                name, fetch, say.breaker, partial(_told, tally), partial(_opened, tally)
            )
            self.breakers.append(breaker)
        places = say.queue.places(entry.settings) if isinstance(say.queue, Queueing) else None
        if say.hedge:
            fetch = Hedged(fetch, budget, tally, places)
        if places is not None:
            fetch = Queued(fetch, places, tally)
        fetch = Retried(fetch, retrying, budget, tally)
        if keeps:
            fetch = self._kept(entry, Readable(name, fetch, self._reads(keeps)), keeps, tally)
        return fetch

    def heard(self, tags: Sequence[str]) -> None:
        """What these tags are about has changed: what is under way now is neither joined nor remembered."""
        self.drops.note(tags)
        for each in self.keepers.values():
            each.forget(tags)

    def missed(self) -> None:
        """Anything may have changed up to now: nobody could tell."""
        self.drops.note_all()
        for each in self.keepers.values():
            each.flights.forget()

    async def changed(self, changes: Iterable[Change]) -> int:
        """Forget all that these touch. How many remembered answers that was, in this gateway's store."""
        lookups: dict[str, list[Lookup]] = {}
        for (record, _), entry in self.catalog.entries.items():
            lookups.setdefault(record, []).append(entry.lookup)
        tags = list(
            dict.fromkeys(tag for each in changes for tag in touched(each, lookups.get(each.record, ())))
        )
        self.heard(tags)  # first: an answer that is on its way was asked for before the change
        return await self.store.drop(tags)

    async def aclose(self) -> None:
        """End what is asked in the background."""
        for keeper in self.keepers.values():
            await keeper.close()
        for breaker in self.breakers:
            await breaker.close()

    def _kept(self, entry: SourceEntry, fetch: Fetch, keeps: Mapping[Lookup, Keep], tally: Tally) -> Keeper:
        patience = float(getattr(entry.settings, "timeout", PATIENCE))
        keeper = Keeper(fetch, self.store, keeps, tally, self.drops, patience)
        self.keepers[entry.name] = keeper
        return keeper

    def _reads(self, keeps: Mapping[Lookup, Keep]) -> dict[Lookup, Callable[[Row], object]]:
        entries = self.catalog.entries.values()
        return {each.lookup: each.reading.read for each in entries if each.lookup in keeps}

    def _keeps(self, name: str) -> dict[Lookup, Keep]:
        mine = [each for each in self.catalog.entries.values() if each.lookup.source == name]
        return {each.lookup: each.keep for each in mine if each.keep is not None}


def _told(tally: Tally, state: State) -> None:
    tally.state = state.value
    if state is State.CLOSED:
        log.info("%s: its breaker is closed", tally.source)


def _opened(tally: Tally, before: State) -> None:
    tally.opened += 1
    if before is State.CLOSED:  # each trial that fails is no news
        log.warning("%s: its breaker is open", tally.source)

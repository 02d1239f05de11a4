"""A queue that takes turns between callers; within a caller, first come, first served."""

import asyncio
from collections import OrderedDict, deque

Place = asyncio.Future[None]


class FairQueue:
    """The waiting calls, by caller. The first caller is the next to have a turn, and then goes to the end."""

    def __init__(self) -> None:
        self._by_caller: OrderedDict[str, deque[Place]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, caller: str, place: Place) -> None:
        self._by_caller.setdefault(caller, deque()).append(place)
        self._length += 1

    def popleft(self) -> Place:
        """The next call."""
        caller, places = self._by_caller.popitem(last=False)
        place = places.popleft()
        if places:
            self._by_caller[caller] = places
        self._length -= 1
        return place

    def remove(self, caller: str, place: Place) -> None:
        places = self._by_caller[caller]
        places.remove(place)
        if not places:
            del self._by_caller[caller]
        self._length -= 1

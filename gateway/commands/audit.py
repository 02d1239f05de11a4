"""`gateway audit`: what was revealed, to whom, and for what purpose."""

# ruff: noqa: T201  # commands print
import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec

from gateway.commands.opening import as_table, day_or_instant, store_of, zone_of
from gateway.store.audit import Audit, AuditEntry, AuditFilter, UnreadableEntry

HEADS: Final = ("at", "caller", "request", "type", "id", "fields", "purpose")


def audit(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Report what was revealed: entries, and sums by purpose and caller."""
    options = audit_options(environment).parse_args(arguments)
    return asyncio.run(_report(options, environment))


def audit_options(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gateway audit", description=audit.__doc__)
    moment = partial(day_or_instant, zone=zone_of(environment))
    parser.add_argument("--caller", help="a subject of tokens, or the id of a key")
    parser.add_argument("--purpose")
    parser.add_argument("--since", type=moment, metavar="DAY", help="a day in GATEWAY_ZONE, or an instant")
    parser.add_argument("--until", type=moment, metavar="DAY", help="the first day or instant that is left out")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--summary", action="store_true", help="only the sums")
    shape.add_argument("--json", action="store_true", help="each entry as a line of JSON, without sums")
    return parser


async def _report(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """The exit code: 1 if there are entries that cannot be read."""
    selection = AuditFilter(options.caller, options.purpose, options.since, options.until)
    sums, unreadable = Sums(), 0
    if not (options.summary or options.json):
        print("\t".join(HEADS))
    async with store_of(environment) as store:
        async for entry in Audit(store).entries(selection):
            if isinstance(entry, UnreadableEntry):
                unreadable += 1
                print(f"The entry {entry.number} cannot be read: no gateway wrote it.", file=sys.stderr)
                continue
            sums.add(entry)
            if not options.summary:
                print(msgspec.json.encode(entry).decode() if options.json else _line(entry))
    if not options.json:
        print(("" if options.summary else "\n") + sums.table())
    return 1 if unreadable else 0


@dataclass(slots=True)
class Sums:
    """The numbers of entries and of values, by purpose and caller."""

    entries: Counter[tuple[str, str]] = field(default_factory=Counter)
    values: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, entry: AuditEntry) -> None:
        self.entries[entry.purpose, entry.caller] += 1
        self.values[entry.purpose, entry.caller] += len(entry.fields)

    def table(self) -> str:
        if not self.entries:
            return "No entries."
        keys = sorted(self.entries)
        rows = [(*map(_printable, key), str(self.entries[key]), str(self.values[key])) for key in keys]
        total = ("all", "", str(self.entries.total()), str(self.values.total()))
        return as_table(("purpose", "caller", "entries", "values"), [*rows, total])


def _line(entry: AuditEntry) -> str:
    cells = (entry.caller, entry.request_id, entry.record_type, entry.record_id, ",".join(entry.fields), entry.purpose)
    # A caller may have chosen some of these texts: none of them can forge a line or a column.
    return "\t".join([entry.at.isoformat(timespec="milliseconds"), *map(_printable, cells)])


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)

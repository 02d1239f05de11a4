"""`gateway audit`: what was revealed, to whom, and for what purpose."""

# ruff: noqa: T201  # commands print
import argparse
import asyncio
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from gateway.commands.opening import as_table, day_or_instant, store_of, zone_of
from gateway.store.audit import Audit, AuditEntry, AuditFilter

HEADS: Final = ("at", "caller", "request", "type", "id", "fields", "purpose")


def audit(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Report what was revealed: entries, and sums by purpose and caller."""
    options = audit_options(environment).parse_args(arguments)
    asyncio.run(_report(options, environment))
    return 0


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


async def _report(options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    selection = AuditFilter(options.caller, options.purpose, options.since, options.until)
    entries: Counter[tuple[str, str]] = Counter()
    values: Counter[tuple[str, str]] = Counter()
    if not (options.summary or options.json):
        print("\t".join(HEADS))
    async with store_of(environment) as store:
        async for entry in Audit(store).entries(selection):
            entries[entry.purpose, entry.caller] += 1
            values[entry.purpose, entry.caller] += len(entry.fields)
            if not options.summary:
                print(msgspec.json.encode(entry).decode() if options.json else _line(entry))
    if not options.json:
        print(("" if options.summary else "\n") + _sums(entries, values))


def _line(entry: AuditEntry) -> str:
    cells = (entry.caller, entry.request_id, entry.record_type, entry.record_id, ",".join(entry.fields), entry.purpose)
    # A caller may have chosen some of these texts: none of them can forge a line or a column.
    return "\t".join([entry.at.isoformat(timespec="milliseconds"), *map(_printable, cells)])


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _sums(entries: Mapping[tuple[str, str], int], values: Mapping[tuple[str, str], int]) -> str:
    if not entries:
        return "No entries."
    rows = [(*map(_printable, key), str(entries[key]), str(values[key])) for key in sorted(entries)]
    total = ("all", "", str(sum(entries.values())), str(sum(values.values())))
    return as_table(("purpose", "caller", "entries", "values"), [*rows, total])

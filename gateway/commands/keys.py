"""`gateway keys`: adds, lists and revokes API keys."""

# ruff: noqa: T201  # commands print
import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import msgspec

from gateway.access.audiences import AUDIENCES
from gateway.access.bounds import Bounds
from gateway.access.caller import Scope
from gateway.commands.opening import as_table, day_or_instant, store_of, zone_of
from gateway.store.keys import ApiKey, KeyStore, issued, key_of

MAX_NAME = 200
MAX_POINTS = 1_000_000_000


def keys(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Add, list or revoke API keys."""
    options = keys_options(environment).parse_args(arguments)
    return asyncio.run(_run(options, environment))


async def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with store_of(environment) as store:
        action = {"add": _add, "list": _list, "revoke": _revoke}[options.action]
        return await action(KeyStore(store), options)


def keys_options(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gateway keys", description=keys.__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make a key, and print it once")
    add.add_argument("--owner", required=True, type=_name, help="the partner or program, for people")
    add.add_argument(
        "--scopes", required=True, type=_scopes, metavar="SCOPE,…", help=", ".join(scope.value for scope in Scope)
    )
    add.add_argument("--account", action="append", type=_name, metavar="ID", help="an account it sees; repeatable")
    add.add_argument("--customer", action="append", type=_name, metavar="ID", help="a customer it sees; repeatable")
    add.add_argument("--audience", choices=sorted(AUDIENCES), help="whose part of the schema; without it, the whole")
    end = partial(day_or_instant, zone=zone_of(environment))
    add.add_argument("--expires", type=end, metavar="DAY", help="the day or instant at which it ends; default: never")
    add.add_argument("--points-per-minute", type=_points, metavar="N", help="what its queries may cost")
    listing = actions.add_parser("list", help="list all keys, without secrets")
    listing.add_argument("--json", action="store_true", help="as JSON")
    actions.add_parser("revoke", help="end a key").add_argument("id", help="such as c360_0a1b2c3d4e5f")
    return parser


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > MAX_NAME:
        raise argparse.ArgumentTypeError(f"must be a text of 1 to {MAX_NAME} printable characters")
    return text.strip()


def _scopes(text: str) -> frozenset[Scope]:
    names = [name.strip() for name in text.split(",")]
    known_names = [scope.value for scope in Scope]
    if unknown := [name for name in names if name not in known_names]:
        raise argparse.ArgumentTypeError(f"there is no scope {unknown[0]!r}; use {', '.join(known_names)}")
    return frozenset(map(Scope, names))


def _points(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_POINTS)) and 0 < int(text) <= MAX_POINTS):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MAX_POINTS}")
    return int(text)


async def _add(store: KeyStore, options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    if options.expires is not None and options.expires <= now:
        print(f"The key would have expired at {options.expires.isoformat()}: name a later time.", file=sys.stderr)
        return 1
    has_bounds = options.account is not None or options.customer is not None
    credential, key = issued(
        options.owner,
        options.scopes,
        now,
        expires_at=options.expires,
        bounds=Bounds(frozenset(options.account or ()), frozenset(options.customer or ())) if has_bounds else None,
        audience=options.audience,
        points_per_minute=options.points_per_minute,
    )
    await store.add(key)
    print(credential)
    print(
        f"This key of {key.owner} is shown only now. Gateways accept it within seconds. "
        f"It ends by: gateway keys revoke {key.id}",
        file=sys.stderr,
    )
    return 0


async def _list(store: KeyStore, options: argparse.Namespace) -> int:
    listed = [_readable(row) for row in await store.rows()]
    entries = [_entry(key) for key in listed if key is not None]
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(entries)).decode())
    else:
        heads = ("id", "status", "owner", "scopes", "sees", "audience", "points", "created", "expires")
        print(as_table(heads, [_line(entry) for entry in entries]))
    return 0 if None not in listed else 1


def _readable(row: Sequence[object]) -> ApiKey | None:
    try:
        return key_of(row)
    except (ValueError, TypeError) as error:
        print(f"The key {row[0]} cannot be read: {error}", file=sys.stderr)
        return None


class KeyEntry(msgspec.Struct, rename="camel"):
    """What is shown of a key. `accounts` and `customers` are null for a key without bounds."""

    id: str
    status: str
    owner: str
    scopes: list[str]
    accounts: list[str] | None
    customers: list[str] | None
    audience: str | None
    points_per_minute: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def _entry(key: ApiKey) -> KeyEntry:
    caller, bounds = key.caller, key.caller.bounds
    return KeyEntry(
        id=key.id,
        status=key.status(datetime.now(UTC)),
        owner=key.owner,
        scopes=sorted(scope.value for scope in caller.scopes),
        accounts=None if bounds is None else sorted(bounds.accounts),
        customers=None if bounds is None else sorted(bounds.customers),
        audience=caller.audience,
        points_per_minute=caller.points_per_minute,
        created_at=key.created_at,
        expires_at=caller.expires_at,
        revoked_at=key.revoked_at,
    )


def _line(entry: KeyEntry) -> tuple[str, ...]:
    accounts = [f"account {each}" for each in entry.accounts or ()]
    customers = [f"customer {each}" for each in entry.customers or ()]
    return (
        entry.id,
        entry.status,
        entry.owner,
        ", ".join(entry.scopes),
        "everything" if entry.accounts is None else ", ".join([*accounts, *customers]),
        entry.audience or "",
        "" if entry.points_per_minute is None else str(entry.points_per_minute),
        entry.created_at.isoformat(timespec="seconds"),
        "never" if entry.expires_at is None else entry.expires_at.isoformat(timespec="seconds"),
    )


async def _revoke(store: KeyStore, options: argparse.Namespace) -> int:
    if await store.revoke(options.id, datetime.now(UTC)):
        print(f"The key {options.id} is revoked. Gateways refuse it within seconds.")
        return 0
    if options.id in {row[0] for row in await store.rows()}:
        print(f"The key {options.id} was revoked before.")
        return 0
    print(f"There is no key {options.id}: `gateway keys list` shows all ids.", file=sys.stderr)
    return 1

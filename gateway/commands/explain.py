"""`gateway explain`: what a document would ask and cost, without asking any system."""

# ruff: noqa: T201  # commands print
import argparse
import asyncio
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gateway.access.caller import LOCAL, Caller
from gateway.commands.opening import as_table, store_of
from gateway.config.settings import Config, from_environment
from gateway.errors import ConfigError
from gateway.execution.document_cache import PreparedDocument
from gateway.execution.schema import GatewaySchema
from gateway.limits.checks import breaches_of, refusal
from gateway.limits.document_size import fragments_of
from gateway.limits.explanation import Explainer, Explanation, Question
from gateway.resolvers.records import RECORDS
from gateway.runtime import load_catalog
from gateway.store.keys import KeyStore, key_of
from gateway.telemetry.request_record import Breach


def explain(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Explain a document: rounds, calls, points, scopes, personal data, limits."""
    options = explain_options(environment).parse_args(arguments)
    config = from_environment(environment)
    caller = asyncio.run(_caller(options.caller, environment)) if options.caller else LOCAL
    whole = GatewaySchema(config.limits, config.rules, config.callers.introspection)
    schema = whole.for_audience(caller.audience)
    document = schema.documents.get(_text(options.document))
    operation = document.operation(options.operation)
    if operation is None or document.parsed is None:
        for error in document.errors_for(options.operation):
            print(error.message)
        return 1
    catalog = load_catalog(config, environment)
    explainer = Explainer(schema.costs, RECORDS, catalog.entries)
    explanation = explainer.explain(operation, fragments_of(document.parsed))
    points, breaches = _measured(document, options, config)
    missing = explanation.scopes - {scope.value for scope in caller.scopes}
    print("\n".join(_lines(explanation, points, caller, missing)))
    for breach in breaches:
        print(f"limit {breach.limit} ({breach.mode}): {breach.measured}, at most {breach.maximum}")
    return 1 if missing or refusal(breaches) else 0


def explain_options(_environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gateway explain", description=explain.__doc__)
    parser.add_argument("document", help="a file with a GraphQL document, or - for standard input")
    parser.add_argument("--operation", metavar="NAME", help="if the document has several")
    parser.add_argument("--variables", type=_object, default={}, metavar="JSON", help="an object, for the points")
    parser.add_argument("--caller", metavar="KEY", help="the id of an API key: whether its scopes suffice")
    return parser


def _object(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise argparse.ArgumentTypeError("must be a JSON object") from error


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{name} cannot be read: {error}."]) from error


async def _caller(key_id: str, environment: Mapping[str, str]) -> Caller:
    async with store_of(environment) as store:
        row = next((row for row in await KeyStore(store).rows() if row[0] == key_id), None)
    if row is None:
        raise ConfigError([f"There is no key {key_id}: see gateway keys list."])
    return key_of(row).caller


def _measured(
    document: PreparedDocument, options: argparse.Namespace, config: Config
) -> tuple[int, tuple[Breach, ...]]:
    """The estimated points, and all breaches that show before the operation runs."""
    cost = document.cost(options.operation)
    if cost is None:
        return 0, document.breaches
    points, limits = cost.estimate(options.variables), config.limits
    late = breaches_of((limits.introspection, cost.introspection(options.variables)), (limits.cost, points))
    return points, (*document.breaches, *late)


def _lines(explanation: Explanation, points: int, caller: Caller, missing: Iterable[str]) -> Iterator[str]:
    quota = f" of {caller.points_per_minute} a minute" if caller.points_per_minute else ""
    yield f"points        {points}{quota}"
    yield f"rounds        {'at least ' if explanation.undeclared else ''}{explanation.rounds}"
    yield f"calls         {_calls(explanation.questions)}"
    yield f"scopes        {', '.join(sorted(explanation.scopes)) or 'none'}"
    if missing:
        yield f"lacking       {', '.join(sorted(missing))}: {caller.id} gets null and FORBIDDEN there"
    yield f"personal data {', '.join(sorted(explanation.personal)) or 'none'}"
    if explanation.undeclared:
        yield f"undeclared    {', '.join(sorted(explanation.undeclared))}: these may ask more"
    if explanation.questions:
        rows: list[tuple[str, ...]] = [(str(each.round), each.system, each.lookup) for each in explanation.questions]
        yield "\n" + as_table(("round", "system", "lookup"), rows)


def _calls(questions: Iterable[Question]) -> str:
    """The batches of each system, one for each lookup of a round."""
    systems = [question.system for question in questions]
    return ", ".join(f"{system} {systems.count(system)}" for system in sorted(set(systems))) or "none"

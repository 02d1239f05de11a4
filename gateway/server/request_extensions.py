"""Options of a response, which a request chooses in its `extensions`: its reports, and the form of errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from gateway.access.caller import Caller, Scope
from gateway.errors import BadInput, ScopeNeeded
from gateway.errors.reasons import Code, Reason
from gateway.execution.engine import OperationResult, SourceReport
from gateway.resolvers.graph.source_status import SourceState
from gateway.telemetry.request_record import RequestRecord


class Sources(StrEnum):
    """FULL: every system that was asked. COMPACT: only those whose state is not OK. NONE: no report."""

    FULL = "full"
    COMPACT = "compact"
    NONE = "none"


class Errors(StrEnum):
    """EACH: one error for each field. GROUPED: one for each cause, with the paths of all its fields."""

    EACH = "each"
    GROUPED = "grouped"


class CostReport(StrEnum):
    """FULL: the points of the operation, for callers with the scope `diagnostics`. NONE: no report."""

    FULL = "full"
    NONE = "none"


# Of several failures of one system, the first of these codes is shown.
CODE_PRECEDENCE = tuple(code.name for code in Code)
Option = TypeVar("Option", Sources, Errors, CostReport)


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    sources: Sources = Sources.FULL
    errors: Errors = Errors.EACH
    cost: CostReport = CostReport.NONE

    def check(self, caller: Caller) -> None:
        """Raise ScopeNeeded for a report that the caller may not see."""
        if self.cost is CostReport.FULL and Scope.DIAGNOSTICS not in caller.scopes:
            raise ScopeNeeded(Scope.DIAGNOSTICS.value)

    def shown(self, result: OperationResult, record: RequestRecord) -> OperationResult:
        """The result as these options want it."""
        if self == DEFAULT:
            return result
        errors = result.errors if self.errors is Errors.EACH else grouped(result.errors)
        costs = {"estimated": record.estimated_cost, "actual": record.actual_cost}
        cost = costs if self.cost is CostReport.FULL else None
        return replace(result, errors=errors, sources=_at_level(result.sources, self.sources), cost=cost)


DEFAULT = ResponseOptions()


def response_options(extensions: Mapping[str, Any] | None) -> ResponseOptions:
    """The options of a request. BadInput for a value that does not exist; other extensions are ignored."""
    if not extensions:
        return DEFAULT
    return ResponseOptions(
        _option(extensions, "sources", DEFAULT.sources),
        _option(extensions, "errors", DEFAULT.errors),
        _option(extensions, "cost", DEFAULT.cost),
    )


def _option(extensions: Mapping[str, Any], name: str, default: Option) -> Option:
    kind = type(default)
    try:
        return kind(extensions.get(name, default))
    except ValueError:
        values = ", ".join(f'"{value}"' for value in kind)
        message = f"`extensions.{name}` of a request is one of {values}."
        raise BadInput(message, Reason.INVALID_REQUEST, argument=f"extensions.{name}") from None


def _at_level(report: SourceReport, level: Sources) -> SourceReport:
    if level is Sources.FULL:
        return report
    if level is Sources.NONE:
        return {}
    return {system: status for system, status in report.items() if status["state"] != SourceState.OK.name}


def grouped(errors: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One error of each cause, with `extensions.paths`: the paths of all errors that have this cause.

    Failures of one system are one error, also if their messages differ. Others differ by their messages, too.
    """
    groups: dict[tuple[Any, str], list[dict[str, Any]]] = {}
    for error in errors:
        extensions = error.get("extensions", {})
        message = "" if "source" in extensions else error["message"]
        groups.setdefault((extensions.get("cause"), message), []).append(error)
    return [_merged(group) for group in groups.values()]


def _merged(group: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The weightiest error of a group, the first of several, with the paths of all."""
    error = min(group, key=_weight)
    if "path" not in error:
        return error
    return {**error, "extensions": {**error.get("extensions", {}), "paths": [each["path"] for each in group]}}


def _weight(error: dict[str, Any]) -> int:
    code = error.get("extensions", {}).get("code")
    return CODE_PRECEDENCE.index(code) if code in CODE_PRECEDENCE else len(CODE_PRECEDENCE)

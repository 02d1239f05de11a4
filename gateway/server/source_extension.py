"""How much of `extensions.sources` a response has: what the request's own `extensions.sources` asks for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.execution.engine import SourceReport
from gateway.resolvers.graph.source_status import SourceState


class ReportLevel(StrEnum):
    """FULL: every system that was asked. COMPACT: only those whose state is not OK. NONE: no report."""

    FULL = "full"
    COMPACT = "compact"
    NONE = "none"


def report_level(extensions: Mapping[str, Any] | None) -> ReportLevel:
    """The level that a request asks for; FULL if it says nothing. BadInput for any other value."""
    text = (extensions or {}).get("sources", ReportLevel.FULL)
    try:
        return ReportLevel(text)
    except ValueError:
        levels = ", ".join(f'"{level}"' for level in ReportLevel)
        message = f"`extensions.sources` of a request is one of {levels}."
        raise BadInput(message, Reason.INVALID_REQUEST, argument="extensions.sources") from None


def at_level(report: SourceReport, level: ReportLevel) -> SourceReport:
    if level is ReportLevel.FULL:
        return report
    if level is ReportLevel.NONE:
        return {}
    return {system: status for system, status in report.items() if status["state"] != SourceState.OK.name}

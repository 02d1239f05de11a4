"""All rules, in the order in which unknown insights are listed. Each area's file declares its own."""

from gateway.resolvers.insights.model.rule import Rule
from gateway.resolvers.insights.rules import (
    billing,
    collections,
    customer,
    field,
    interaction,
    outage,
    payment,
    program,
    service,
    usage,
)

AREAS = (billing, payment, program, collections, customer, service, field, outage, usage, interaction)
RULES = tuple(rule for area in AREAS for rule in vars(area).values() if isinstance(rule, Rule))


def documentation_rows() -> list[tuple[str, ...]]:
    """Code, area, severities ("warning, critical") of each rule, when its insight is raised, and what helps."""
    return [_documentation_row(rule) for rule in RULES]


def _documentation_row(rule: Rule) -> tuple[str, ...]:
    severities = ", ".join(severity.words for severity in (rule.severity, rule.worst_severity) if severity)
    raised, action = " ".join((rule.decide.__doc__ or "").split()), rule.action
    screen = f" ({action.screen.value})" if action and action.screen else ""
    return rule.code, rule.area.value, severities, raised, f"{action.label}{screen}" if action else ""

"""All rules, in the order in which unknown insights are listed. An area has one file, or several."""

from gateway.resolvers.insights.model.rule import Rule
from gateway.resolvers.insights.rules import (
    balance,
    billing,
    collections,
    credit,
    customer,
    field,
    interaction,
    outage,
    payment,
    program,
    promises,
    reads,
    service,
    usage,
)

FILES = (
    *(billing, balance, payment, program),
    *(collections, promises, credit),
    *(customer, service, field, outage, usage, reads, interaction),
)
RULES = tuple(rule for file in FILES for rule in vars(file).values() if isinstance(rule, Rule))


def documentation_rows() -> list[tuple[str, ...]]:
    """Code, area, severities ("warning, critical") of each rule, when its insight is raised, and what helps."""
    return [_documentation_row(rule) for rule in RULES]


def _documentation_row(rule: Rule) -> tuple[str, ...]:
    severities = ", ".join(severity.words for severity in (rule.severity, rule.worst_severity) if severity)
    raised, action = " ".join((rule.decide.__doc__ or "").split()), rule.action
    screen = f" ({action.screen.value})" if action and action.screen else ""
    return rule.code, rule.area.value, severities, raised, f"{action.label}{screen}" if action else ""

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

RULES: tuple[Rule, ...] = (
    *(*billing.RULES, *payment.RULES, *program.RULES, *collections.RULES, *customer.RULES),
    *(*service.RULES, *field.RULES, *outage.RULES, *usage.RULES, *interaction.RULES),
)


def documentation_rows() -> list[tuple[str, str, str, str]]:
    """Code, area, severities of each rule, and when its insight is raised."""
    return [(rule.code, rule.area.value, rule.severities, rule.raised_when) for rule in RULES]

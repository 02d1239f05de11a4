"""The environment variables as a table, for the documentation."""

from dataclasses import MISSING
from typing import NamedTuple

from gateway.config.settings import all_variables


class VariableReference(NamedTuple):
    """One row; `default` is empty for an optional variable without a default."""

    name: str
    default: str
    expected: str
    meaning: str


def variable_reference() -> list[VariableReference]:
    return [
        VariableReference(variable.name, _text(default), variable.kind.expected, meaning)
        for variable, default, meaning in all_variables()
    ]


def _text(default: object) -> str:
    if default is MISSING:
        return "(required)"
    return "" if default is None else str(default)

"""Checks against limits: what is above one is a breach, and refused where the limit is enforced."""

from collections.abc import Iterable

import graphql

from gateway.config.limits import Limit, Limits, Mode
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.limits.document_size import document_size
from gateway.limits.expressions import MAX_POINTS
from gateway.telemetry.request_record import Breach

SPLIT = "Split it into several requests."
# The limits whose breach refuses a document or an answer: the reason, and the message for developers.
REFUSALS = {
    "tokens": (Reason.DOCUMENT_TOO_LARGE, f"The document is too large: at most {{}} tokens. {SPLIT}"),
    "fields": (
        Reason.DOCUMENT_TOO_LARGE,
        f"The document is too large: at most {{}} fields with fragments expanded. {SPLIT}",
    ),
    "depth": (Reason.DOCUMENT_TOO_DEEP, f"The document is too deep: at most {{}} levels of fields. {SPLIT}"),
    "aliases": (Reason.DOCUMENT_TOO_LARGE, f"The document has too many aliases: at most {{}}. {SPLIT}"),
    "root_fields": (Reason.DOCUMENT_TOO_LARGE, f"The operation has too many root fields: at most {{}}. {SPLIT}"),
    "directives": (Reason.DOCUMENT_TOO_LARGE, "The document has too many directives: at most {}."),
    "introspection": (
        Reason.DOCUMENT_TOO_LARGE,
        "The operation asks for too much of the schema: at most {} objects, as estimated. Ask for `__schema` once.",
    ),
    "cost": (
        Reason.COST_TOO_HIGH,
        "The operation costs too much: at most {} points. Ask for fewer entries (`first`), or for fewer lists.",
    ),
    "objects": (Reason.ANSWER_TOO_LARGE, "The answer has more than {} objects: ask for fewer, page by page."),
    "response": (Reason.ANSWER_TOO_LARGE, "The answer has more than {} bytes: ask for fewer entries, page by page."),
}


def breaches_of(*measurements: tuple[Limit, float]) -> tuple[Breach, ...]:
    """A breach for each limit that a measurement is above."""
    return tuple(
        Breach(limit.name, limit.mode.value, min(int(measured), MAX_POINTS), limit.maximum)
        for limit, measured in measurements
        if limit.is_exceeded(measured)
    )


def refusal(breaches: Iterable[Breach]) -> BadInput | None:
    """The error of the first breach of a limit that is enforced."""
    for breach in breaches:
        if breach.mode == Mode.ENFORCE:
            reason, message = REFUSALS[breach.limit]
            text, limit, measured = message.format(breach.maximum), breach.maximum, breach.measured
            return BadInput(text, reason, limitName=breach.limit, limit=limit, measured=measured)
    return None


def document_breaches(document: graphql.DocumentNode, tokens: int, limits: Limits) -> tuple[Breach, ...]:
    """The breaches of a parsed document."""
    size = document_size(document)
    return breaches_of(
        (limits.tokens, tokens),
        (limits.fields, size.fields),
        (limits.depth, size.depth),
        (limits.aliases, size.aliases),
        (limits.root_fields, size.root_fields),
        (limits.directives, size.directives),
    )

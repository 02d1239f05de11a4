"""Errors as clients may read them: codes instead of tracebacks, and no personal data."""

import logging
import re
from collections.abc import Iterable
from typing import Any

import graphql
from graphql import GraphQLError

from gateway.errors import BadInput, GatewayError
from gateway.errors.reasons import Reason
from gateway.telemetry.request_record import REQUEST_ID

log = logging.getLogger("gateway")
UNEXPECTED = "Unexpected error. Report the X-Request-Id of the response to the operators."
# graphql-core ends these sentences with the offending value, which may be personal data.
_REPRESENTS = re.compile(r"(cannot represent[^:]*): .*", re.DOTALL)
_SUGGESTION = re.compile(r" ?Did you mean [^?]*\?")
_FOUND_TEXT = re.compile(r"([?\w'\"]),? [Ff]ound: .*", re.DOTALL)


def redact_value(message: str) -> str:
    """Remove the offending value from a message of graphql-core."""
    for pattern in (_REPRESENTS, _FOUND_TEXT):
        message = pattern.sub(r"\1.", message)
    return message.replace("?.", "?")


def unexpected() -> dict[str, Any]:
    """The extensions of an unexpected error: the id finds the line of the log."""
    return {**GatewayError().extensions, "requestId": REQUEST_ID.get()}


def as_json(error: GatewayError) -> dict[str, Any]:
    """An error without a path."""
    return {"message": str(error), "extensions": error.extensions}


def masked(error: GraphQLError, *, suggests: bool = True) -> GraphQLError:
    """An error of an execution. The log has the traceback of an unexpected one.

    suggests: whether the caller may read names of the schema that the document lacks.
    """
    original = error.original_error
    if isinstance(original, GatewayError):
        return _with(error, str(original), original.extensions)
    if isinstance(original, GraphQLError) or original is None:
        message = error.message if suggests else _SUGGESTION.sub("", error.message)
        return error if error.extensions else _with(error, message, _of_value(error).extensions)
    log.error("unexpected error at %s", error.path, exc_info=original)
    return _with(error, UNEXPECTED, unexpected())


def invalid_document(errors: Iterable[GraphQLError], document: graphql.DocumentNode | None) -> tuple[GraphQLError, ...]:
    """Errors of parsing and validation. One of a value names its argument."""
    return tuple(_with(error, error.message, _of_document(error, document).extensions) for error in errors)


def _of_document(error: GraphQLError, document: graphql.DocumentNode | None) -> BadInput:
    node = next(iter(error.nodes or ()), None)
    argument = _argument_of(node, document) if isinstance(node, graphql.ValueNode) and document else ""
    return BadInput(error.message, Reason.INVALID_VALUE if argument else Reason.INVALID_DOCUMENT, argument)


def _of_value(error: GraphQLError) -> BadInput:
    """An error of a variable, or of an argument that lacks one."""
    node = next(iter(error.nodes or ()), None)
    if isinstance(node, graphql.VariableDefinitionNode):
        return BadInput(error.message, Reason.INVALID_VARIABLE, f"${node.variable.name.value}")
    return BadInput(error.message, Reason.INVALID_VALUE)


def _lies_in(value: graphql.Location | None, place: graphql.Location | None) -> bool:
    if value is None or place is None:
        return False
    return place.start <= value.start and value.end <= place.end


class _EnclosingNames(graphql.Visitor):
    """The names of arguments and input fields around a value, outermost first."""

    def __init__(self, value: graphql.Node) -> None:
        super().__init__()
        self.names: list[str] = []
        self._value = value.loc

    def enter(self, node: graphql.Node, *_: Any) -> None:
        named = isinstance(node, graphql.ArgumentNode | graphql.ObjectFieldNode)
        if named and _lies_in(self._value, node.loc):
            self.names.append(node.name.value)  # type: ignore[attr-defined]  # both have a name


def _argument_of(value: graphql.Node, document: graphql.DocumentNode) -> str:
    visitor = _EnclosingNames(value)
    graphql.visit(document, visitor)
    return ".".join(visitor.names)


def _with(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, None, extensions)

"""Codes and reasons: each is in the list of the documentation, and in use."""

import ast
from pathlib import Path

import gateway
from gateway.errors import BadInput, GatewayError
from gateway.errors.reasons import Code, Reason
from gateway.server.bodies import BodyTooLarge
from gateway.server.graphql_endpoint import AtConcurrencyLimit

OPERATOR_CODES = {"CONFIG"}
SOURCES = sorted(Path(gateway.__file__).parent.rglob("*.py"))


def subclasses(kind: type[GatewayError]) -> list[type[GatewayError]]:
    return [each for sub in kind.__subclasses__() for each in (sub, *subclasses(sub))]


def test_every_error_has_a_code_of_the_list() -> None:
    kinds = [GatewayError, *subclasses(GatewayError)]
    assert {kind.code for kind in kinds} - OPERATOR_CODES == {*Code.__members__}


def test_every_bad_input_has_a_reason() -> None:
    bare = [
        f"{file.name}:{call.lineno}"
        for file in SOURCES
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == BadInput.__name__
        if len(call.args) == 1 and not any(keyword.arg == "reason" for keyword in call.keywords)
    ]
    assert bare == []


def test_every_reason_is_used() -> None:
    texts = "".join(file.read_text(encoding="utf-8") for file in SOURCES)
    assert [reason.name for reason in Reason if f"Reason.{reason.name}" not in texts] == []


def test_a_body_that_is_too_large_names_the_limit() -> None:
    expected = {"code": "TOO_LARGE", "cause": "TOO_LARGE", "limitName": "body", "limit": 7, "measured": 9}
    assert BodyTooLarge(7, 9).extensions == expected


def test_a_request_that_was_shed_is_overloaded() -> None:
    assert AtConcurrencyLimit().extensions["code"] == "OVERLOADED"


def test_an_error_without_an_argument_names_none() -> None:
    error = BadInput("Say one.", Reason.ONE_ARGUMENT_NEEDED)
    cause = "BAD_INPUT/ONE_ARGUMENT_NEEDED"
    assert error.extensions == {"code": "BAD_INPUT", "reason": "ONE_ARGUMENT_NEEDED", "cause": cause}

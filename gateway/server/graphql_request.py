"""GraphQL requests as HTTP carries them: in the body of a POST, or in the query string of a GET."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.requests import Request

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.telemetry.request_record import MAX_NAME_LENGTH

JSON: Final = "application/json"
MAX_VALUES: Final = 20_000  # a byte of JSON can make a value of a hundred bytes: `[[],[],[]]`
NO_REQUEST: Final = "The body is not a GraphQL request: send a JSON object with `query` and `variables`."
BATCH: Final = "The body is a list of operations: send each as a request with a JSON object, over one connection."
NAME: Final = re.compile(r"\b(?:query|mutation|subscription)\s+([_A-Za-z]\w*)", re.ASCII)


class GraphQLRequest(msgspec.Struct, frozen=True, rename="camel"):
    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The operation's name, as far as the text shows without parsing; else ""."""
        match = NAME.search(self.query)
        return (self.operation_name or (match[1] if match else ""))[:MAX_NAME_LENGTH]


BODY = msgspec.json.Decoder(GraphQLRequest)
PARAMETER = msgspec.json.Decoder(dict[str, Any])


def check_content_type(request: Request) -> None:
    """Refuse what a form of a foreign page could send: browsers ask first before they send JSON elsewhere."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and content_type != JSON:
        raise BadInput(f"The content type is wrong: send the request as {JSON}.", Reason.INVALID_REQUEST)


def parse_request(request: Request, body: bytes) -> GraphQLRequest:
    """BadInput if it is no GraphQL request."""
    return _from_query_string(request.query_params) if request.method == "GET" else _from_body(body)


def _from_body(body: bytes) -> GraphQLRequest:
    if body.count(b",") + body.count(b"[") + body.count(b"{") > MAX_VALUES:
        message = f"The body has too many values: send at most {MAX_VALUES}."
        raise BadInput(message, Reason.INVALID_REQUEST, limit=MAX_VALUES)
    try:
        return BODY.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(BATCH if body.lstrip().startswith(b"[") else NO_REQUEST, Reason.INVALID_REQUEST) from error


def _from_query_string(parameters: Mapping[str, str]) -> GraphQLRequest:
    if "query" not in parameters:
        message = "The parameter `query` is missing: add it, or send the document by POST."
        raise BadInput(message, Reason.INVALID_REQUEST)
    variables, extensions = (_object(parameters, name) for name in ("variables", "extensions"))
    return GraphQLRequest(parameters["query"], variables, parameters.get("operationName"), extensions)


def _object(parameters: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """The JSON object of a parameter; None if it is absent or empty."""
    text = parameters.get(name)
    try:
        return PARAMETER.decode(text) if text else None
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise BadInput(f"The parameter `{name}` must be a JSON object.", Reason.INVALID_REQUEST) from error

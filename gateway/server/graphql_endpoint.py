"""`/graphql`: GraphQL over HTTP by POST and GET, and the GraphiQL page for browsers."""

import logging
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from babel import Locale
from starlette.requests import Request
from starlette.responses import Response

from gateway.authentication.authenticator import Authenticator
from gateway.authentication.credentials import Refused
from gateway.config.settings import Config
from gateway.contract.batch import RequestOptions
from gateway.errors import BadInput, GatewayError, ScopeNeeded, StoreUnavailable
from gateway.errors.reasons import Reason
from gateway.execution.client_errors import as_json
from gateway.execution.engine import Engine, OperationResult
from gateway.languages.locales import text_locale, using
from gateway.limits.checks import breaches_of, refusal
from gateway.server import graphiql
from gateway.server.compression import compress
from gateway.server.instrumentation import SHED, Instrumentation
from gateway.server.languages import request_locale, say_language
from gateway.server.request import (
    CLIENT_CLOSED_REQUEST,
    BodyTooLarge,
    ClientDisconnected,
    UnreadBody,
    cancel_on_disconnect,
    read_body,
    request_options,
)
from gateway.server.request_extensions import response_options
from gateway.telemetry.request_record import CLIENT_DISCONNECTED, MAX_NAME_LENGTH, RequestRecord, milliseconds

log = logging.getLogger("gateway")
JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
Headers = Mapping[str, str] | None


class GraphQLRequest(msgspec.Struct, frozen=True, rename="camel"):
    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


class NamedRequest(msgspec.Struct, frozen=True, rename="camel"):
    """What the statistics of a shed request read."""

    query: str = ""
    operation_name: str | None = None


BODY = msgspec.json.Decoder(GraphQLRequest)
NAMED_BODY = msgspec.json.Decoder(NamedRequest)
NAME = re.compile(r"\b(?:query|mutation|subscription)\s+([_A-Za-z]\w*)", re.ASCII)
CHALLENGE = {"www-authenticate": 'Bearer realm="customer-360-gateway"', "connection": "close"}
CREDENTIAL = "Send a valid credential in the header Authorization: Bearer."
UNAUTHENTICATED = "UNAUTHENTICATED"
SHED_BODY_BYTES = 100_000
SHED_BODY_SECONDS = 0.05  # a body that is on its way has mostly arrived with the head
MAX_BODY_BYTES = 100_000_000  # whatever the limit is
NO_REQUEST = "The body is not a GraphQL request: send a JSON object with `query` and `variables`."
BATCH = "The body is a list of operations: send each as a request with a JSON object, over one connection."
PARAMETER = msgspec.json.Decoder(dict[str, Any])


class Unauthenticated(GatewayError):
    """A request whose credential is missing or wrong."""

    code = "UNAUTHENTICATED"


class AtConcurrencyLimit(GatewayError):
    """A request that was shed."""

    code = "OVERLOADED"


class GraphQLEndpoint:
    """Answers GraphQL requests within the limits of the configuration."""

    def __init__(
        self, engine: Engine, config: Config, instrumentation: Instrumentation, authenticator: Authenticator
    ) -> None:
        self.engine, self.config, self.instrumentation = engine, config, instrumentation
        self.authenticator = authenticator
        self.sources = frozenset(engine.finder.catalog.sources)

    async def __call__(self, request: Request) -> Response:
        if graphiql.wants_page(request):
            return graphiql.page(request)
        return await self.instrumentation.observe(request, self._within_limits)

    async def _within_limits(self, request: Request, record: RequestRecord) -> Response:
        # Shed at once, so that the requests in flight finish in time. They include this one.
        if self.instrumentation.operations.in_flight > self.config.max_concurrent_requests:
            record.outcome, record.operation = SHED, await _operation_of(request)
            error = _error(AtConcurrencyLimit("The gateway is at its concurrency limit: try again in a second."))
            return _response(request, error, error_status=503, headers={"retry-after": "1"})
        try:
            return await compress(request, await self._answer(request, record))
        except (Refused, StoreUnavailable) as error:
            return _without_caller(request, record, error)
        except (UnreadBody, BadInput, ScopeNeeded) as error:
            return _refused(request, error)
        except ClientDisconnected:
            record.outcome = CLIENT_DISCONNECTED
            return Response(status_code=CLIENT_CLOSED_REQUEST)

    async def _answer(self, request: Request, record: RequestRecord) -> Response:
        caller = await self.authenticator.caller(request.headers)
        options = request_options(request.headers, self.config.limits.time.bound / 1000, self.sources, caller)
        options = record.upstream_options(options)
        graphql = await self._read(request, options, record)
        locale = await request_locale(request, graphql.extensions, text_locale(self.config.locale))
        result, content = self._bounded(await self._execute(request, graphql, options, record, locale), record)
        record.end_operation(ran=result.ran, has_data=result.data is not None, errors=len(result.errors))
        return say_language(_response(request, result, content), locale)

    async def _execute(
        self, request: Request, graphql: GraphQLRequest, options: RequestOptions, record: RequestRecord, locale: Locale
    ) -> OperationResult:
        shape = response_options(graphql.extensions)
        shape.check(options.caller)
        async with cancel_on_disconnect(request.receive):
            with using(locale):
                result = await self.engine.execute(
                    graphql.query, graphql.variables, graphql.operation_name, options, record
                )
        return shape.shown(result, record)

    def _bounded(self, result: OperationResult, record: RequestRecord) -> tuple[OperationResult, bytes]:
        """The result with its JSON, or an error in the place of one that is too large."""
        limits, content = self.config.limits, msgspec.json.encode(result.body())
        record.breaches += breaches_of((limits.time, milliseconds(record.now() - record.started_at)))
        breaches = breaches_of((limits.response, len(content)))
        record.breaches += breaches
        if error := refusal(breaches):
            result = OperationResult(None, [as_json(error)], ran=True)
            content = msgspec.json.encode(result.body())
        return result, content

    async def _read(self, request: Request, options: RequestOptions, record: RequestRecord) -> GraphQLRequest:
        if request.method == "GET":
            return _from_query_string(request.query_params)
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != JSON:
            raise BadInput(f"The content type is wrong: send the request as {JSON}.", Reason.INVALID_REQUEST)
        body = await self._body(request, options.remaining(), record)
        try:
            return BODY.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadInput(BATCH if body.lstrip().startswith(b"[") else NO_REQUEST, Reason.INVALID_REQUEST) from error

    async def _body(self, request: Request, seconds: float, record: RequestRecord) -> bytes:
        """The body. It has to arrive in the time of a request, also where that is only measured."""
        limits = self.config.limits
        most, seconds = int(min(limits.body.bound, MAX_BODY_BYTES)), min(seconds, limits.time.maximum / 1000)
        try:
            body = await read_body(request, most, seconds)
        except BodyTooLarge as error:
            record.breaches += breaches_of((limits.body, error.measured))
            raise
        record.breaches += breaches_of((limits.body, len(body)))
        return body


def _without_caller(request: Request, record: RequestRecord, error: Refused | StoreUnavailable) -> Response:
    """The answer to a wrong credential, the same for all; and to one that cannot be checked."""
    if isinstance(error, Refused):
        record.outcome = UNAUTHENTICATED
        log.warning("credential refused: %s", error)
        return _response(request, _error(Unauthenticated(CREDENTIAL)), error_status=401, headers=CHALLENGE)
    record.outcome = error.code
    log.warning("credential not checked: %s", error.reason)
    return _response(request, _error(error), error_status=503, headers={"retry-after": "5"})


async def _operation_of(request: Request) -> str:
    """The operation that a shed request names, as far as its text shows without parsing; else ""."""
    named = NamedRequest(request.query_params.get("query", ""), request.query_params.get("operationName"))
    if request.method == "POST":
        try:
            named = NAMED_BODY.decode(await read_body(request, SHED_BODY_BYTES, SHED_BODY_SECONDS))
        except (UnreadBody, ClientDisconnected, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return ""
    match = NAME.search(named.query)
    return (named.operation_name or (match[1] if match else ""))[:MAX_NAME_LENGTH]


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


def _error(error: GatewayError) -> OperationResult:
    return OperationResult(None, [as_json(error)], ran=False)


def _refused(request: Request, error: GatewayError) -> Response:
    match error:
        case UnreadBody():
            return _response(request, _error(error), error_status=error.status, headers=error.headers)
        case ScopeNeeded():
            return _response(request, _error(error), error_status=403)
    return _response(request, _error(error))


def _response(
    request: Request,
    result: OperationResult,
    content: bytes | None = None,
    *,
    error_status: int = 400,
    headers: Headers = None,
) -> Response:
    """The result as HTTP. `content` is its JSON, if it was made before.

    error_status: applies if the operation never ran.
    """
    media_type = GRAPHQL if GRAPHQL in request.headers.get("accept", "") else JSON
    status = 200 if result.ran else error_status
    body = msgspec.json.encode(result.body()) if content is None else content
    response = Response(body, status, headers, media_type=media_type)
    response.headers.add_vary_header("accept-language")
    return response

"""`/graphql`: GraphQL over HTTP by POST and GET, and the GraphiQL page for browsers."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec
from babel import Locale
from starlette.requests import Request
from starlette.responses import Response

from gateway.authentication.authenticator import Authenticator
from gateway.authentication.credentials import Refused
from gateway.config.settings import Config
from gateway.contract.batch import RequestOptions
from gateway.errors import BadInput, GatewayError, RateLimited, ScopeNeeded, StoreUnavailable
from gateway.errors.reasons import Reason
from gateway.execution.client_errors import as_json
from gateway.execution.engine import Engine, OperationResult
from gateway.languages.locales import text_locale, using
from gateway.limits.checks import breaches_of, refusal
from gateway.server import graphiql
from gateway.server.admission import Admission
from gateway.server.bodies import Bodies, BodyTooLarge, UnreadBody
from gateway.server.compression import compress
from gateway.server.graphql_request import JSON, GraphQLRequest, check_content_type, parse_request
from gateway.server.instrumentation import SHED, AtConcurrencyLimit, Instrumentation
from gateway.server.languages import request_locale, say_language
from gateway.server.quotas import points_used, quota_headers
from gateway.server.request import CLIENT_CLOSED_REQUEST, ClientDisconnected, cancel_on_disconnect, request_options
from gateway.server.request_extensions import response_options
from gateway.telemetry.request_record import CLIENT_DISCONNECTED, RequestRecord, milliseconds

log = logging.getLogger("gateway")
GRAPHQL = "application/graphql-response+json"
Headers = Mapping[str, str] | None


CHALLENGE = {"www-authenticate": 'Bearer realm="customer-360-gateway"', "connection": "close"}
CREDENTIAL = "Send a valid credential in the header Authorization: Bearer."
UNAUTHENTICATED = "UNAUTHENTICATED"
MAX_BODY_BYTES = 100_000_000  # whatever the limit is


class Unauthenticated(GatewayError):
    """A request whose credential is missing or wrong."""

    code = "UNAUTHENTICATED"


class NotByGet(BadInput):
    """An operation with an effect: links, images and prefetching send GET (GraphQL over HTTP, 6.2.2)."""

    def __init__(self) -> None:
        super().__init__("Send mutations by POST: GET is for queries.", Reason.INVALID_REQUEST)


class GraphQLEndpoint:
    """Answers GraphQL requests within the limits of the configuration."""

    def __init__(
        self,
        engine: Engine,
        config: Config,
        instrumentation: Instrumentation,
        authenticator: Authenticator,
        bodies: Bodies,
    ) -> None:
        self.engine, self.config, self.instrumentation = engine, config, instrumentation
        self.authenticator, self.bodies = authenticator, bodies
        self.admission = Admission(engine, instrumentation.gate, config.max_wait_ms / 1000)
        self.sources = frozenset(engine.finder.catalog.sources)

    async def __call__(self, request: Request) -> Response:
        if graphiql.wants_page(request):
            return graphiql.page(request)
        return await self.instrumentation.observe(request, self._with_quota)

    async def _with_quota(self, request: Request, record: RequestRecord) -> Response:
        response = await self._within_limits(request, record)
        if record.quota is not None:
            response.headers.update(quota_headers(record.quota))
        return response

    async def _within_limits(self, request: Request, record: RequestRecord) -> Response:
        try:
            return await self._read(request, record)
        except AtConcurrencyLimit as shed:
            record.outcome = SHED
            return _response(request, _error(shed), error_status=503, headers={"retry-after": "1"})
        except RateLimited as error:
            record.outcome = error.code
            return _response(request, _error(error), error_status=429, headers={"retry-after": str(error.seconds)})
        except (Refused, StoreUnavailable) as error:
            return _without_caller(request, record, error)
        except (UnreadBody, BadInput, ScopeNeeded) as error:
            return _refused(request, error)
        except ClientDisconnected:
            record.outcome = CLIENT_DISCONNECTED
            return Response(status_code=CLIENT_CLOSED_REQUEST)

    async def _read(self, request: Request, record: RequestRecord) -> Response:
        """Read the request, which takes a place only then: slow clients must not make the gateway full."""
        caller = await self.authenticator.caller(request.headers)
        options = request_options(request.headers, self.config.limits.time.bound / 1000, self.sources, caller)
        check_content_type(request)
        async with self._body(request, options.remaining(), record) as body:
            graphql = parse_request(request, body)
            record.operation = graphql.name  # if the request is shed
            with self.instrumentation.operations.place(self.config.max_concurrent_requests):
                return await self._answer(request, graphql, record.upstream_options(options), record)

    async def _answer(
        self, request: Request, graphql: GraphQLRequest, options: RequestOptions, record: RequestRecord
    ) -> Response:
        locale = await request_locale(request, graphql.extensions, text_locale(self.config.locale))
        result, content = self._bounded(await self._execute(request, graphql, options, record, locale), record)
        record.end_operation(ran=result.ran, has_data=result.data is not None, errors=len(result.errors))
        return await compress(request, say_language(_response(request, result, content), locale))

    @asynccontextmanager
    async def _body(self, request: Request, seconds: float, record: RequestRecord) -> AsyncIterator[bytes]:
        """The body. It has to arrive in the time of a request, also where that is only measured."""
        limits = self.config.limits
        most, seconds = int(min(limits.body.bound, MAX_BODY_BYTES)), min(seconds, limits.time.maximum / 1000)
        try:
            async with self.bodies.read(request, most, seconds) as body:
                record.breaches += breaches_of((limits.body, len(body)))
                yield body
        except BodyTooLarge as error:
            record.breaches += breaches_of((limits.body, error.measured))
            raise

    async def _execute(
        self, request: Request, graphql: GraphQLRequest, options: RequestOptions, record: RequestRecord, locale: Locale
    ) -> OperationResult:
        shape = response_options(graphql.extensions)
        shape.check(options.caller)
        async with cancel_on_disconnect(request.receive), self.admission.admitted(graphql, options):
            if request.method == "GET" and not self.engine.may_repeat(graphql.query, graphql.operation_name, options):
                raise NotByGet
            arguments = graphql.query, graphql.variables, graphql.operation_name, options
            points = self.engine.estimated_cost(*arguments) or 0
            async with self.instrumentation.rates.charged(options.caller, points, record) as charge:
                record.operation = ""
                with using(locale):
                    result = await self.engine.execute(*arguments, record)
                charge.used = points_used(result, record)
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


def _without_caller(request: Request, record: RequestRecord, error: Refused | StoreUnavailable) -> Response:
    """The answer to a wrong credential, the same for all; and to one that cannot be checked."""
    if isinstance(error, Refused):
        record.outcome = UNAUTHENTICATED
        log.warning("credential refused: %s", error)
        return _response(request, _error(Unauthenticated(CREDENTIAL)), error_status=401, headers=CHALLENGE)
    record.outcome = error.code
    log.warning("credential not checked: %s", error.reason)
    return _response(request, _error(error), error_status=503, headers={"retry-after": "5"})


def _error(error: GatewayError) -> OperationResult:
    return OperationResult(None, [as_json(error)], ran=False)


def _refused(request: Request, error: GatewayError) -> Response:
    match error:
        case UnreadBody():
            return _response(request, _error(error), error_status=error.status, headers=error.headers)
        case NotByGet():
            return _response(request, _error(error), error_status=405, headers={"allow": "POST"})
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

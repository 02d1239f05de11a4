"""GraphQL over HTTP: a request in, an operation to the engine, a response out."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.config.settings import Config
from gateway.contract.batch import RequestOptions
from gateway.errors import BadInput
from gateway.execution.engine import Engine, OperationResult
from gateway.server import graphiql
from gateway.server.disconnect import CLIENT_CLOSED_REQUEST, ClientDisconnected, cancel_on_disconnect
from gateway.server.instrumentation import Instrumentation
from gateway.server.request_body import CLOSE_CONNECTION, UnreadBody, read_body
from gateway.server.request_options import request_options
from gateway.telemetry.operation_stats import SHED
from gateway.telemetry.request_record import CLIENT_DISCONNECTED, RequestRecord

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
OVERLOADED = 503


class GraphQLRequest(msgspec.Struct, frozen=True, rename="camel"):
    """A GraphQL request, as clients write it."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


BODY = msgspec.json.Decoder(GraphQLRequest)
VARIABLES = msgspec.json.Decoder(dict[str, Any])


class GraphQLEndpoint:
    """`/graphql`: documents by POST and by GET, GraphiQL for browsers."""

    def __init__(self, engine: Engine, config: Config, seeing: Instrumentation) -> None:
        self.engine, self.config, self.instrumentation = engine, config, seeing
        self.sources = frozenset(engine.finder.catalog.sources)

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if graphiql.wants_page(request):
            return graphiql.page(request)
        return await self.instrumentation.observe(request, self._within_limits)

    async def _within_limits(self, request: Request, look: RequestRecord) -> Response:
        if (
            self.instrumentation.requests.in_flight > self.config.max_concurrent_requests
        ):  # this one is counted already
            look.outcome = SHED
            return _overloaded(request)
        try:
            return _response(request, await self._answered(request, look))
        except UnreadBody as error:
            return _response(request, _refused(str(error), error.code), error.status, CLOSE_CONNECTION)
        except BadInput as error:
            return _response(request, _refused(str(error), error.code))
        except ClientDisconnected:
            look.outcome = CLIENT_DISCONNECTED
            return Response(status_code=CLIENT_CLOSED_REQUEST)

    async def _answered(self, request: Request, look: RequestRecord) -> OperationResult:
        wish = look.upstream_options(
            request_options(request.headers, self.config.deadline_ms / 1000, self.sources)
        )
        asked = await self._asked(request, wish)
        async with cancel_on_disconnect(request.receive):
            result = await self.engine.execute(asked.query, asked.variables, asked.operation_name, wish, look)
        look.ended(ran=result.ran, known=result.data is not None, errors=len(result.errors))
        return result

    async def _asked(self, request: Request, wish: RequestOptions) -> GraphQLRequest:
        if request.method == "GET":
            return _from_address(request.query_params)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON:
            raise BadInput(f"Send the document as {JSON}.")
        body = await read_body(request, self.config.max_body_bytes, wish.remaining())
        try:
            return BODY.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadInput("The body is no GraphQL request: an object with query, variables.") from error


def _from_address(given: Mapping[str, str]) -> GraphQLRequest:
    if "query" not in given:
        raise BadInput("Say the document in `query`, or send it by POST.")
    try:
        variables = VARIABLES.decode(given["variables"]) if given.get("variables") else None
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise BadInput("`variables` is no JSON object.") from error
    return GraphQLRequest(given["query"], variables, given.get("operationName"))


def _refused(sentence: str, code: str) -> OperationResult:
    return OperationResult(None, [{"message": sentence, "extensions": {"code": code}}], ran=False)


def _overloaded(request: Request) -> Response:
    """Refused at once, so that those under way are answered in time."""
    told = _refused("The gateway is at its limit: come back in a second.", "OVERLOADED")
    return _response(request, told, OVERLOADED, {"retry-after": "1"})


def _response(
    request: Request, result: OperationResult, refused: int = 400, headers: Mapping[str, str] | None = None
) -> Response:
    """The result as HTTP: `data` only where the operation ran, the status `refused` where it did not."""
    wanted = GRAPHQL in request.headers.get("accept", "")
    content = msgspec.json.encode(result.body())
    status = 200 if result.ran else refused
    return Response(content, status, headers, media_type=GRAPHQL if wanted else JSON)

"""GraphQL over HTTP: a request in, an operation to the engine, a response out."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway import graphiql
from gateway.engine import Engine, Result
from gateway.errors import BadInput

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


class Asked(msgspec.Struct, frozen=True, rename="camel"):
    """A GraphQL request, as clients write it."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


BODY = msgspec.json.Decoder(Asked)
VARIABLES = msgspec.json.Decoder(dict[str, Any])


class Endpoint:
    """`/graphql`: documents by POST and by GET, GraphiQL for browsers."""

    def __init__(self, engine: Engine, body_most: int) -> None:
        self.engine, self.body_most = engine, body_most

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if graphiql.wants_page(request):
            return graphiql.page(request)
        try:
            asked = await self._asked(request)
        except BadInput as error:
            refused = Result(None, [{"message": str(error), "extensions": {"code": error.code}}], ran=False)
            return _response(request, refused)
        result = await self.engine.execute(asked.query, asked.variables, asked.operation_name)
        return _response(request, result)

    async def _asked(self, request: Request) -> Asked:
        if request.method == "GET":
            return _from_address(request.query_params)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON:
            raise BadInput(f"Send the document as {JSON}.")
        body = await _read(request, self.body_most)
        try:
            return BODY.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadInput("The body is no GraphQL request: an object with query, variables.") from error


async def _read(request: Request, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise BadInput(f"The body is too large: at most {most} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def _from_address(given: Mapping[str, str]) -> Asked:
    if "query" not in given:
        raise BadInput("Say the document in `query`, or send it by POST.")
    try:
        variables = VARIABLES.decode(given["variables"]) if given.get("variables") else None
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise BadInput("`variables` is no JSON object.") from error
    return Asked(given["query"], variables, given.get("operationName"))


def _response(request: Request, result: Result) -> Response:
    """The result as HTTP: `data` only where the operation ran."""
    wanted = GRAPHQL in request.headers.get("accept", "")
    content = msgspec.json.encode(result.body())
    return Response(content, 200 if result.ran else 400, media_type=GRAPHQL if wanted else JSON)

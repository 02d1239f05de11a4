"""The GraphiQL page: its files, its security headers, and a tab for each example query in `queries/`."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from os import PathLike, stat_result
from pathlib import Path
from typing import Any, Final

from graphql import DocumentNode, NonNullTypeNode, OperationDefinitionNode, parse
from graphql.utilities import separate_operations
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.errors import ConfigError

BUILT: Final = Path(__file__).parent / "static" / "graphiql"
QUERIES: Final = Path(__file__).parent / "queries"
FIRST: Final = "customer-360"

SECURITY: Final = {
    # Monaco sets style attributes and writes style elements; nothing else is inline.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "font-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
PAGE: Final = SECURITY | {"cache-control": "no-cache", "vary": "accept"}
# A file's name changes with its content, so clients may cache it for ever.
ASSET: Final = SECURITY | {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}

# Fixed here: with nosniff, a machine that maps .js to text/plain would break the page.
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}

NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Customer 360 Gateway</title>
<h1>Customer 360 Gateway</h1>
<p>The gateway runs, but its GraphiQL page is not built. With Node 20.19 or newer, run <code>make web</code>
in the project's folder and reload this page. The gateway need not restart.</p>
<p>Without the page, send queries to this address by <code>POST</code>.</p>
</html>
"""


def wants_page(request: Request) -> bool:
    """Whether a browser opens the address. Its link may carry a query."""
    accept = request.headers.get("accept", "").lower()
    accepted = {part.partition(";")[0].strip() for part in accept.split(",")}
    asks_json = accepted & {"application/json", "application/graphql-response+json"}
    return request.method in {"GET", "HEAD"} and "text/html" in accepted and not asks_json


def page(_request: Request, built: Path = BUILT) -> Response:
    """The GraphiQL page, or instructions to build it."""
    try:
        return HTMLResponse((built / "index.html").read_bytes(), headers=PAGE)
    except FileNotFoundError:
        return HTMLResponse(NOT_BUILT, headers=PAGE)


class Assets(StaticFiles):
    """The built files, compressed for clients that accept gzip. They may be built while the gateway runs."""

    def __init__(self, built: Path = BUILT) -> None:
        super().__init__(directory=built / "assets", check_dir=False)

    async def check_config(self) -> None:
        """Skip the check: without a build, requests answer 404."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file or its .gz, under the file's content type."""
        compressed = Path(f"{full_path}.gz")
        accepts_gzip = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        headers = ASSET | {"content-type": TYPES.get(Path(full_path).suffix, "text/plain")}
        if accepts_gzip and compressed.is_file():
            full_path, stat_result = compressed, compressed.stat()
            headers |= {"content-encoding": "gzip"}
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(headers)
        return response


@dataclass(frozen=True, slots=True)
class Tab:
    """One operation in GraphiQL, with its variables as JSON."""

    title: str
    query: str
    variables: str


def example_tabs(variables: Mapping[str, Any], queries: Path = QUERIES) -> list[Tab]:
    """One tab per operation in a folder, the customer 360 first."""
    paths = sorted(queries.glob("*.graphql"), key=lambda path: (path.stem != FIRST, path.stem))
    return [tab for path in paths for tab in _tabs_of(path, variables)]


def example_variables(path: Path | None) -> Mapping[str, Any]:
    """The installation's values for the variables of example queries."""
    if path is None:
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError([f"GATEWAY_EXAMPLES: cannot read {path}: {error}"]) from error
    variables = content.get("variables") if isinstance(content, dict) else None
    if not isinstance(variables, dict):
        raise ConfigError([f"GATEWAY_EXAMPLES: {path} must be a JSON object with an object `variables`"])
    return variables


def _tabs_of(path: Path, variables: Mapping[str, Any]) -> Iterator[Tab]:
    text = path.read_text(encoding="utf-8")
    separate = separate_operations(parse(text))
    for name, document in separate.items():
        query = text if len(separate) == 1 else _source_text(document)
        values = _values(document, variables)
        variables_json = json.dumps(values, indent=2, ensure_ascii=False) if values else ""
        yield Tab(name or path.stem, query.strip(), variables_json)


def _source_text(document: DocumentNode) -> str:
    """The source text of the definitions, with its layout and comments."""
    spans = [node.loc for node in document.definitions if node.loc]
    return "\n".join(span.source.body[span.start : span.end] for span in spans)


def _values(document: DocumentNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The example values, and empty text for other required variables."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    declared = [v for operation in operations for v in operation.variable_definitions or ()]
    required = {
        v.variable.name.value: "" for v in declared if isinstance(v.type, NonNullTypeNode) and v.default_value is None
    }
    examples = {name: variables[name] for v in declared if (name := v.variable.name.value) in variables}
    return required | examples


def tabs_endpoint(tabs: Sequence[Tab]) -> Callable[[Request], Awaitable[Response]]:
    content = [asdict(tab) for tab in tabs]

    async def first_tabs(_request: Request) -> Response:
        return JSONResponse(content, headers=SECURITY | {"cache-control": "no-cache"})

    return first_tabs

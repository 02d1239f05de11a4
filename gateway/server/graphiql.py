"""The GraphiQL page, served from here alone: its files, its headers and its first tabs."""

from collections.abc import Sequence
from dataclasses import asdict
from os import PathLike, stat_result
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.server.example_queries import Tab

BUILT: Final = Path(__file__).parent / "static" / "graphiql"

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
# A file's name changes with its content, so what was once got may be kept.
ASSET: Final = SECURITY | {
    "cache-control": "public, max-age=31536000, immutable",
    "vary": "accept-encoding",
}

# Said here, not asked of the machine: where .js passes for text/plain, nosniff stops the page.
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
<p>The gateway runs, but its GraphiQL page is not built. Where there is Node 20.19 or newer, run
<code>make web</code> in the project's folder and load this page again; the gateway may go on.</p>
<p>Without the page, send queries to this address by <code>POST</code>.</p>
</html>
"""


def wants_page(request: Request) -> bool:
    """Whether a browser is opening the address, whatever query its link may carry."""
    accept = request.headers.get("accept", "").lower()
    accepted = {part.partition(";")[0].strip() for part in accept.split(",")}
    asks_json = accepted & {"application/json", "application/graphql-response+json"}
    return request.method in {"GET", "HEAD"} and "text/html" in accepted and not asks_json


def page(_request: Request, built: Path = BUILT) -> Response:
    """The GraphiQL page, or the page that says how to build it; never a query's answer."""
    try:
        return HTMLResponse((built / "index.html").read_bytes(), headers=PAGE)
    except FileNotFoundError:
        return HTMLResponse(NOT_BUILT, headers=PAGE)


def routes(first_tabs: Sequence[Tab], built: Path = BUILT) -> list[BaseRoute]:
    """What the page loads, below /graphiql."""
    written = [asdict(tab) for tab in first_tabs]

    async def tabs(_request: Request) -> Response:
        return JSONResponse(written, headers=SECURITY | {"cache-control": "no-cache"})

    # Not checked at start: the page may be built while the gateway runs.
    assets = Assets(directory=built / "assets", check_dir=False)
    return [Route("/graphiql/tabs.json", tabs), Mount("/graphiql/assets", assets)]


class Assets(StaticFiles):
    """The built files, sent packed to whoever can unpack them."""

    async def check_config(self) -> None:
        """Nothing to check: where nothing was built, nothing is found."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, or its .gz, under the file's own type."""
        packed = Path(f"{full_path}.gz")
        unpacks = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        headers = ASSET | {"content-type": TYPES.get(Path(full_path).suffix, "text/plain")}
        if unpacks and packed.is_file():
            full_path, stat_result = packed, packed.stat()
            headers |= {"content-encoding": "gzip"}
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(headers)
        return response

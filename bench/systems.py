"""The demo's REST systems, with call counts and fault injection: python -m bench.systems <folder>."""

import os
import sys
from pathlib import Path
from typing import Any

from starlette.responses import PlainTextResponse

from bench.serving import serve
from gateway_demo.faults.proxy import with_faults
from gateway_demo.launch.serve_systems import systems_app
from gateway_demo.systems.auth import credentials_from


class Counted:
    """Counts the requests of an application, and answers /calls with the count."""

    def __init__(self, app: Any) -> None:
        self.app, self.calls = app, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/calls":
            await PlainTextResponse(str(self.calls))(scope, receive, send)
            return
        self.calls += scope["type"] == "http" and not scope["path"].startswith(("/health", "/_faults"))
        await self.app(scope, receive, send)


if __name__ == "__main__":
    serve(Counted(with_faults(systems_app(Path(sys.argv[1]), credentials_from(os.environ)))))

"""The demo's REST systems; they count calls, and fail when told to: python -m bench.systems <folder>."""

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
    """An application, and at /calls how many requests it had. Asking for that and for health is none."""

    def __init__(self, app: Any) -> None:
        self.app, self.calls = app, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] == "http" and scope["path"] == "/calls":
            await PlainTextResponse(str(self.calls))(scope, receive, send)
            return
        self.calls += scope["type"] == "http" and not scope["path"].startswith(("/health", "/_faults"))
        await self.app(scope, receive, send)


if __name__ == "__main__":
    serve(Counted(with_faults(systems_app(Path(sys.argv[1]), credentials_from(os.environ)))))

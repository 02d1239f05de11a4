"""Serves an application as `gateway serve` does, at HOST and PORT of the environment."""

import os
from typing import Any

import uvicorn


def serve(app: Any) -> None:
    """Serve until the process is stopped."""
    host, port = os.environ["HOST"], int(os.environ["PORT"])
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
        # Longer than clients keep idle connections.
        timeout_keep_alive=75,
    )

"""The first yardstick: a bare ASGI application that sends ready bytes. python -m bench.bare <folder>."""

import sys
from pathlib import Path
from typing import Any

from bench.serving import serve


class Bare:
    """Reads a request, and answers `POST /<name>` with the bytes of that file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ready: dict[str, bytes] = {"/health": b"ok"}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        content = self.ready.get(scope["path"]) or self._read(scope["path"])
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _read(self, path: str) -> bytes:
        content = self.ready[path] = (self.folder / path[1:]).read_bytes()
        return content


async def _lifespan(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


if __name__ == "__main__":
    serve(Bare(Path(sys.argv[1])))

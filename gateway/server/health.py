"""Health of the process: whether it lives, and whether it can take more requests; if wanted, on a port of its own.

A thread answers there, also while the event loop is busy or its connections are all taken.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Final

from gateway.concurrency.loop_lag import LOOP_LAG, LoopLag
from gateway.server.instrumentation import Instrumentation
from gateway.server.security_headers import DEFAULTS

DEAD_SECONDS: Final = 30.0  # without a tick of the event loop: it hangs, and only a restart helps
BUSY_SECONDS: Final = 2.0  # without a tick: new requests would wait as long
CLIENT_SECONDS: Final = 2.0  # in which a probe sends its request


@dataclass(frozen=True, slots=True)
class Health:
    """Each answer is an HTTP status and a text. Any thread may ask."""

    instrumentation: Instrumentation
    max_requests: int
    lag: LoopLag = LOOP_LAG

    def live(self) -> tuple[int, str]:
        return (503, "the event loop hangs") if self.lag.seconds_without_tick() > DEAD_SECONDS else (200, "ok")

    def ready(self) -> tuple[int, str]:
        if not self.instrumentation.ready:
            return 503, "not ready"
        is_full = self.instrumentation.operations.in_flight >= self.max_requests
        is_shedding = self.instrumentation.gate.is_overloaded()
        if is_full or is_shedding or self.lag.seconds_without_tick() > BUSY_SECONDS:
            return 503, "overloaded"
        return 200, "ok"

    def paths(self) -> Mapping[str, Callable[[], tuple[int, str]]]:
        return {"/health": self.live, "/health/live": self.live, "/health/ready": self.ready}


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _ServerOfIPv6(_Server):
    address_family = socket.AF_INET6


@contextmanager
def health_listener(health: Health, host: str, port: int) -> Iterator[int]:
    """Answer at this address within the block; yield the port. OSError if it is not free."""
    paths = health.paths()

    class Handler(BaseHTTPRequestHandler):
        timeout = CLIENT_SECONDS

        def do_GET(self) -> None:  # the name that http.server calls
            status, text = paths.get(self.path.partition("?")[0], lambda: (404, "Not Found"))()
            self.send_response_only(status)
            for name, value in {**DEFAULTS, "content-type": "text/plain", "content-length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Log nothing: probes come every few seconds."""

    kind = _ServerOfIPv6 if ":" in host else _Server
    with kind((host, port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()

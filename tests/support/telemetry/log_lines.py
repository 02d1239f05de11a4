"""Captured log lines, in the format that an operator reads."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.telemetry.logs import make_handler


class LogLines:
    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def events(self, logger: str = "gateway") -> list[dict[str, Any]]:
        """The JSON lines of a logger and its children."""
        lines = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in lines if f"{line['logger']}.".startswith(f"{logger}.")]


@contextmanager
def captured_logs(log_format: str = "json", level: int = logging.DEBUG) -> Iterator[LogLines]:
    """Capture the lines of all loggers in a log format."""
    lines, root = LogLines(), logging.getLogger()
    handler, level_before = make_handler(log_format, lines.stream), root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level_before)

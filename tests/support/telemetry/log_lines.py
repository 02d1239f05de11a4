"""What is logged while a test looks, line by line, as an operator would read it."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.telemetry.logs import make_handler


class LogLines:
    """What has been written so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue()

    def events(self, logger: str = "gateway") -> list[dict[str, Any]]:
        """The lines of a logger and of those below it, as JSON."""
        lines = [json.loads(line) for line in self.text.splitlines()]
        return [each for each in lines if f"{each['logger']}.".startswith(f"{logger}.")]


@contextmanager
def captured_logs(form: str = "json", level: int = logging.DEBUG) -> Iterator[LogLines]:
    """Everything that any logger says, in this form."""
    lines, root = LogLines(), logging.getLogger()
    handler, before = make_handler(form, lines.stream), root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)

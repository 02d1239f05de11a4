"""Log formats: text for people, JSON for machines. Each line carries the id of its request.

The standard library suffices: structlog would need the same processors, and a bridge to foreign loggers.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from gateway.telemetry.request_record import REQUEST_ID

# Attributes of every log record, and uvicorn's colors. Any other attribute was passed as `extra`.
_STANDARD: Final = {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName", "color_message"}


def _time(record: logging.LogRecord) -> str:
    time = datetime.fromtimestamp(record.created, UTC)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _STANDARD}


def _escaped(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


class TextFormatter(logging.Formatter):
    """One line: time, level, logger, message, request, extras. Control characters are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_time(record)} {record.levelname} {record.name} {record.getMessage()}"
        request = REQUEST_ID.get()
        extras = {"request": request, **_extras(record)} if request else _extras(record)
        for name, value in extras.items():
            line += f" {name}={value if isinstance(value, str) else json.dumps(value, default=str)}"
        if not record.exc_info:
            return _escaped(line)
        # The traceback is indented: an exception's text cannot forge a log line.
        traceback = self.formatException(record.exc_info).splitlines()
        return "\n".join((_escaped(line), *(f"    {_escaped(each)}" for each in traceback)))


class JsonFormatter(logging.Formatter):
    """One JSON object per line: `time`, `level`, `logger`, `message`, `request`, `error`, extras."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            **_extras(record),
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": REQUEST_ID.get(),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


FORMATTERS: Final = {"text": TextFormatter, "json": JsonFormatter}


def make_handler(log_format: str, stream: TextIO | None = None) -> logging.Handler:
    """A handler for a log format. Writes to standard error by default."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMATTERS[log_format]())
    return handler


def configure_logging(log_format: str) -> None:
    """Write all logs to standard error in one format.

    Start uvicorn with `log_config=None`, so that its loggers use this format too.
    """
    logging.basicConfig(level=logging.INFO, handlers=[make_handler(log_format)], force=True)
    # Each warning appears once per place, such as graphql-core's about coroutines never awaited.
    logging.captureWarnings(capture=True)

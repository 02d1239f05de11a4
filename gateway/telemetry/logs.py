"""Lines of the log, for people or for machines: each with the id of the request it is about."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from gateway.telemetry.request_ids import REQUEST_ID

# What every record has, and what uvicorn adds for a terminal: all else was given as `extra`.
_USUAL: Final = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _USUAL}


def _printable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


class TextFormatter(logging.Formatter):
    """One line for people: time, level, logger, message, request, extras. A message cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the traceback where there is one."""
        line = f"{_time(record)} {record.levelname} {record.name} {record.getMessage()}"
        request = REQUEST_ID.get()
        told = {"request": request, **_extras(record)} if request else _extras(record)
        for name, value in told.items():
            line += f" {name}={value if isinstance(value, str) else json.dumps(value, default=str)}"
        line = _printable(line)
        if not record.exc_info:
            return line
        # Indented: a line of the log begins at the margin, whatever an exception says.
        below = self.formatException(record.exc_info).splitlines()
        return "\n".join((line, *(f"    {_printable(each)}" for each in below)))


class JsonFormatter(logging.Formatter):
    """One JSON object for each line: `time`, `level`, `logger`, `message`, `request`, `error`, and extras."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback is text in `error`."""
        told = {
            **_extras(record),
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": REQUEST_ID.get(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


FORMATTERS: Final = {"text": TextFormatter, "json": JsonFormatter}


def make_handler(form: str, stream: TextIO | None = None) -> logging.Handler:
    """What writes lines of this form; to standard error without a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMATTERS[form]())
    return handler


def configure_logging(form: str) -> None:
    """Everything that is logged from now on goes to standard error in one form.

    uvicorn must be told to leave its loggers alone (`log_config=None`): then they come here too.
    """
    logging.basicConfig(level=logging.INFO, handlers=[make_handler(form)], force=True)
    # Once for each place: that of graphql-core, say, which never begins what a caller hung up on.
    logging.captureWarnings(capture=True)

"""Each event is one log line, for people or machines, with its request's id."""

import asyncio
import json
import logging
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from support.telemetry.log_lines import captured_logs
from support.telemetry.served import ask, failing, served

from gateway.errors import SourceDown
from gateway.telemetry.logs import JsonFormatter, TextFormatter

LOG = logging.getLogger("gateway.test")


def record(message: str = "a message", **extra: object) -> logging.LogRecord:
    log_record = logging.LogRecord("gateway.test", logging.WARNING, __file__, 1, message, (), None)
    log_record.created = datetime(2026, 11, 21, 8, 30, 0, 250_000, UTC).timestamp()
    log_record.__dict__.update(extra)
    return log_record


def test_a_text_line_has_time_level_logger_message_and_extras() -> None:
    line = TextFormatter().format(record(ms=12.5, operation="Find", plan=[{"keys": 2}]))
    assert line == ('2026-11-21T08:30:00.250Z WARNING gateway.test a message ms=12.5 operation=Find plan=[{"keys": 2}]')


def test_a_json_line_has_the_same() -> None:
    assert json.loads(JsonFormatter().format(record(ms=12.5, operation="Find"))) == {
        "time": "2026-11-21T08:30:00.250Z",
        "level": "WARNING",
        "logger": "gateway.test",
        "message": "a message",
        "request": "",
        "ms": 12.5,
        "operation": "Find",
    }


@given(st.text(), st.text())
def test_a_message_cannot_forge_a_line(message: str, extra: str) -> None:
    for formatter in (TextFormatter(), JsonFormatter()):
        line = formatter.format(record(message, extra=extra))
        assert len(line.splitlines()) == 1
        assert line.isprintable() or isinstance(formatter, JsonFormatter)
    entry = json.loads(JsonFormatter().format(record(message, extra=extra)))
    assert (entry["message"], entry["extra"]) == (message, extra)


def test_values_without_a_json_type_become_text() -> None:
    line = json.loads(JsonFormatter().format(record(at=datetime(2026, 1, 1, tzinfo=UTC))))
    assert line["at"] == "2026-01-01 00:00:00+00:00"


def test_an_exception_is_logged_with_its_traceback() -> None:
    error = RuntimeError("on fire")
    log_record = record(exc_info=(type(error), error, None))
    assert json.loads(JsonFormatter().format(log_record))["error"].endswith("RuntimeError: on fire")
    assert TextFormatter().format(log_record).splitlines()[-1] == "    RuntimeError: on fire"


def test_an_exception_cannot_forge_a_line() -> None:
    error = RuntimeError("on fire\n2026-11-21T00:00:00.000Z INFO gateway all is well\r\x1b[2K")
    first, *traceback = TextFormatter().format(record(exc_info=(type(error), error, None))).split("\n")
    assert traceback
    assert all(line.startswith("    ") and line.isprintable() for line in traceback)
    assert "all is well" not in first


async def test_concurrent_requests_log_their_own_ids():
    async with served(wrap=failing(SourceDown, "CRM")) as http:
        with captured_logs() as lines:
            ids = [f"request-{number}" for number in range(10)]
            await asyncio.gather(*(ask(http, n="C1", headers={"X-Request-Id": name}) for name in ids))
    assert sorted(line["request"] for line in lines.events()) == ids
    assert {line["message"] for line in lines.events()} == {"CRM: SOURCE_DOWN test"}


async def test_outside_a_request_there_is_no_id():
    async with served(wrap=failing(SourceDown, "CRM")) as http:
        with captured_logs() as lines:
            await ask(http, n="C1")
            LOG.warning("by the way")
    assert lines.events()[-1]["request"] == ""

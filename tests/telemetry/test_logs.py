"""A line of the log is one line, says what it is about, and can be read by a machine."""

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

LOG = logging.getLogger("gateway.told")


def record(message: str = "it is so", **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("gateway.told", logging.WARNING, __file__, 1, message, (), None)
    made.created = datetime(2026, 11, 21, 8, 30, 0, 250_000, UTC).timestamp()
    made.__dict__.update(extra)
    return made


def test_people_read_time_level_logger_message_and_what_else_was_told() -> None:
    line = TextFormatter().format(record(ms=12.5, operation="Find", plan=[{"keys": 2}]))
    assert line == (
        '2026-11-21T08:30:00.250Z WARNING gateway.told it is so ms=12.5 operation=Find plan=[{"keys": 2}]'
    )


def test_machines_read_the_same() -> None:
    assert json.loads(JsonFormatter().format(record(ms=12.5, operation="Find"))) == {
        "time": "2026-11-21T08:30:00.250Z",
        "level": "WARNING",
        "logger": "gateway.told",
        "message": "it is so",
        "request": "",
        "ms": 12.5,
        "operation": "Find",
    }


@given(st.text(), st.text())
def test_nobody_can_forge_a_line(message: str, extra: str) -> None:
    for form in (TextFormatter(), JsonFormatter()):
        line = form.format(record(message, extra=extra))
        assert len(line.splitlines()) == 1
        assert line.isprintable() or isinstance(form, JsonFormatter)
    told = json.loads(JsonFormatter().format(record(message, extra=extra)))
    assert (told["message"], told["extra"]) == (message, extra)


def test_what_json_has_no_word_for_is_told_as_text() -> None:
    line = json.loads(JsonFormatter().format(record(at=datetime(2026, 1, 1, tzinfo=UTC))))
    assert line["at"] == "2026-01-01 00:00:00+00:00"


def test_an_exception_is_told_with_where_it_came_from() -> None:
    error = RuntimeError("on fire")
    told = record(exc_info=(type(error), error, None))
    assert json.loads(JsonFormatter().format(told))["error"].endswith("RuntimeError: on fire")
    assert TextFormatter().format(told).splitlines()[-1] == "    RuntimeError: on fire"


def test_no_exception_can_forge_a_line() -> None:
    error = RuntimeError("on fire\n2026-11-21T00:00:00.000Z INFO gateway all is well\r\x1b[2K")
    first, *below = TextFormatter().format(record(exc_info=(type(error), error, None))).split("\n")
    assert below
    assert all(each.startswith("    ") and each.isprintable() for each in below)
    assert "all is well" not in first


async def test_a_line_has_the_id_of_its_request_however_many_are_under_way():
    async with served(wrap=failing(SourceDown, "CRM")) as http:
        with captured_logs() as lines:
            ids = [f"request-{number}" for number in range(10)]
            await asyncio.gather(*(ask(http, n="C1", headers={"X-Request-Id": each}) for each in ids))
    assert sorted(each["request"] for each in lines.events()) == ids
    assert {each["message"] for each in lines.events()} == {"CRM: SOURCE_DOWN as told"}


async def test_outside_of_a_request_there_is_no_id():
    async with served(wrap=failing(SourceDown, "CRM")) as http:
        with captured_logs() as lines:
            await ask(http, n="C1")
            LOG.warning("by the way")
    assert lines.events()[-1]["request"] == ""

"""The signs in an answer of a REST service."""

from collections.abc import Mapping
from typing import Any

from gateway.contract.paths import parse_path, value_at
from gateway.contract.signs import RowsRead
from gateway.sources.http.more_rows import signs_of_failure, signs_of_more
from gateway.sources.http.transport import HttpResponse


def signs(items: str, answer: Any, headers: Mapping[str, str] | None = None) -> list[str]:
    """The names of the signs beside the rows at this path."""
    path = parse_path(items) if items else ()
    named = {name.lower(): value for name, value in (headers or {}).items()}
    response = HttpResponse(200, "application/json", None, b"", named)
    read = RowsRead(len(value_at(answer, path)))
    seen = [*signs_of_more(answer, path, response, read), *signs_of_failure(answer, path, response)]
    return [each.partition(" = ")[0] for each in seen]

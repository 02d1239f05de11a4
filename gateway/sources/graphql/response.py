"""What a GraphQL answer says of each key: its rows, or its error; a null beside an error is not believed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.contract.batch import Batch, Key, Row, value_at
from gateway.contract.windows import rows_by_key, text_key
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized

ResponsePath = tuple[str | int, ...]
RowsOrErrorByKey = Mapping[Key, Sequence[Row] | SourceError]

# Words that servers agree on; anything else is told by whether a field had begun to work.
_CODES: Mapping[str, type[SourceError]] = {
    "UNAUTHENTICATED": UpstreamUnauthorized,
    "UNAUTHORIZED": UpstreamUnauthorized,
    "FORBIDDEN": UpstreamUnauthorized,
    "TIMEOUT": SourceTimeout,
    "INTERNAL_SERVER_ERROR": SourceDown,
    "GRAPHQL_PARSE_FAILED": InvalidResponse,
    "GRAPHQL_VALIDATION_FAILED": InvalidResponse,
    "BAD_USER_INPUT": InvalidResponse,
}


@dataclass(frozen=True, slots=True)
class ResponseReader:
    """Made for one answer to one batch."""

    source: str
    batch: Batch

    def by_key(self, answer: Any) -> RowsOrErrorByKey:
        """Each key's rows or error. SourceError when the answer is none at all."""
        if not isinstance(answer, dict) or not isinstance(answer.get("errors") or [], list):
            raise self._misread("no GraphQL answer")
        errors: list[Any] = answer.get("errors") or []
        data = answer.get("data")
        if not isinstance(data, dict):
            raise self._failure(errors[0]) if errors else self._misread("neither data nor errors")
        if self.batch.lookup.place.keys:
            return self._of_list(data, errors)
        return {key: self._of_alias(f"k{n}", key, data, errors) for n, key in enumerate(self.batch.keys)}

    def _of_alias(
        self, alias: str, key: Key, data: Mapping[str, Any], errors: Sequence[Any]
    ) -> Sequence[Row] | SourceError:
        failed = next((error for error in errors if error_path(error)[:1] in ((), (alias,))), None)
        if failed is not None:
            return self._failure(failed)
        try:
            rows = self._sound(self._rows(alias, data))
        except InvalidResponse as error:
            return error
        path = self.batch.lookup.key
        if path and any(text_key(value_at(row, path)) != key for row in rows):
            return self._misread("a row of a key that was not asked")
        return rows

    def _of_list(self, data: Mapping[str, Any], errors: Sequence[Any]) -> RowsOrErrorByKey:
        rows = list(self._rows(self.batch.lookup.place.field, data))
        failed = {self._blamed(error, rows): self._failure(error) for error in errors}
        return {**rows_by_key(self.batch, self._sound(rows), self.source), **failed}

    def _blamed(self, error: Any, rows: Sequence[tuple[ResponsePath, Any]]) -> Key:
        """Whose row the error lies in. Raised for all when it lies in nobody's."""
        at, path = error_path(error), self.batch.lookup.key or ()
        keys = [text_key(value_at(row, path)) for place, row in rows if at[: len(place)] == place and path]
        if not keys or keys[0] not in self.batch.keys:
            raise self._failure(error)
        return keys[0]

    def _rows(self, name: str, data: Mapping[str, Any]) -> Iterator[tuple[ResponsePath, Any]]:
        """Everything that stands where rows should, and at which spot of the answer."""
        if name not in data:
            raise self._misread(f"no {name}")
        items = self.batch.lookup.place.items
        yield from self._below((name,), data[name], items.split(".") if items else [])

    def _below(
        self, at: ResponsePath, value: Any, names: Sequence[str]
    ) -> Iterator[tuple[ResponsePath, Any]]:
        if isinstance(value, list):
            for n, each in enumerate(value):
                yield from self._below((*at, n), each, names) if each is not None else [((*at, n), None)]
        elif value is None:
            return
        elif not names:
            yield at, value
        elif not isinstance(value, dict) or names[0] not in value:
            raise self._misread(f"nothing at {self.batch.lookup.place.items}")
        else:
            yield from self._below((*at, names[0]), value[names[0]], names[1:])

    def _sound(self, rows: Iterable[tuple[ResponsePath, Any]]) -> list[Row]:
        found = [row for _, row in rows]
        if not all(isinstance(row, dict) for row in found):
            raise self._misread("a row that is no object")
        if len(found) > self.batch.lookup.place.max_rows:
            raise self._misread(f"more than {self.batch.lookup.place.max_rows} rows")
        return found

    def _failure(self, error: Any) -> SourceError:
        """An error of the service's own; its words may repeat a key and stay there."""
        said = error.get("extensions") if isinstance(error, dict) else None
        code = said.get("code") if isinstance(said, dict) else None
        usual = SourceDown if error_path(error) else InvalidResponse
        kind = _CODES.get(code, usual) if isinstance(code, str) else usual
        where = ".".join(str(part) for part in error_path(error) if isinstance(part, str))
        return kind(self.source, f"{self.batch.lookup.name}: {code or 'an error'} at {where or 'no field'}")

    def _misread(self, what: str) -> InvalidResponse:
        return InvalidResponse(self.source, f"{self.batch.lookup.name}: {what}")


def error_path(error: Any) -> ResponsePath:
    """Where in the answer an error lies; nowhere when the request as a whole was refused."""
    path = error.get("path") if isinstance(error, dict) else None
    return tuple(path) if isinstance(path, list) else ()

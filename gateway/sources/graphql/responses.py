"""The response to a GraphQL document: the rows or the error of each key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.contract.answers import RowsByKey, not_requested, rows_by_key
from gateway.contract.batch import Batch, Row
from gateway.contract.paths import Key, value_at
from gateway.contract.windows import text_key
from gateway.errors import InvalidResponse, InvalidRow, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.sources.base.isolation import of_one_key
from gateway.sources.base.place import place_of
from gateway.sources.graphql.documents import GraphqlPlace

ResponsePath = tuple[str | int, ...]
Located = tuple[ResponsePath, Any]

# Codes that servers agree on. Other errors count by whether a field had begun to execute.
_CODES: Mapping[str, type[SourceError]] = {
    "UNAUTHENTICATED": UpstreamUnauthorized,
    "UNAUTHORIZED": UpstreamUnauthorized,
    "FORBIDDEN": UpstreamUnauthorized,
    "TIMEOUT": SourceTimeout,
    "INTERNAL_SERVER_ERROR": SourceDown,
    "GRAPHQL_PARSE_FAILED": InvalidResponse,
    "GRAPHQL_VALIDATION_FAILED": InvalidResponse,
    "BAD_USER_INPUT": InvalidResponse,
    "BAD_REQUEST": InvalidResponse,
}
_OF_VARIABLES = ("BAD_USER_INPUT", "BAD_REQUEST")  # of one key, perhaps


@dataclass(frozen=True, slots=True)
class ResponseReader:
    """Reads the response to one batch."""

    source: str
    batch: Batch

    @property
    def place(self) -> GraphqlPlace:
        return place_of(GraphqlPlace, self.batch.lookup)

    def by_key(self, answer: Any) -> RowsByKey:
        """Each key's rows or error. Raises SourceError where the whole response is unusable."""
        if not isinstance(answer, dict) or not isinstance(answer.get("errors") or [], list):
            raise self._invalid("the response is not one of GraphQL")
        errors: list[Any] = answer.get("errors") or []
        data = answer.get("data")
        if not isinstance(data, dict):
            raise self._unplaced(errors[0]) if errors else self._invalid("neither data nor errors")
        if self.place.keys:
            return self._of_list(data, errors)
        rejected = [error for error in errors if not error_path(error)]
        if rejected or not any(alias in data for (alias,) in self._aliases):
            raise self._upstream(rejected[0]) if rejected else self._invalid("the response has no k0")
        answers = {key: self._of_alias(f"k{n}", key, data, errors) for n, key in enumerate(self.batch.keys)}
        return self._spare_keys(answers)

    def _of_alias(
        self, alias: str, key: Key, data: Mapping[str, Any], errors: Sequence[Any]
    ) -> Sequence[Row] | SourceError:
        located = [error for error in errors if error_path(error)[:1] == (alias,)]
        if located:
            return self._upstream(located[0])
        try:
            rows = self._checked(self._rows(alias, data))
        except InvalidResponse as invalid:
            return of_one_key(invalid)
        path = self.batch.lookup.key
        if path and any(text_key(value_at(row, path)) != key for row in rows):
            return not_requested(self.source, self.batch.lookup, InvalidRow)
        return rows

    def _of_list(self, data: Mapping[str, Any], errors: Sequence[Any]) -> RowsByKey:
        try:
            rows = list(self._rows(self.place.field, data))
        except InvalidResponse as invalid:
            raise self._unplaced(errors[0]) if errors else invalid from None
        ordered = self._is_by_position(data, rows)
        failed = {self._key_of(error, rows, ordered=ordered): self._upstream(error) for error in errors}
        for at in (_indices(at) for at, row in rows if ordered and row is None):
            if len(at) > 1 or not self._is_absence:  # a null in the list of one key is a row
                failed.setdefault(self.batch.keys[at[0]], self._null_row())
        if ordered or "null" in self.place.absent:
            rows = [(at, row) for at, row in rows if row is not None]
        return self._spare_keys({**rows_by_key(self.batch, self._checked(rows), self.source), **failed})

    def _spare_keys(self, answers: RowsByKey) -> RowsByKey:
        """The same answers; an error at one key is its own.

        If several keys fail and none is answered, the source fails.
        """
        errors = {key: answer for key, answer in answers.items() if isinstance(answer, SourceError)}
        if len(answers) > 1 and len(errors) == len(answers):
            return answers
        return {**answers, **{key: _spared(error) for key, error in errors.items()}}

    def _is_by_position(self, data: Mapping[str, Any], rows: Sequence[Located]) -> bool:
        """Whether the list has one item for each key, in the order of the keys: a record or a list."""
        items, lookup, keys = data[self.place.field], self.batch.lookup, self.batch.keys
        for name in self.place.item_path:
            items = items if isinstance(items, list) or items is None else items.get(name)
        if not lookup.key or not isinstance(items, list) or len(items) != len(keys):
            return False
        if not lookup.finds_one and not all(item is None or isinstance(item, list) for item in items):
            return False  # several rows of one key may stand in a flat list
        return all(row is None or text_key(value_at(row, lookup.key)) == keys[_indices(at)[0]] for at, row in rows)

    def _key_of(self, error: Any, rows: Sequence[Located], *, ordered: bool) -> Key:
        """The key of the row in which the error lies. An error outside all rows is raised for every key."""
        at, path = error_path(error), self.batch.lookup.key or ()
        indices = [index for index in _indices(at)[:1] if ordered and index < len(self.batch.keys)]
        keys = [text_key(value_at(row, path)) for place, row in rows if at[: len(place)] == place and path]
        key = self.batch.keys[indices[0]] if indices else next(iter(keys), None)
        if key is None or key not in self.batch.keys:
            raise self._unplaced(error)
        return key

    def _rows(self, name: str, data: Mapping[str, Any]) -> Iterator[Located]:
        """Every value in the place of a row, with its path in the response."""
        if name not in data:
            raise self._invalid(f"the response has no {name}")
        return self._below((name,), data[name], self.place.item_path)

    def _below(self, at: ResponsePath, value: Any, names: Sequence[str]) -> Iterator[Located]:
        if isinstance(value, list):
            for n, item in enumerate(value):
                yield from self._below((*at, n), item, names)
        elif value is None and _indices(at):
            yield at, None
        elif value is None:
            self._check_null(at)
        elif not names:
            yield at, value
        elif not isinstance(value, dict) or names[0] not in value:
            raise self._invalid(f"the response has nothing at items = {self.place.items}")
        else:
            yield from self._below((*at, names[0]), value[names[0]], names[1:])

    def _check_null(self, at: ResponsePath) -> None:
        """Raises InvalidResponse for null in place of a list. In place of the only record of a key, it is absence."""
        is_of_key = not self.place.keys and len(at) == 1
        if not (self._is_absence if is_of_key else "null" in self.place.absent):
            where = ".".join(map(str, at[1:])) or self.place.field
            raise self._invalid(f"{where} is null; if it means absence, say so with absent")

    def _checked(self, values: Iterable[Located]) -> list[Row]:
        located = list(values)
        rows = [row for _, row in located]
        if None in rows:
            raise self._null_row()
        if any(_indices(at) for at, row in located if not isinstance(row, dict)):
            raise InvalidRow(self.source, f"{self.batch.lookup.name}: a row is not an object")
        if not all(isinstance(row, dict) for row in rows):
            raise self._invalid("the response is not an object")
        if len(rows) > self.place.max_rows:
            raise self._invalid(f"more than max_rows = {self.place.max_rows} rows")
        return rows

    def _upstream(self, error: Any) -> SourceError:
        """An error of the service. Its message may hold a key, so the log does not show it."""
        extensions = error.get("extensions") if isinstance(error, dict) else None
        code = extensions.get("code") if isinstance(extensions, dict) else None
        default = SourceDown if error_path(error) else InvalidResponse
        kind = _CODES.get(code, default) if isinstance(code, str) else default
        where = ".".join(str(part) for part in error_path(error) if isinstance(part, str))
        reason = f"{self.batch.lookup.name}: {code or 'an error'} at {where or 'no field'}"
        if code in _OF_VARIABLES and not error_path(error):
            return InvalidResponse(self.source, reason, of_keys=True)
        return kind(self.source, reason)

    def _unplaced(self, error: Any) -> SourceError:
        """An error of the service where it is not known whose it is: that of a row, or of the whole response."""
        at = error_path(error)
        of_a_row = bool(_indices(at)) or (self.place.key_param is not None and at[:1] in self._aliases)
        upstream = self._upstream(error)
        return _spared(upstream) if of_a_row else upstream

    @property
    def _is_absence(self) -> bool:
        """Whether null in the place of a key says that it has no row."""
        return self.batch.lookup.finds_one or "null" in self.place.absent

    @property
    def _aliases(self) -> list[tuple[str]]:
        return [(f"k{n}",) for n in range(len(self.batch.keys))]

    def _null_row(self) -> InvalidRow:
        return InvalidRow(self.source, f"{self.batch.lookup.name}: a row is null")

    def _invalid(self, reason: str) -> InvalidResponse:
        return InvalidResponse(self.source, f"{self.batch.lookup.name}: {reason}")


def _spared(error: SourceError) -> SourceError:
    """An error of one key alone. Codes of a timeout and of a refusal keep their meaning."""
    if isinstance(error, SourceTimeout | UpstreamUnauthorized):
        return error
    return InvalidRow(error.source, error.reason)


def _indices(at: ResponsePath) -> list[int]:
    """The positions in lists on this path, the outermost first."""
    return [step for step in at if isinstance(step, int)]


def error_path(error: Any) -> ResponsePath:
    """The path of an error in the response; empty where the whole request was rejected."""
    path = error.get("path") if isinstance(error, dict) else None
    return tuple(path) if isinstance(path, list) else ()


def has_data(answer: Any) -> bool:
    """Whether the service executed the document."""
    return isinstance(answer, dict) and isinstance(answer.get("data"), dict)

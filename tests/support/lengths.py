"""Answers of a schema without systems: every list is as long as costs assume it at most, or shorter."""

import random
from typing import Any

import graphql
from graphql import GraphQLList, GraphQLNonNull, GraphQLResolveInfo

from gateway.config.query_rules import QueryRules
from gateway.limits.expressions import sized
from gateway.limits.model import CostModel

RULES = QueryRules()


class Answers:
    """Resolves every field of a schema by chance."""

    def __init__(self, model: CostModel, seed: int) -> None:
        self._model, self._random = model, random.Random(seed)  # noqa: S311  # a test

    def execute(self, document: graphql.DocumentNode, variables: dict[str, Any]) -> dict[str, Any]:
        result = graphql.execute_sync(
            self._model.schema,
            document,
            {},
            variable_values=variables,
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value["type"],
        )
        assert result.data is not None, result.errors
        return result.data

    def _resolve(self, parent: dict[str, Any], info: GraphQLResolveInfo, **arguments: Any) -> Any:
        if not isinstance(info.return_type, GraphQLNonNull) and self._random.random() < 0.1:
            return None
        cost = self._model.field(info.parent_type, info.field_name)
        kind = graphql.get_nullable_type(info.return_type)
        if cost.returned is None:
            return [] if isinstance(kind, GraphQLList) else self._leaf(kind)
        length = parent.get("page", RULES.page_size) if cost.is_entries else 1
        if cost.length is not None:
            value = next((arguments[name] for name in cost.length.maxima if arguments.get(name) is not None), None)
            length = sized(value, cost.length.assumed, max(cost.length.maxima.values(), default=0))
        if not isinstance(kind, GraphQLList):
            return self._object(cost.returned, length if cost.is_page else None)
        return [self._object(cost.returned, None) for _ in range(self._random.choice((length, min(length, 3), 0)))]

    def _object(self, kind: Any, page: int | None) -> dict[str, Any]:
        names = sorted(self._model.possible(kind))
        return {"type": self._random.choice(names)} | ({} if page is None else {"page": page})

    def _leaf(self, kind: Any) -> Any:
        if isinstance(kind, graphql.GraphQLEnumType):
            return next(iter(kind.values))
        return {"Int": 1, "Float": 1.0, "Boolean": True}.get(kind.name, "x")

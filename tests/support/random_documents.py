"""Documents over the whole schema, made from random choices."""

from random import Random
from typing import Any

import graphql

from gateway.execution.schema import GatewaySchema
from gateway.ids import global_id
from gateway.resolvers.records import NODES
from support.harness import Tables

SCHEMA = graphql.build_schema(GatewaySchema().as_str())
TIMES = {"asOf", "ageSeconds"}  # differ from one answer to the next
NO_RECORDS = {"sources"}
MAX_FIELDS, MAX_DEPTH = 60, 6
Composite = graphql.GraphQLObjectType | graphql.GraphQLInterfaceType | graphql.GraphQLUnionType


class Documents:
    """Makes documents that ask for records of these tables."""

    def __init__(self, random: Random, tables: Tables) -> None:
        self.random, self.tables = random, tables
        self.number = 0

    def document(self) -> str:
        """A document with one to three entry points."""
        query = SCHEMA.query_type
        assert query is not None
        roots = (self._root(query) for _ in range(self.random.randint(1, 3)))
        return "{ " + " ".join(roots) + " }"

    def _root(self, query: graphql.GraphQLObjectType) -> str:
        name, arguments = self._entry()
        self.number += 1
        inner = self._selection(graphql.get_named_type(query.fields[name].type), 0)
        return f"f{self.number}: {name}({arguments}) {inner}"

    def _entry(self) -> tuple[str, str]:
        fields = {"customer": "Customer", "billingAccount": "BillingAccount", "interaction": "Interaction"}
        choice = self.random.choice([*fields, "billingAccount", "customer", "node", "node", "search"])
        if choice == "search":
            return choice, f'text: "{self.random.choice(["ada", "zoe", "1 ELM ST", "1002", "5550199", "88002"])}"'
        kind = fields.get(choice) or self.random.choice([*NODES])
        row = self.random.choice(self.tables[kind])
        return choice, f'id: "{global_id(kind, row["id"])}"'

    def _selection(self, type_: Any, depth: int) -> str:
        if graphql.is_abstract_type(type_):
            possible = [*SCHEMA.get_possible_types(type_)]
            chosen = self.random.sample(possible, min(2, len(possible)))
            inner = [f"... on {each.name} {self._selection(each, depth)}" for each in chosen]
            return "{ __typename " + " ".join(inner) + " }"
        names = [name for name, field in type_.fields.items() if name not in TIMES and self._is_possible(field)]
        chosen_names = self.random.sample(names, min(len(names), self.random.randint(2, 7)))
        texts = [text for name in chosen_names if (text := self._field(name, type_.fields[name], depth))]
        return "{ __typename " + " ".join(texts) + " }"

    def _is_possible(self, field: graphql.GraphQLField) -> bool:
        return not any(graphql.is_required_argument(each) for each in field.args.values())

    def _field(self, name: str, field: graphql.GraphQLField, depth: int) -> str:
        named = graphql.get_named_type(field.type)
        is_leaf = graphql.is_leaf_type(named)
        if self.number >= MAX_FIELDS or (depth >= MAX_DEPTH and not is_leaf):
            return ""
        self.number += 1
        head = f"f{self.number}: {name}{self._arguments(field)}"
        return head if is_leaf else f"{head} {self._selection(named, depth + 1)}"

    def _arguments(self, field: graphql.GraphQLField) -> str:
        values = {name: self._value(name, each.type) for name, each in field.args.items() if self.random.random() < 0.4}
        texts = [f"{name}: {value}" for name, value in values.items() if value is not None]
        return f"({', '.join(texts)})" if texts else ""

    def _value(self, name: str, type_: Any) -> str | None:
        """A value of an argument; None for types that are left out."""
        type_ = graphql.get_nullable_type(type_)
        if graphql.is_list_type(type_):
            inner = self._value(name, type_.of_type)
            return inner and f"[{inner}]"
        if graphql.is_enum_type(type_):
            return self.random.choice([*type_.values])
        plain = {"Int": str(self.random.randint(1, 3)), "Boolean": self.random.choice(["true", "false"])}
        return plain.get(type_.name)

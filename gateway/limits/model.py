"""What each field of a schema costs, and how long its list is: its directives, read once."""

from dataclasses import dataclass
from math import ceil

import graphql

from gateway.config.limits import Limit, Limits
from gateway.config.query_rules import QueryRules
from gateway.limits.expressions import Constant, Expression, Size, sized
from gateway.resolvers.graph.costs import ENTRIES, LIST_SIZE, Cost, ListSize

INTROSPECTION = ("__schema", "__type")
DEFAULT_PAGE = Limits().page
UNLIMITED = 2**31  # larger than any Int
Composite = graphql.GraphQLObjectType | graphql.GraphQLInterfaceType | graphql.GraphQLUnionType
ONE = Constant(1)


@dataclass(frozen=True, slots=True)
class ListLength:
    """The length of a list: what the first of its arguments says that is present, up to its maximum."""

    assumed: int
    maxima: dict[str, int]

    def expression(self, node: graphql.FieldNode) -> Expression:
        values = {argument.name.value: argument.value for argument in node.arguments or ()}
        for name, maximum in self.maxima.items():
            value = values.get(name)
            if isinstance(value, graphql.VariableNode):
                return Size(value.name.value, self.assumed, maximum)
            if isinstance(value, graphql.ListValueNode):
                return Constant(len(value.values) if len(value.values) <= maximum else 0)
            if isinstance(value, graphql.IntValueNode):
                return Constant(sized(int(value.value), self.assumed, maximum))
        return Constant(self.assumed)


@dataclass(frozen=True, slots=True)
class FieldCost:
    """What a field costs.

    weight: of each call.
    returned: the type of its objects; None for a leaf.
    length: of its list, or of the entries of the page that it returns.
    is_page: whether `length` is that of the entries.
    is_entries: whether it is such a list of entries, as long as its page says.
    """

    weight: int
    returned: Composite | None
    length: ListLength | None
    is_page: bool
    is_entries: bool


class CostModel:
    """The costs of a schema under these rules. Lives as long as the application."""

    def __init__(self, schema: graphql.GraphQLSchema, rules: QueryRules, page: Limit = DEFAULT_PAGE) -> None:
        self.schema = schema
        self._page_size = rules.page_size
        self._maxima = {
            "first": int(min(page.bound, UNLIMITED)),
            "ids": rules.max_nodes,
            "months": 12 * rules.history_years,
        }
        self._lengths = _introspection_lengths(schema)
        self._fields: dict[tuple[str, str], FieldCost] = {}
        self._possible: dict[str, frozenset[str]] = {}

    def field(self, parent: Composite, name: str) -> FieldCost:
        key = (parent.name, name)
        cost = self._fields.get(key)
        if cost is None:
            cost = self._fields[key] = self._field_cost(parent, name)
        return cost

    def possible(self, kind: Composite) -> frozenset[str]:
        """The names of the types that an object of a type may have."""
        names = self._possible.get(kind.name)
        if names is None:
            abstract = not isinstance(kind, graphql.GraphQLObjectType)
            types = self.schema.get_possible_types(kind) if abstract else (kind,)  # type: ignore[arg-type]
            names = self._possible[kind.name] = frozenset(each.name for each in types)
        return names

    def type_of(self, condition: graphql.NamedTypeNode | None, parent: Composite) -> Composite:
        """The type of the selections of an inline fragment, or of another one, inside a type."""
        if condition is None or isinstance(parent, graphql.GraphQLObjectType):
            return parent
        return self.schema.type_map[condition.name.value]  # type: ignore[return-value]  # the document is valid

    def _field_cost(self, parent: Composite, name: str) -> FieldCost:
        field = self.schema.get_field(parent, name)
        if field is None:
            raise LookupError(f"{parent.name} has no field {name}")  # a document is validated before
        declared = field.extensions.get("strawberry-definition")
        directives = declared.directives if declared else ()
        weight = next((int(each.weight) for each in directives if isinstance(each, Cost)), 0)
        size = next((each for each in directives if isinstance(each, ListSize)), None)
        kind = graphql.get_named_type(field.type)
        if graphql.is_leaf_type(kind):
            return FieldCost(weight, None, None, is_page=False, is_entries=False)
        is_page = bool(size and size.sized_fields)
        is_list = isinstance(graphql.get_nullable_type(field.type), graphql.GraphQLList)
        length = self._length(f"{parent.name}.{name}", size) if is_list or is_page else None
        is_entries = name in ENTRIES and is_list and size is None
        return FieldCost(weight, kind, length, is_page, is_entries)  # type: ignore[arg-type]  # neither leaf nor input

    def _length(self, name: str, size: ListSize | None) -> ListLength:
        if size is None:
            return ListLength(self._lengths.get(name, LIST_SIZE), {})
        arguments = size.slicing_arguments or ()
        assumed = self._page_size if "first" in arguments else size.assumed_size
        return ListLength(assumed, {each: self._maxima.get(each, UNLIMITED) for each in arguments})

    def default_page(self) -> Expression:
        """The length of a page of which nothing is said."""
        return Constant(self._page_size)


def _introspection_lengths(schema: graphql.GraphQLSchema) -> dict[str, int]:
    """The mean lengths of the lists of introspection, rounded up."""
    types = schema.type_map.values()
    fields = [field for each in types for field in getattr(each, "fields", {}).values()]
    inputs = [each for each in types if isinstance(each, graphql.GraphQLInputObjectType)]
    enums = [each for each in types if isinstance(each, graphql.GraphQLEnumType)]
    objects = [each for each in types if isinstance(each, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType)]
    abstract = [each for each in types if isinstance(each, graphql.GraphQLInterfaceType | graphql.GraphQLUnionType)]

    def mean(total: int, of: int = len(schema.type_map)) -> int:
        return max(1, ceil(total / of))

    return {
        "__Schema.types": len(schema.type_map),
        "__Schema.directives": len(schema.directives),
        "__Type.fields": mean(len(fields) - sum(len(each.fields) for each in inputs)),
        "__Type.inputFields": mean(sum(len(each.fields) for each in inputs)),
        "__Type.enumValues": mean(sum(len(each.values) for each in enums)),
        "__Type.interfaces": mean(sum(len(each.interfaces) for each in objects)),
        "__Type.possibleTypes": mean(sum(len(schema.get_possible_types(each)) for each in abstract)),
        "__Field.args": mean(sum(len(getattr(each, "args", {})) for each in fields), len(fields)),
        "__Directive.args": mean(sum(len(each.args) for each in schema.directives), len(schema.directives)),
    }

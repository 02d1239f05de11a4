"""The schema is printed, described, and valid for the example queries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_introspection_query,
    parse,
    validate,
    visit,
)
from graphql.validation import NoDeprecatedCustomRule
from support.documents import NAMES, document

from gateway.execution.schema import GatewaySchema
from gateway.limits.document_size import document_size
from gateway.server.graphiql import QUERIES

PRINTED = Path(__file__).parent.parent.parent / "schema.graphql"
SCHEMA = GatewaySchema()
CORE = SCHEMA._schema  # noqa: SLF001  # Strawberry shows it nowhere else
OURS = {name: kind for name, kind in CORE.type_map.items() if not name.startswith("__")}
BUILTIN = {"Boolean", "Int", "Float", "String", "ID"}


def test_schema_graphql_is_current() -> None:
    assert PRINTED.read_text(encoding="utf-8").strip() == SCHEMA.as_str().strip(), "run `make schema`"


def test_every_type_is_described() -> None:
    assert [name for name, kind in OURS.items() if not kind.description and name not in BUILTIN] == []


def fields() -> Iterator[tuple[str, str, str | None]]:
    """Every field and every argument: type, name, description."""
    kinds = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)
    for name, kind in OURS.items():
        if isinstance(kind, kinds):
            for field_name, field in kind.fields.items():
                yield name, field_name, field.description
                for argument, value in getattr(field, "args", {}).items():
                    yield name, f"{field_name}({argument})", value.description


def test_every_field_and_argument_is_described() -> None:
    assert [f"{kind}.{field}" for kind, field, description in fields() if not description] == []


def test_descriptions_are_sentences() -> None:
    texts = [(f"{kind}.{field}", text) for kind, field, text in fields() if text]
    assert [name for name, text in texts if not text[0].isupper() or "\n" in text] == []


def test_enum_values_are_upper_case() -> None:
    words = [value for kind in OURS.values() if isinstance(kind, GraphQLEnumType) for value in kind.values]
    assert [word for word in words if word != word.upper()] == []


def test_every_custom_scalar_names_its_specification() -> None:
    scalars = [kind for name, kind in OURS.items() if isinstance(kind, GraphQLScalarType) and name not in BUILTIN]
    assert scalars
    assert [kind.name for kind in scalars if not (kind.specified_by_url or "").startswith("https://")] == []


@pytest.mark.parametrize("file", sorted(QUERIES.glob("*.graphql")), ids=lambda file: file.stem)
def test_example_queries_are_valid_and_within_the_limits(file: Path) -> None:
    document = parse(file.read_text(encoding="utf-8"))
    assert validate(CORE, document) == []
    assert validate(CORE, document, [NoDeprecatedCustomRule]) == []
    size = document_size(document)
    assert size.fields <= 1_000
    assert size.depth <= 15


def test_the_introspection_query_is_valid() -> None:
    document = SCHEMA.documents.get(get_introspection_query())
    assert document.errors == ()


def test_a_field_that_may_refuse_its_arguments_is_nullable() -> None:
    # A refused argument costs its field; a field that cannot be null would cost its neighbors, too.
    kinds = [kind for kind in OURS.values() if isinstance(kind, GraphQLObjectType)]
    taking = [(f"{kind.name}.{name}", each.type) for kind in kinds for name, each in kind.fields.items() if each.args]
    never_null = [name for name, kind in taking if isinstance(kind, GraphQLNonNull)]
    assert [name for name in never_null if not name.endswith("State")] == []  # a state is UNKNOWN then


@pytest.mark.parametrize("name", NAMES)
def test_shipped_documents_select_the_state_of_what_may_be_null(name: str) -> None:
    schema = build_schema(PRINTED.read_text(encoding="utf-8"))
    info, missing = TypeInfo(schema), list[str]()

    class States(Visitor):
        def enter_selection_set(self, node: SelectionSetNode, *_: object) -> None:
            of = info.get_parent_type()
            if not isinstance(of, GraphQLObjectType | GraphQLInterfaceType) or of is schema.query_type:
                return  # an unknown page as a whole has an error, and nothing to show
            names = {field.name.value for field in node.selections if isinstance(field, FieldNode)}
            missing.extend(each for each in names if f"{each}State" in of.fields and f"{each}State" not in names)

    visit(parse(document(name)), TypeInfoVisitor(info, States()))
    assert missing == []

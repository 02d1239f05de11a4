"""Prose and names keep the rules of docs/contributing.md that a program can check."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import build_schema
from graphql.type import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    specified_directives,
)

ROOT = Path(__file__).parent.parent
ROOMS = ("gateway", "gateway_demo", "bench", "docs")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
WORDS_IN_A_SENTENCE = 20
WORDS_IN_A_TEST_NAME = 10

# Words that hide their noun, or that have a plainer one.
BANNED = re.compile(
    r"\b(anew|who(?:m)?ever|nobody|somebody|lately|so many|(?:is|are|was|were) told|who asks|whichever|"
    r"meanwhile|thereof|whereof|wherein|forsooth|no more than is|of which (?:some|none))\b",
    re.IGNORECASE,
)
# Participles say that something happened to a value, not what the value is.
VARIABLES = {"told", "said", "found", "asked", "known", "made", "own", "kept", "heard", "wanted", "shown"}
VARIABLES |= {"given_up", "aloft"}


def files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "lineno", 1), text


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not re.match(r"#\s*(noqa|type:)", token.string):
            yield token.start[0], token.string


def sentences(text: str) -> list[str]:
    """The prose of a docstring: without tables, code and `name: text` heads."""
    plain = re.sub(r"`[^`]*`", "x", text)
    plain = re.sub(r"^\s*[\w, ]+: ", "\n\n", plain, flags=re.MULTILINE)
    blocks = re.split(r"\n\s*\n|\n(?=\s*[-*|])", plain)
    return [each for block in blocks for each in re.split(r"(?<=[.!?:;])\s+", " ".join(block.split())) if each]


def texts(file: Path) -> Iterator[tuple[int, str]]:
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source)
    yield from docstrings(tree)
    yield from comments(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value


def names_bound(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every variable, parameter and attribute that a file binds, but not the values of enums."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assigns = [each for cls in classes for each in cls.body if isinstance(each, ast.Assign)]
    enum_values = {target for assign in assigns for target in assign.targets}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in enum_values:
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def words(text: str) -> int:
    return len(re.findall(r"[\w'-]+", text))


def faults_of(file: Path) -> list[str]:
    where = file.relative_to(ROOT)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    faults = [f"{where}:{line}: says {match[0]!r}" for line, text in texts(file) for match in BANNED.finditer(text)]
    faults += [
        f"{where}:{line}: a sentence of {words(each)} words: {each[:60]}..."
        for line, text in docstrings(tree)
        for each in sentences(text)
        if words(each) > WORDS_IN_A_SENTENCE
    ]
    return faults


def participles_of(file: Path) -> list[str]:
    """Variables of a file that are only a participle."""
    where, tree = file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"))
    return [
        f"{where}:{line}: a variable `{name}`"
        for line, name in names_bound(tree)
        if name.lower().strip("_") in VARIABLES
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_code_is_written_plainly(room: str) -> None:
    assert [fault for file in files(room) for fault in faults_of(file)] == []


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_no_variable_is_only_a_participle(room: str) -> None:
    assert [fault for file in files(room) for fault in participles_of(file)] == []


def test_tests_have_short_names() -> None:
    long = [
        node.name
        for file in files("tests")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and len(node.name.split("_")) - 1 > WORDS_IN_A_TEST_NAME
    ]
    assert long == []


def test_pages_are_written_plainly() -> None:
    texts_of_pages = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
    assert [(name, each[0]) for name, text in texts_of_pages.items() for each in BANNED.finditer(text)] == []


def descriptions() -> Iterator[tuple[str, str | None]]:
    """Every description of the schema, by the name of what it describes."""
    schema = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"), assume_valid_sdl=True)
    for directive in schema.directives:
        if directive.name not in {each.name for each in specified_directives}:
            yield f"@{directive.name}", directive.description
    for name, kind in schema.type_map.items():
        if name.startswith("__") or kind.ast_node is None:
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            yield from ((f"{name}.{field}", each.description) for field, each in kind.fields.items())
        elif isinstance(kind, GraphQLEnumType):
            described = ((value, each.description) for value, each in kind.values.items() if each.description)
            yield from ((f"{name}.{value}", text) for value, text in described)


def test_every_description_of_the_schema_is_a_sentence() -> None:
    poor = [
        f"{name}: {text!r}"
        for name, text in descriptions()
        if not text or words(text) < 2 or BANNED.search(text) or not text.rstrip().endswith((".", ")"))
    ]
    assert poor == []


def test_sentences_of_the_schema_are_short() -> None:
    long = [
        f"{name}: {each}"
        for name, text in descriptions()
        for each in sentences(text or "")
        if words(each) > WORDS_IN_A_SENTENCE
    ]
    assert long == []

"""Diagnostics of catalog tables: every error at once, each with its path.

msgspec stops at the first error, and its messages are for programmers; here each word is converted alone.
No message shows a value: it may be a secret.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import inspect

Path = tuple[str, ...]
Diagnostics = list[tuple[Path, str]]


def validate_table(
    table: Mapping[str, Any],
    into: type[msgspec.Struct],
    *,
    strict: bool = False,
    other_words: Iterable[str] = (),
) -> Diagnostics:
    """Return every error, as the path inside the table and a sentence.

    `other_words` of the same table are read elsewhere; messages list them as valid words.
    """
    return list(_struct(table, into, (), strict=strict, other_words=other_words))


def _struct(
    table: Mapping[str, Any], into: Any, at: Path, *, strict: bool, other_words: Iterable[str] = ()
) -> Iterator[tuple[Path, str]]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(into)}
    tag, words = into.__struct_config__.tag_field, ", ".join(sorted({*fields, *other_words}))
    for word in sorted(set(table) - {*fields, tag}):
        yield (*at, word), f"{_dotted(at, word)} is an unknown word; there are {words}"
    for word, field in fields.items():
        if word in table:
            yield from _value(table[word], field.type, (*at, word), strict=strict)
        elif field.required:
            yield at, f"the word {_dotted(at, word)} is missing"


def _value(value: Any, kind: Any, at: Path, *, strict: bool) -> Iterator[tuple[Path, str]]:
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError:
        yield from _explain(value, kind, at, strict=strict)


def _explain(value: Any, kind: Any, at: Path, *, strict: bool) -> Iterator[tuple[Path, str]]:
    structs = [one for one in _members(kind) if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    if not structs or not isinstance(value, Mapping):
        yield at, f"{'.'.join(at)} must be {_describe(inspect.type_info(kind))}"
        return
    tag = structs[0].__struct_config__.tag_field
    by_tag = {struct.__struct_config__.tag: struct for struct in structs}
    chosen = structs[0] if tag is None else by_tag.get(str(value.get(tag)))
    if chosen is None:
        yield (*at, str(tag)), f"{_dotted(at, str(tag))} must be {_choice(by_tag)}"
        return
    errors = list(_struct(value, chosen, at, strict=strict))
    yield from errors or [(at, f"{'.'.join(at)} does not fit")]


def _members(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _describe(kind: inspect.Type) -> str:
    match kind:
        case inspect.UnionType(types=types):
            others = [one for one in types if not isinstance(one, inspect.NoneType | inspect.BoolType)]
            # Beside other types only `false` is useful: it switches the policy off.
            switch = "false" if others else "true or false"
            has_bool = any(isinstance(one, inspect.BoolType) for one in types)
            alternatives = [*map(_describe, others), *([switch] if has_bool else [])]
            return " or ".join(dict.fromkeys(alternatives))
        case inspect.LiteralType(values=values):
            return _choice(values)
        case inspect.IntType() | inspect.FloatType():
            return ("a whole number" if isinstance(kind, inspect.IntType) else "a number") + _bounds(kind)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return f"a list, each {_describe(item)}"
        case inspect.DictType(value_type=value):
            return f"a table, each {_describe(value)}"
        case _:
            return _NAMES.get(type(kind), "a table")


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    bounds = (("at least", kind.ge), ("more than", kind.gt), ("at most", kind.le), ("less than", kind.lt))
    phrases = [f"{words} {bound}" for words, bound in bounds if bound is not None]
    return f", {' and '.join(phrases)}" if phrases else ""


def _choice(values: Iterable[Any]) -> str:
    return f"one of {', '.join(sorted(map(str, values)))}"


def _dotted(at: Path, word: str) -> str:
    return ".".join((*at, word))


_NAMES: Mapping[type, str] = {
    inspect.StrType: "text",
    inspect.BoolType: "true or false",
    inspect.AnyType: "a value",
}

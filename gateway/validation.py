"""Everything that keeps a table of the catalog from being what it must be, not only the first of it.

msgspec stops at the first word that does not fit, and speaks to programmers; here every word is tried alone.
No sentence shows a value: it may be a secret.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import inspect

Path = tuple[str, ...]
Diagnostics = list[tuple[Path, str]]


def validate_table(
    table: Mapping[str, Any], into: type[msgspec.Struct], *, strict: bool = False, beside: Iterable[str] = ()
) -> Diagnostics:
    """What is wrong, each in a sentence with its path inside the table; empty where all of it fits.

    `beside` are words that stand in the same table and are read by somebody else: they are named as well.
    """
    return list(_struct(table, into, (), strict=strict, beside=beside))


def _struct(
    table: Mapping[str, Any], into: Any, at: Path, *, strict: bool, beside: Iterable[str] = ()
) -> Iterator[tuple[Path, str]]:
    fields = {each.encode_name: each for each in msgspec.structs.fields(into)}
    tag, words = into.__struct_config__.tag_field, ", ".join(sorted({*fields, *beside}))
    for word in sorted(set(table) - {*fields, tag}):
        yield (*at, word), f"{_dotted(at, word)} is an unknown word; there are {words}"
    for word, each in fields.items():
        if word in table:
            yield from _value(table[word], each.type, (*at, word), strict=strict)
        elif each.required:
            yield at, f"the word {_dotted(at, word)} is missing"


def _value(value: Any, kind: Any, at: Path, *, strict: bool) -> Iterator[tuple[Path, str]]:
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError:
        yield from _why(value, kind, at, strict=strict)


def _why(value: Any, kind: Any, at: Path, *, strict: bool) -> Iterator[tuple[Path, str]]:
    structs = [each for each in _members(kind) if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    if not structs or not isinstance(value, Mapping):
        yield at, f"{'.'.join(at)} must be {_described(inspect.type_info(kind))}"
        return
    tag = structs[0].__struct_config__.tag_field
    tagged = {each.__struct_config__.tag: each for each in structs}
    chosen = structs[0] if tag is None else tagged.get(str(value.get(tag)))
    if chosen is None:
        yield (*at, str(tag)), f"{_dotted(at, str(tag))} must be {_choice(tagged)}"
        return
    found = list(_struct(value, chosen, at, strict=strict))
    yield from found or [(at, f"{'.'.join(at)} does not fit")]


def _members(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _described(kind: inspect.Type) -> str:
    match kind:
        case inspect.UnionType(types=types):
            others = [each for each in types if not isinstance(each, inspect.NoneType | inspect.BoolType)]
            said = [_described(each) for each in others]
            # Beside anything else only `false` is of use: it switches off what the others say.
            off = ["false"] if others else ["true or false"]
            whether = any(isinstance(each, inspect.BoolType) for each in types)
            return " or ".join(dict.fromkeys([*said, *(off if whether else [])]))
        case inspect.LiteralType(values=values):
            return _choice(values)
        case inspect.IntType() | inspect.FloatType():
            return ("a whole number" if isinstance(kind, inspect.IntType) else "a number") + _bounds(kind)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return f"a list, each {_described(item)}"
        case inspect.DictType(value_type=value):
            return f"a table, each {_described(value)}"
        case _:
            return _NAMES.get(type(kind), "a table")


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    bounds = (("at least", kind.ge), ("more than", kind.gt), ("at most", kind.le), ("less than", kind.lt))
    said = [f"{words} {bound}" for words, bound in bounds if bound is not None]
    return f", {' and '.join(said)}" if said else ""


def _choice(values: Iterable[Any]) -> str:
    return f"one of {', '.join(sorted(map(str, values)))}"


def _dotted(at: Path, word: str) -> str:
    return ".".join((*at, word))


_NAMES: Mapping[type, str] = {
    inspect.StrType: "text",
    inspect.BoolType: "true or false",
    inspect.AnyType: "a value",
}

"""Diagnostics of catalog tables: every error at once, each with its path.

msgspec stops at the first error, and its messages are for programmers; here each word is converted alone.
No message shows a value: it may be a secret.
"""

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import inspect

Path = tuple[str, ...]
TableErrors = list[tuple[Path, str]]


class WordErrors(ValueError):
    """Errors of words that have the right type, each with its path in the table."""

    def __init__(self, errors: TableErrors) -> None:
        super().__init__("; ".join(message for _, message in errors))
        self.errors = errors


def validate_table(
    table: Mapping[str, Any],
    into: type[msgspec.Struct],
    at: Path = (),
    *,
    strict: bool = False,
    other_words: Iterable[str] = (),
) -> TableErrors:
    """Return every error, as a path that begins with `at` and a sentence.

    `other_words` of the same table are read elsewhere; messages list them as valid words.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(into)}
    tag, words = into.__struct_config__.tag_field, ", ".join(sorted({*fields, *other_words}))
    errors: TableErrors = []
    for word in sorted(set(table) - {*fields, tag}):
        errors.append(((*at, word), f"{_dotted(at, word)} is an unknown word; there are {words}"))
    for word, field in fields.items():
        if word in table:
            errors += _value_errors(table[word], field.type, (*at, word), strict=strict)
        elif field.required:
            errors.append((at, f"the word {_dotted(at, word)} is missing"))
    return errors


def _value_errors(value: Any, kind: Any, at: Path, *, strict: bool) -> TableErrors:
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError:
        return _explain(value, kind, at, strict=strict)
    return []


def _explain(value: Any, kind: Any, at: Path, *, strict: bool) -> TableErrors:
    members = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    structs = [one for one in members if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    if not structs or not isinstance(value, Mapping):
        return [(at, f"{'.'.join(at)} must be {_describe(inspect.type_info(kind))}")]
    tag = structs[0].__struct_config__.tag_field
    by_tag = {struct.__struct_config__.tag: struct for struct in structs}
    chosen = structs[0] if tag is None else by_tag.get(str(value.get(tag)))
    if chosen is None:
        return [((*at, str(tag)), f"{_dotted(at, str(tag))} must be {_choice(by_tag)}")]
    return validate_table(value, chosen, at, strict=strict) or [(at, f"{'.'.join(at)} does not fit")]


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


_NAMES: Mapping[type, str] = {inspect.StrType: "text", inspect.BoolType: "true or false", inspect.AnyType: "a value"}

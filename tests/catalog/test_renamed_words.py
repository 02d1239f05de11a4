"""A catalog word that was renamed is refused with its line and its new name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.catalogs import catalog, catalog_errors

from docs.reference import word_reference
from gateway.catalog.renamed_words import ACCEPTED, RENAMED
from gateway.contract.record import has_fields, split_optional, stored_fields
from gateway.resolvers.records import RECORDS

PLACE = 'by.id = {{ get = "/b", keys = "ids", {} }}\n'
ROOT = Path(__file__).parents[2]
CASES = [(pattern, old, new) for pattern, words in RENAMED.items() for old, new in words.items()]


@pytest.mark.parametrize(("pattern", "old", "new"), [case for case in CASES if case[1] not in ACCEPTED])
def test_a_renamed_word_is_refused_with_its_new_name(pattern: str, old: str, new: str) -> None:
    header = pattern.replace("**", "deep.inside").replace("records.*", "records.Bill").replace("*", "id")
    errors = catalog_errors(f"# a comment\n[{header}]\n{old} = 1\n")
    assert f"catalog.toml:3: `{old}` was renamed; use `{new}` instead" in errors
    assert not any(f"{old} is an unknown word" in error for error in errors)


def test_the_old_name_of_a_page_size_is_still_read() -> None:
    paging = 'paging = { style = "offset", offset = "skip", size_name = "take", size = 0 }'
    errors = catalog_errors(
        f'[sources.x]\nkind = "rest"\nurl = "http://x"\n[records.Bill]\nsource = "x"\n{PLACE.format(paging)}'
    )
    assert not any("size_name" in error or "size_param" in error for error in errors)
    assert any("paging.size must be" in error for error in errors)


def test_a_word_inside_a_renamed_table_is_refused_too() -> None:
    errors = catalog_errors('[sources.x]\nkind = "memory"\nkeep = { ttl = 1, absent = "x" }\n[records]\n')
    assert errors[:2] == [
        "catalog.toml:3: `keep` was renamed; use `cache` instead",
        "catalog.toml:3: `absent` was renamed; use `negative_ttl` instead",
    ]
    assert any(error.startswith("catalog.toml:3: sources.x: cache.negative_ttl must be") for error in errors)


def test_a_code_named_like_an_old_word_is_accepted() -> None:
    text = '[records.Bill.fields.status]\npath = "s"\nvalues = { form = "PENDING", words = "CANCELED" }\n'
    assert not any("renamed" in error for error in catalog_errors(text))
    assert "catalog.toml:3: `words` was renamed; use `values` instead" in catalog_errors(
        text.replace("values", "words")
    )


def test_every_new_word_exists_and_no_old_word_does() -> None:
    words = {(row.table, row.word.rpartition(".")[2]) for row in word_reference()}
    for _, old, new in CASES:
        assert any(word == new for _, word in words)
        assert old not in {word for table, word in words if new in {w for t, w in words if t == table}}


def _field_names(cls: type) -> Iterator[str]:
    for name, hint in stored_fields(cls).items():
        yield name
        kind = split_optional(hint)[0]
        for inner in (kind, *getattr(kind, "__args__", ())):
            if has_fields(inner):
                yield from _field_names(inner)


def test_no_record_field_has_the_name_of_a_renamed_word() -> None:
    names = {name for record in RECORDS.values() for name in _field_names(record)}
    assert not names & set(RENAMED["records.*.fields.**"])


@pytest.mark.parametrize("words", ['by.account_id = { field = "a", key_param = "of" }',
                                   'defaults = { field = "a", key_param = "of" }\nby.account_id = {}',
                                   'defaults = { field = "a", key = "of" }\nby.account_id = {}'])  # fmt: skip
def test_a_lookup_names_the_parameter_of_one_key(words: str) -> None:
    fields = "".join(f'fields.{name} = "{name}"\n' for name in ("id", "account_id", "alert_type", "since"))
    source = '[sources.g]\nkind = "graphql"\nurl = "http://x"\n[records.AccountAlert]\nsource = "g"\n'
    lookup = catalog(f"{source}{words}\n{fields}").entries["AccountAlert", "account_id"].lookup
    assert (lookup.key, getattr(lookup.place, "key_param", None)) == (("account_id",), "of")

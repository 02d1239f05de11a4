"""Message catalogs are whole: every message of the code has its translation, with the same placeholders."""

from string import Formatter
from typing import Any

import pytest

from docs.messages import Message, messages, renewed
from gateway.languages.locales import LANGUAGES, LOCALES, using
from gateway.languages.texts import SOURCE, catalog_text, read_catalog, translated, translated_plural

OTHERS = [language for language in LANGUAGES if language != SOURCE]
ALL = sorted({message._replace(note="") for message in messages()}, key=str)


def placeholders(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_is_as_the_code_makes_it(language: str) -> None:
    assert renewed(language) == catalog_text(language), "run `make messages`, and translate what is new"


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language: str) -> None:
    entries = [entry for entry in read_catalog(language) if entry.id]
    assert len(entries) == len({(message.text, message.context) for message in ALL})
    assert [entry.id for entry in entries if entry.fuzzy or not all(texts(entry.string))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    for entry in read_catalog(language):
        if not entry.id:
            continue
        expected = placeholders(*texts(entry.id))
        assert placeholders(*texts(entry.string)) == expected, entry.id
        # The plural has all of them: the singular may say a number in words.
        assert placeholders(texts(entry.string)[-1]) == placeholders(texts(entry.id)[-1]), entry.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_code_finds_each_translation(language: str) -> None:
    entries = {(entry.id, entry.context): entry.string for entry in read_catalog(language)}
    with using(LOCALES[f"{language}-us"]):
        for message in ALL:
            assert found(message) == texts(entries[message.text, message.context]), message


def found(message: Message) -> tuple[str, ...]:
    """What the code says for a message, in all its forms."""
    if isinstance(message.text, str):
        return (translated(message.text, message.context),)
    one, other = message.text
    return translated_plural(one, other, 1), translated_plural(one, other, 2)


def test_english_is_what_the_code_says() -> None:
    for message in ALL:
        assert found(message) == texts(message.text)

"""Texts of the gateway in the language of the request.

Texts are written in English where they are used. A message catalog (`es.po`) has them in another language. It is
read once, when the process starts: nothing is compiled, and an installation needs no further step.
"""

import gettext
import io
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from gateway.languages.locales import LANGUAGES, current

SOURCE: Final = LANGUAGES[0]


def catalog_text(language: str) -> str:
    """The message catalog of a language as it is written."""
    return files(__package__).joinpath(f"{language}.po").read_text(encoding="utf-8")


def read_catalog(language: str) -> Catalog:
    return read_po(io.StringIO(catalog_text(language)), locale=language, abort_invalid=True)


def _translations(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


_TRANSLATIONS: Final[Mapping[str, gettext.NullTranslations]] = {name: _translations(name) for name in LANGUAGES}


def translated(message: str, context: str | None = None) -> str:
    """A message in the language of the request; itself where no catalog has it."""
    language = current().language
    if language == SOURCE or not message:  # the empty message is the head of a catalog
        return message
    translations = _TRANSLATIONS[language]
    return translations.gettext(message) if context is None else translations.pgettext(context, message)


def translated_plural(one: str, other: str, number: int) -> str:
    """The message for a number, in the language of the request."""
    return _TRANSLATIONS[current().language].ngettext(one, other, abs(number))

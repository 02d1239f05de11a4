"""Locales: those that numbers and days are written in, and the one of a request, in which texts are written, too."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.localedata import load

from gateway.errors import BadInput
from gateway.errors.reasons import Reason

DEFAULT: Final = "en-US"
LANGUAGES: Final = ("en", "es")  # those with texts; the first is that of the code
# Each locale that is used costs memory for the life of the process, so a caller may not choose any of hundreds.
NAMES: Final = """
cs-CZ da-DK de-AT de-CH de-DE en-AU en-CA en-GB en-IE en-NZ en-US es-ES es-MX es-US fi-FI fr-BE fr-CA fr-CH
fr-FR hu-HU it-IT ja-JP ko-KR nb-NO nl-BE nl-NL pl-PL pt-BR pt-PT ro-RO sv-SE tr-TR uk-UA vi-VN zh-CN zh-TW
"""
LOCALES: Final = {name.lower(): Locale.parse(name, sep="-") for name in str.split(NAMES)}
TEXT_LOCALES: Final = {name: locale for name, locale in LOCALES.items() if locale.language in LANGUAGES}
# Of a language without a region, or with another one: that of the United States.
_BY_LANGUAGE: Final = {language: LOCALES[f"{language}-us"] for language in LANGUAGES}
_WEIGHT: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_MAX_HEADER: Final = 500  # characters; real ones are shorter

# A request sets its own, and a task inherits that of its request. Titles and labels are written deep inside records.
_CURRENT: ContextVar[Locale] = ContextVar("locale", default=LOCALES[DEFAULT.lower()])
_loaded: Final[set[Locale]] = set()  # of the application: Babel keeps their data for the life of the process


def current() -> Locale:
    """The locale of the request."""
    return _CURRENT.get()


@contextmanager
def using(locale: Locale) -> Iterator[None]:
    """Write texts in this locale."""
    token = _CURRENT.set(locale)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def tag(locale: Locale) -> str:
    """The name of a locale in headers: en-US."""
    return str(locale).replace("_", "-")


def locale_of(name: str | None) -> Locale:
    """The locale of a name, in any case; that of the request for None. Raises BadInput for an unlisted one."""
    locale = current() if name is None else LOCALES.get(name.lower())
    if locale is None:
        message = f"locale is not one of {', '.join(str.split(NAMES))}."
        raise BadInput(message, Reason.UNKNOWN_LOCALE, "locale")
    return locale


def text_locale(name: str) -> Locale:
    """The locale of a name in which texts can be written. Raises ValueError for another."""
    try:
        return TEXT_LOCALES[name.lower()]
    except KeyError:
        raise ValueError(name) from None


def accepted(header: str, default: Locale) -> Locale:
    """The locale with texts that `Accept-Language` likes best (RFC 9110, 12.5.4; RFC 4647, 3.4), else the default."""
    return _accepted(header[:_MAX_HEADER].lower(), default) if header else default


@lru_cache(maxsize=256)
def _accepted(header: str, default: Locale) -> Locale:
    weights = dict(map(_weighted, header.split(",")))
    refused = {name for name, weight in weights.items() if weight == 0}
    for name in sorted(weights, key=lambda name: -weights[name]):  # stable: of equal weights, the first
        locale = default if name == "*" else _looked_up(name, default)
        if weights[name] and locale and not {tag(locale).lower(), locale.language} & refused:
            return locale
    return default


def _weighted(entry: str) -> tuple[str, float]:
    """A language range and its weight; one that cannot be read has none."""
    name, *parameters = "".join(entry.split()).split(";")
    if not parameters:
        return name, 1.0
    match = _WEIGHT.fullmatch(parameters[0])
    return name, float(match[1]) if match else 0.0


def _looked_up(name: str, default: Locale) -> Locale | None:
    """The locale of a language range, or of its language: es-AR is answered in es-US."""
    language = name.partition("-")[0]
    if name not in TEXT_LOCALES and language == default.language:
        return default
    return TEXT_LOCALES.get(name) or _BY_LANGUAGE.get(language)


def is_loaded(locale: Locale) -> bool:
    """Whether the data of a locale is in memory."""
    return locale in _loaded


def load_data(locale: Locale) -> None:
    """Read the data of a locale, which takes some ten milliseconds once."""
    load(str(locale))
    _loaded.add(locale)


async def ready(locale: Locale) -> Locale:
    """The locale, its data read without holding up the event loop."""
    if not is_loaded(locale):
        await asyncio.to_thread(load_data, locale)
    return locale


for _name in _BY_LANGUAGE.values():
    load_data(_name)

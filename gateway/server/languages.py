"""The language of an answer: what the request asks for, and what the response says."""

from collections.abc import Mapping
from typing import Any

from babel import Locale
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.languages.locales import TEXT_LOCALES, accepted, ready, tag, text_locale

ARGUMENT = "extensions.locale"


async def request_locale(request: Request, extensions: Mapping[str, Any] | None, default: Locale) -> Locale:
    """The locale of a request: its own `extensions.locale`, else what `Accept-Language` likes best, else the default.

    BadInput for an `extensions.locale` without texts. An unknown language in the header is no error.
    """
    wish = (extensions or {}).get("locale")
    if wish is None:
        return await ready(accepted(request.headers.get("accept-language", ""), default))
    try:
        return await ready(text_locale(wish))
    except (ValueError, AttributeError):
        names = ", ".join(map(tag, TEXT_LOCALES.values()))
        message = f"`{ARGUMENT}` of a request is one of {names}."
        raise BadInput(message, Reason.UNKNOWN_LOCALE, ARGUMENT) from None


def say_language(response: Response, locale: Locale) -> Response:
    """Name the language of the texts in a response."""
    response.headers["content-language"] = tag(locale)
    return response

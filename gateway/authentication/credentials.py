"""Credentials in the headers of a request, and the one error for all that are wrong."""

from typing import Final

from starlette.datastructures import Headers

MAX_LENGTH: Final = 8_192  # characters; tokens with many groups have about 4,000


class Refused(Exception):
    """A credential that is missing, malformed, forged, expired or revoked.

    The text is for the log, and never has a part of the credential. Callers get the same sentence for all.
    """


def credential_in(headers: Headers) -> str | None:
    """The token of `Authorization: Bearer`; None if there is no such header."""
    values = headers.getlist("authorization")
    if not values:
        return None
    if len(values) > 1:
        raise Refused("several Authorization headers")
    scheme, _, credential = values[0].partition(" ")
    if scheme.lower() != "bearer":
        raise Refused("not a bearer credential")
    credential = credential.strip()
    if not credential:
        raise Refused("the bearer credential is empty")
    if len(credential) > MAX_LENGTH:
        raise Refused(f"a credential of {len(credential)} characters")
    return credential

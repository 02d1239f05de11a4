"""How a source lets the gateway in: what the catalog says of it, and what a call carries for it."""

import ssl
from base64 import b64encode
from collections.abc import Mapping

import msgspec

from gateway.errors import ConfigError


class Auth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One way in. Printed without its secrets."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class HeaderAuth(Auth, frozen=True, tag="header"):
    """A header of a fixed value: an API key."""

    name: str
    value: str


class BasicAuth(Auth, frozen=True, tag="basic"):
    """HTTP basic authentication."""

    user: str
    password: str


class ClientCredentials(Auth, frozen=True, tag="oauth2"):
    """OAuth2 client credentials, sent as HTTP basic or inside the form."""

    token_url: str
    client_id: str
    client_secret: str
    scope: str | None = None
    secret_in_form: bool = False


class ClientCertificate(Auth, frozen=True, tag="certificate"):
    """A client certificate; `key_file` where the key is a file of its own."""

    cert_file: str
    key_file: str | None = None


AnyAuth = HeaderAuth | BasicAuth | ClientCredentials | ClientCertificate


def basic_auth_header(user: str, password: str) -> dict[str, str]:
    """The header of HTTP basic authentication."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def auth_headers(login: AnyAuth | None) -> Mapping[str, str]:
    """What every call carries, where that is known before the first of them."""
    match login:
        case HeaderAuth(name=name, value=value):
            return {name: value}
        case BasicAuth(user=user, password=password):
            return basic_auth_header(user, password)
        case _:
            return {}


def ssl_context(source: str, login: AnyAuth | None, ca_file: str | None) -> ssl.SSLContext:
    """What makes both ends believe each other. ConfigError when a file is not what it should be."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ConfigError([f"{source}: ca_file {ca_file!r} cannot be read: {error}"]) from error
    if isinstance(login, ClientCertificate):
        _present(source, login, context)
    return context


def _present(source: str, login: ClientCertificate, context: ssl.SSLContext) -> None:
    try:
        context.load_cert_chain(login.cert_file, login.key_file)
    except OSError as error:
        raise ConfigError([f"{source}: cert_file {login.cert_file!r} cannot be read: {error}"]) from error

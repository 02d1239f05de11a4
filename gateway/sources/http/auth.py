"""How the gateway authenticates at a source."""

import ssl
from base64 import b64encode
from collections.abc import Mapping

import msgspec

from gateway.errors import ConfigError


class Auth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One way to authenticate, printed without its secrets."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class HeaderAuth(Auth, frozen=True, tag="header"):
    """A header with a fixed value, such as an API key.

    name: name of the header.
    value: its value, a secret.
    """

    name: str
    value: str


class BasicAuth(Auth, frozen=True, tag="basic"):
    """HTTP basic authentication.

    user: user name.
    password: password, a secret.
    """

    user: str
    password: str


class ClientCredentials(Auth, frozen=True, tag="oauth2"):
    """OAuth2 client credentials.

    token_url: token endpoint.
    client_id: id of the gateway.
    client_secret: its secret.
    scope: scopes to request, separated by spaces.
    secret_in_form: whether id and secret are sent in the form, in place of HTTP basic.
    """

    token_url: str
    client_id: str
    client_secret: str
    scope: str | None = None
    secret_in_form: bool = False


class ClientCertificate(Auth, frozen=True, tag="certificate"):
    """A TLS client certificate.

    cert_file: the certificate.
    key_file: its key, where that has a file of its own.
    """

    cert_file: str
    key_file: str | None = None


AnyAuth = HeaderAuth | BasicAuth | ClientCredentials | ClientCertificate


def basic_auth_header(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def auth_headers(auth: AnyAuth | None) -> Mapping[str, str]:
    """The headers of every request, where they do not depend on a token."""
    match auth:
        case HeaderAuth(name=name, value=value):
            return {name: value}
        case BasicAuth(user=user, password=password):
            return basic_auth_header(user, password)
        case _:
            return {}


def ssl_context(source: str, auth: AnyAuth | None, ca_file: str | None) -> ssl.SSLContext:
    """The TLS context of a source. Raises ConfigError for a file that cannot be read."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ConfigError([f"{source}: ca_file {ca_file!r} cannot be read: {error}"]) from error
    if isinstance(auth, ClientCertificate):
        try:
            context.load_cert_chain(auth.cert_file, auth.key_file)
        except OSError as error:
            raise ConfigError([f"{source}: cert_file {auth.cert_file!r} cannot be read: {error}"]) from error
    return context

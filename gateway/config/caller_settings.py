"""Settings of callers: how they prove who they are."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from gateway.access.audiences import EVERY_AUDIENCE
from gateway.config.variables import Kind, Variable, choice, matching, number, setting

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
STORE_SCHEMES = ("sqlite", "postgresql", "postgres")
_CLAIM = re.compile(r"[\x21-\x7e]{1,200}")


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_url(text: str) -> bool:
    return "://" in text


def _is_key_set(text: str) -> bool:
    if not is_url(text):
        return bool(text) and "\0" not in text
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    return is_safe and bool(parts.hostname) and parts.username is None and text.isprintable() and " " not in text


def _algorithms(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not set(names) <= set(ALGORITHMS):
        raise ValueError
    return names


def _is_store(text: str) -> bool:
    scheme, separator, _ = text.partition("://")
    return text.isprintable() and bool(text) and (not separator or scheme.partition("+")[0] in STORE_SCHEMES)


KEY_SET = Kind(
    "an https URL (http on this machine), or the path of a JWKS file", matching(_is_key_set), empty_is_unset=True
)
TEXT = Kind("a text", matching(lambda text: text.isprintable() and text == text.strip()), empty_is_unset=True)
CLAIM = Kind("the name of a claim", matching(lambda text: _CLAIM.fullmatch(text) is not None), empty_is_unset=True)
ALGORITHM_LIST = Kind(f"one or more of {', '.join(ALGORITHMS)}, with commas", _algorithms, empty_is_unset=True)
STORE = Kind(
    "the path of a SQLite file, or a URL such as postgresql://user@host/database",
    matching(_is_store),
    empty_is_unset=True,
    secret=True,
)


def _audiences(text: str) -> frozenset[str]:
    names = frozenset(name.strip() for name in text.split(","))
    if names == {"none"}:
        return frozenset()
    if not names <= EVERY_AUDIENCE:
        raise ValueError
    return names


AUDIENCE_LIST = Kind(f"none, or one or more of {', '.join(sorted(EVERY_AUDIENCE))}, with commas", _audiences)
STORE_VARIABLE = Variable("GATEWAY_STORE", STORE)


@dataclass(frozen=True, slots=True)
class CallerSettings:
    """How callers prove who they are. Without tokens and store, every caller on this machine sees everything.

    token_keys: Keys that sign tokens (JWT): the JWKS of the identity provider; without it, there are no tokens.
    token_issuer: Issuer of tokens (claim `iss`).
    token_audience: Name of this gateway in tokens (claim `aud`).
    token_algorithms: Algorithms of signatures.
    token_leeway: Seconds by which the clocks of the gateway and of the issuer may differ.
    token_scopes: Claim with the scopes, a text with blanks or a list.
    account_claim: Claim with the ids of accounts: the caller sees only these, and those of the next claim.
    customer_claim: Claim with the ids of customers, all of whose accounts the caller sees.
    bounds: `required`: a token needs one of these two claims, if either is set here; `optional`: without them, a
        caller sees all accounts.
    schema_claim: Claim with the part of the schema that the caller knows: `staff` for the whole, or an audience.
        Without this setting, every token knows the whole. With it, a token needs the claim.
    token_keys_stale: Seconds that known keys serve while the identity provider cannot be reached.
    store: Database with API keys and the audit, of all processes; its tables are made at first use.
    keys_stale: Seconds that known API keys serve while the store cannot be read.
    introspection: Audiences that may ask for the schema, and get suggestions for misspelt names; `staff` are the
        callers without an audience.
    local_agent: `on`: a request without a credential is that of an agent who sees everything; for demos on loopback.
    """

    token_keys: str | None = setting("GATEWAY_TOKEN_KEYS", None, KEY_SET)
    token_issuer: str | None = setting("GATEWAY_TOKEN_ISSUER", None, TEXT)
    token_audience: str | None = setting("GATEWAY_TOKEN_AUDIENCE", None, TEXT)
    token_algorithms: tuple[str, ...] = setting("GATEWAY_TOKEN_ALGORITHMS", ("RS256", "ES256"), ALGORITHM_LIST)
    token_leeway: int = number("GATEWAY_TOKEN_LEEWAY", 10, 0, 300)
    token_scopes: str = setting("GATEWAY_TOKEN_SCOPES", "scope", CLAIM)
    account_claim: str | None = setting("GATEWAY_TOKEN_ACCOUNTS", None, CLAIM)
    customer_claim: str | None = setting("GATEWAY_TOKEN_CUSTOMERS", None, CLAIM)
    bounds: str = setting("GATEWAY_TOKEN_BOUNDS", "required", choice("required", "optional"))
    schema_claim: str | None = setting("GATEWAY_TOKEN_SCHEMA", None, CLAIM)
    token_keys_stale: int = number("GATEWAY_TOKEN_KEYS_STALE", 86_400, 0, 2_592_000)
    store: str | None = setting(STORE_VARIABLE.name, None, STORE)
    keys_stale: int = number("GATEWAY_KEYS_STALE", 300, 0, 86_400)
    introspection: frozenset[str] = setting("GATEWAY_INTROSPECTION", EVERY_AUDIENCE, AUDIENCE_LIST)
    local_agent: str = setting("GATEWAY_LOCAL_AGENT", "off", choice("on", "off"))

    @property
    def are_configured(self) -> bool:
        """Whether any caller can prove who it is."""
        return self.token_keys is not None or self.store is not None

    def errors(self, host: str) -> list[str]:
        """A sentence for each setting that contradicts another, or the address to listen on."""
        errors = []
        of_tokens = (self.token_issuer, self.token_audience, self.account_claim, self.customer_claim, self.schema_claim)
        if self.token_keys is None and any(of_tokens):
            errors.append("GATEWAY_TOKEN_KEYS is not set, but a setting of tokens is.")
        if self.token_keys is not None and not (self.token_issuer and self.token_audience):
            errors.append("GATEWAY_TOKEN_KEYS needs GATEWAY_TOKEN_ISSUER and GATEWAY_TOKEN_AUDIENCE.")
        if is_loopback(host):
            return errors
        if not self.are_configured:
            mend = "set GATEWAY_TOKEN_KEYS or GATEWAY_STORE, or listen on 127.0.0.1"
            errors.append(f"HOST is {host}, but no callers are configured: {mend}.")
        if self.local_agent == "on":
            errors.append(f"HOST is {host}, but GATEWAY_LOCAL_AGENT is for loopback only.")
        return errors

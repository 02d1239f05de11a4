"""From the headers of a request to its caller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from starlette.datastructures import Headers

from gateway.access.caller import LOCAL, Caller
from gateway.authentication.credentials import Refused, credential_in
from gateway.authentication.key_set import KeySet, from_file, from_url
from gateway.authentication.tokens import TokenVerifier
from gateway.config.caller_settings import CallerSettings, is_url


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Lives as long as the application.

    tokens: None if the gateway takes none.
    without_credential: the caller of a request that has no credential; None if it is refused.
    """

    tokens: TokenVerifier | None
    without_credential: Caller | None

    async def caller(self, headers: Headers) -> Caller:
        """The caller of a request. Raises Refused."""
        credential = credential_in(headers)
        if credential is None:
            if self.without_credential is None:
                raise Refused("no credential")
            return self.without_credential
        if self.tokens is None:
            raise Refused("no callers are configured, and so no credential can be checked")
        return await self.tokens.caller(credential)


@asynccontextmanager
async def open_authenticator(settings: CallerSettings) -> AsyncIterator[Authenticator]:
    is_local = settings.local_agent == "on" or not settings.are_configured
    without_credential = LOCAL if is_local else None
    if settings.token_keys is None:
        yield Authenticator(None, without_credential)
        return
    async with aiohttp.ClientSession() as session:
        source = settings.token_keys
        read = from_url(source, session) if is_url(source) else from_file(Path(source))
        keys = KeySet(read, settings.token_algorithms, settings.token_keys_stale)
        try:
            yield Authenticator(TokenVerifier(settings, keys), without_credential)
        finally:
            await keys.close()

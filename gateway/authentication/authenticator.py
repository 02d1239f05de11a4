"""From the headers of a request to its caller."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from starlette.datastructures import Headers

from gateway.access.caller import LOCAL, Caller
from gateway.authentication.api_keys import KeyTable, is_api_key, open_key_table
from gateway.authentication.credentials import Refused, credential_in
from gateway.authentication.key_set import KeySet, from_file, from_url
from gateway.authentication.tokens import TokenVerifier
from gateway.config.caller_settings import CallerSettings, is_url
from gateway.store.database import StoreDatabase


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Lives as long as the application.

    tokens: None if the gateway takes none.
    keys: None if the gateway has no store.
    without_credential: the caller of a request that has no credential; None if it is refused.
    """

    tokens: TokenVerifier | None
    keys: KeyTable | None
    without_credential: Caller | None

    async def caller(self, headers: Headers) -> Caller:
        """The caller of a request. Raises Refused, or StoreUnavailable where keys cannot be checked."""
        credential = credential_in(headers)
        if credential is None:
            if self.without_credential is None:
                raise Refused("no credential")
            return self.without_credential
        if is_api_key(credential):
            if self.keys is None:
                raise Refused("no API key can be checked: GATEWAY_STORE is not set")
            return self.keys.caller(credential)
        if self.tokens is None:
            raise Refused("no token can be checked: GATEWAY_TOKEN_KEYS is not set")
        return await self.tokens.caller(credential)


@asynccontextmanager
async def open_authenticator(settings: CallerSettings, store: StoreDatabase | None) -> AsyncIterator[Authenticator]:
    is_local = settings.local_agent == "on" or not settings.are_configured
    async with AsyncExitStack() as stack:
        tokens = await stack.enter_async_context(_open_tokens(settings))
        keys = None if store is None else await stack.enter_async_context(open_key_table(store, settings.keys_stale))
        yield Authenticator(tokens, keys, LOCAL if is_local else None)


@asynccontextmanager
async def _open_tokens(settings: CallerSettings) -> AsyncIterator[TokenVerifier | None]:
    if settings.token_keys is None:
        yield None
        return
    async with aiohttp.ClientSession() as session:
        source = settings.token_keys
        read = from_url(source, session) if is_url(source) else from_file(Path(source))
        keys = KeySet(read, settings.token_algorithms, settings.token_keys_stale)
        try:
            yield TokenVerifier(settings, keys)
        finally:
            await keys.close()

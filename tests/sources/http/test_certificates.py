"""TLS certificates of a REST source and of the gateway."""

import ssl
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from support.certificates import certificate
from support.sources.rest_service import serve
from support.sources.rest_sources import place

from gateway.contract.batch import Batch
from gateway.errors import ConfigError, SourceDown, SourceError
from gateway.sources.rest.source import RestSettings, open_rest

NOTHING = Batch(place(), ("a",))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A certificate and its key in one file, for each side."""
    folder = tmp_path_factory.mktemp("certificates")
    return {name: certificate(folder / f"{name}.pem", name) for name in ("service", "gateway")}


@pytest.fixture
def tls_service(certificates: dict[str, Path]) -> ssl.SSLContext:
    """A service that accepts only the gateway's certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates["gateway"])
    context.load_cert_chain(certificates["service"])
    context.verify_mode = ssl.CERT_REQUIRED
    return context


async def results(tls_service: ssl.SSLContext, **settings: Any) -> Any:
    """The results of two fetches over TLS."""

    async def nothing(_request: web.Request) -> web.Response:
        return web.json_response([])

    async with serve(nothing, tls=tls_service) as url:
        words = msgspec.convert({"url": url} | settings, RestSettings)
        async with open_rest("notes", words) as source:
            await source.fetch(NOTHING)
            return (await source.fetch(NOTHING)).get("a")


async def test_a_client_certificate_is_presented(tls_service: ssl.SSLContext, certificates: dict[str, Path]):
    login = {"kind": "certificate", "cert_file": str(certificates["gateway"])}
    assert await results(tls_service, ca_file=str(certificates["service"]), auth=login) is None


async def test_without_the_client_certificate_the_source_is_down(
    tls_service: ssl.SSLContext, certificates: dict[str, Path]
):
    assert isinstance(await results(tls_service, ca_file=str(certificates["service"])), SourceError)


async def test_a_service_with_an_untrusted_certificate_gets_no_request(
    tls_service: ssl.SSLContext, certificates: dict[str, Path]
):
    login = {"kind": "certificate", "cert_file": str(certificates["gateway"])}
    assert isinstance(await results(tls_service, auth=login), SourceDown)


@pytest.mark.parametrize(
    "settings", [{"ca_file": "/nowhere"}, {"auth": {"kind": "certificate", "cert_file": "/nowhere"}}]
)
async def test_an_unreadable_certificate_is_reported_at_start(settings: dict[str, Any]):
    words = msgspec.convert({"url": "https://host"} | settings, RestSettings)
    with pytest.raises(ConfigError, match=r"notes: .*'/nowhere' cannot be read"):
        async with open_rest("notes", words):
            pass

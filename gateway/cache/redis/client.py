"""aiocache's Redis backend, reached as an address says."""

from urllib.parse import parse_qsl, unquote, urlsplit

from aiocache.backends.redis import RedisBackend
from aiocache.serializers import NullSerializer

MOST = 32  # commands at once, each on a connection of its own
CONNECTING = 0.1  # seconds


def redis_backend(url: str, seconds: float, most: int = MOST) -> RedisBackend:
    """Nothing is connected yet. `url` is redis://[user:password@]host[:port][/db], or rediss:// for TLS.

    What stands behind a ? and begins with ssl_ is handed to the driver: ?ssl_ca_certs=/etc/our-ca.pem.
    Each connection has so many seconds to be made. One more than `most` is there for listening.
    """
    parts = urlsplit(url)
    options = {name: value for name, value in parse_qsl(parts.query) if name.startswith("ssl_")}
    return RedisBackend(
        endpoint=parts.hostname or "127.0.0.1",
        port=parts.port or 6379,
        db=int(parts.path.strip("/") or 0),
        password=unquote(parts.password) if parts.password else None,
        pool_max_size=most + 1,
        create_connection_timeout=seconds,
        ssl=parts.scheme == "rediss",
        connection_pool_kwargs={
            "username": unquote(parts.username) if parts.username else None,
            "protocol": 2,  # what every server speaks, without a greeting
            "driver_info": None,  # nor a name
            **options,
        },
        serializer=NullSerializer(encoding=None),
        timeout=None,  # the guard has its own
    )

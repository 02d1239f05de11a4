"""aiocache's Redis backend for an address."""

from urllib.parse import parse_qsl, unquote, urlsplit

from aiocache.backends.redis import RedisBackend
from aiocache.serializers import NullSerializer

MAX_COMMANDS = 32  # in flight, each on a connection of its own
CONNECT_TIMEOUT = 0.1  # seconds


def redis_backend(url: str, connect_timeout: float, max_commands: int = MAX_COMMANDS) -> RedisBackend:
    """The backend of `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. It connects later.

    Query parameters that begin with ssl_ go to the driver: `?ssl_ca_certs=/etc/our-ca.pem`.
    """
    parts = urlsplit(url)
    options = {name: value for name, value in parse_qsl(parts.query) if name.startswith("ssl_")}
    return RedisBackend(
        endpoint=parts.hostname or "127.0.0.1",
        port=parts.port or 6379,
        db=int(parts.path.strip("/") or 0),
        password=unquote(parts.password) if parts.password else None,
        pool_max_size=max_commands,
        create_connection_timeout=connect_timeout,
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

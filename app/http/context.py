"""The requests that endpoints receive, and their context: the data, the settings, the caches and the counters."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from starlette.requests import Request

from app.db.connections import Reader
from app.db.database import Database
from app.http.access_log import AccessLog
from app.http.cache import ResponseCache
from app.http.executor import Executor
from app.http.metrics import Metrics
from app.http.negotiation import decode_header
from app.http.request_key import Base, RequestKey
from app.languages import Language
from app.settings import Settings


@dataclass
class ReloadStatus:
    """The reloads of this process."""

    reloads: int = 0
    """How many times another file replaced the one that was served."""
    refusals: int = 0
    """How many files were refused as invalid."""
    loaded_at: float = field(default_factory=time.monotonic)
    """When the file that is served was loaded, by the monotonic clock, seconds."""
    stale_reason: str | None = None
    """Why the file at the path is not the one that is served, without the path; None where it is."""


@dataclass(frozen=True)
class Context:
    """Shared by all requests to one version of the data; replaced together with the data."""

    database: Database
    settings: Settings
    cache: ResponseCache
    executor: Executor
    log: AccessLog | None
    describe: "Describe"
    """Returns the OpenAPI document in a language, as JSON; takes tenths of a second."""
    reload_status: ReloadStatus = field(default_factory=ReloadStatus)
    metrics: Metrics = field(default_factory=Metrics)

    @cached_property
    def public_origin(self) -> str:
        """The public base URL without a slash at the end; "" without one."""
        base = self.settings.public_base_url
        return str(base).rstrip("/") if base else ""

    @cached_property
    def base_path(self) -> str:
        """The path of the public base URL, which paths in responses begin with; "" without one."""
        base = self.settings.public_base_url
        return (base.path or "").rstrip("/") if base else ""

    @cached_property
    def cache_control(self) -> str:
        """The Cache-Control of responses that may be cached."""
        fresh, stale = self.settings.max_age_seconds, self.settings.stale_while_revalidate_seconds
        return f"public, max-age={fresh}, stale-while-revalidate={stale}"

    def with_database(self, database: Database) -> "Context":
        """Return the context of another version of the data, with an empty cache."""
        cache = ResponseCache(self.settings.cache_bytes)
        return replace(self, database=database, cache=cache, executor=Executor(database, self.settings))


Describe = Callable[[Context, Reader, Language], bytes]


def make_context(database: Database, settings: Settings, describe: Describe) -> Context:
    """Make the context of requests for a version of the data."""
    log = AccessLog(sys.stdout.fileno(), is_shared=settings.workers > 1) if settings.access_log else None
    cache = ResponseCache(settings.cache_bytes)
    return Context(database, settings, cache, Executor(database, settings), log, describe)


class ApiRequest(Request):
    """One GET request: its path, its query, its cache key, and the context with the data.

    It is a subclass of Request so that FastAPI accepts it as an endpoint's parameter. It has no ASGI scope, because
    the server makes it before there is one.
    """

    def __init__(
        self, context: Context, key: RequestKey, path: str, query: bytes, reader: Reader | None = None
    ) -> None:
        self.context = context
        self.reader = reader or context.database.inline_reader
        """For what planning the response reads; by default that of the event loop."""
        self.key = key
        self.path = path
        """The decoded path."""
        self.query = query
        """The query string as it was sent, without "?"."""
        self.route: str | None = None
        """The template of the path, once it is known."""

    def keep_query(self, query: bytes) -> None:
        """Replace the query string by what is not ignored of it, also in the cache key."""
        if query != self.query:
            self.query = query
            path = self.key.target.partition(b"?")[0]
            self.key = self.key._replace(target=b"%b?%b" % (path, query) if query else path)

    @property
    def accept(self) -> str | None:
        """The Accept header."""
        return decode_header(self.key.accept)

    @property
    def accept_language(self) -> str | None:
        """The Accept-Language header."""
        return decode_header(self.key.accept_language)

    @property
    def origin(self) -> str:
        """The URL that links begin with, without a slash at the end.

        It is the configured public base URL, else the address of the socket: a client's `Host` can be anything and is
        never used.
        """
        return self.context.public_origin or _origin_of(self.key.base)


@lru_cache
def _origin_of(base: Base) -> str:
    """Return the URL of a socket, from its scheme and its own address."""
    scheme, server = base
    host, port = server or ("127.0.0.1", None)
    if ":" in host:
        # A client by IPv4 of a socket for both; a zone names an interface of this machine alone.
        host = host.removeprefix("::ffff:").partition("%")[0]
    if ":" in host:
        host = f"[{host}]"
    default_port = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}" + ("" if port in (None, default_port) else f":{port}")

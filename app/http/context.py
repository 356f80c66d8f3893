"""The context of requests: the data, the settings, the caches and the counters."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.db.connections import Reader
from app.db.database import Database
from app.http.access_log import AccessLog
from app.http.cache import ResponseCache
from app.http.executor import Executor
from app.http.metrics import Metrics
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
    describe: Callable[["Context", Reader], bytes]
    """Returns the OpenAPI document as JSON; the first time for a version of the data it takes tenths of a second."""
    reload_status: ReloadStatus = field(default_factory=ReloadStatus)
    metrics: Metrics = field(default_factory=Metrics)

    def with_database(self, database: Database) -> "Context":
        """Return the context of another version of the data, with an empty cache."""
        cache = ResponseCache(self.settings.cache_bytes)
        return replace(self, database=database, cache=cache, executor=Executor(database, self.settings))


def make_context(database: Database, settings: Settings, describe: Callable[[Context, Reader], bytes]) -> Context:
    """Make the context of requests for a version of the data."""
    log = AccessLog(sys.stdout.fileno(), is_shared=settings.workers > 1) if settings.access_log else None
    cache = ResponseCache(settings.cache_bytes)
    return Context(database, settings, cache, Executor(database, settings), log, describe)

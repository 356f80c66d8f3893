"""What a handler has at hand: the snapshot that answers this request, the settings, and where we are."""

import sys
import time
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.types import Scope

from app.db.database import Database
from app.http.access_log import AccessLog
from app.http.cache import Asked, Conditions, KeptAnswers
from app.http.executor import Computing
from app.http.metrics import Metrics
from app.settings import Settings

CONTEXT = "campaign_api.context"
"""Where a scope has the context of its request."""

ASKED = "campaign_api.asked"
"""Where a scope has what its request asks for and on which conditions, as `asked_of` tells it.

Of a plain request the server has told it before; then nothing is wrong with its headers.
"""

ROUTE = "campaign_api.route"
"""Where a scope has the template of its path, as soon as there is one."""


@dataclass
class Succession:
    """How one version of the data followed another in this process, for who operates it."""

    swaps: int = 0
    """How often another file was taken up."""
    refusals: int = 0
    """How many files were not, because they were no good."""
    loaded_at: float = field(default_factory=time.monotonic)
    """When the file that is served was taken up, by the monotonic clock, seconds."""
    stale_reason: str | None = None
    """Why what lies at the path is not what is served, without the path; None where it is."""


@dataclass(frozen=True)
class Context:
    """What every answer depends on beside the request; with another version of the data it is another."""

    snapshot: Database
    settings: Settings
    kept: KeptAnswers
    computing: Computing
    log: AccessLog | None
    """Where requests are noted, if they are."""
    succession: Succession = field(default_factory=Succession)
    metrics: Metrics = field(default_factory=Metrics)


def make_context(snapshot: Database, settings: Settings) -> Context:
    """Make the context of requests that a snapshot answers."""
    log = AccessLog(sys.stdout.fileno(), is_shared=settings.workers > 1) if settings.access_log else None
    return Context(snapshot, settings, KeptAnswers(settings.kept_bytes), Computing(snapshot, settings), log)


def succeed(context: Context, snapshot: Database) -> Context:
    """Make the context of requests that another snapshot answers after this one; nothing that was kept is in it."""
    kept = KeptAnswers(context.settings.kept_bytes)
    return replace(context, snapshot=snapshot, kept=kept, computing=Computing(snapshot, context.settings))


def context_of(request: Request) -> Context:
    """Give the context of a request, which is the same until it is answered."""
    context: Context = request.scope[CONTEXT]
    return context


def asked_in(scope: Scope) -> tuple[Asked, Conditions]:
    """Tell what a request asks for, and on which conditions."""
    told: tuple[Asked, Conditions] = scope[ASKED]
    return told


def base_url(request: Request) -> str:
    """Give the address that links begin with, without a slash at the end.

    It is the configured one, or else the address that the connection was made to: a client's `Host` header
    can say anything and is never believed.
    """
    configured = context_of(request).settings.public_base_url
    if configured is not None:
        return str(configured).rstrip("/")
    host, port = request.scope["server"] or ("127.0.0.1", None)
    if ":" in host:
        host = f"[{host}]"
    usual = {"http": 80, "https": 443}[request.scope["scheme"]]
    return f"{request.scope['scheme']}://{host}" + ("" if port in (None, usual) else f":{port}")

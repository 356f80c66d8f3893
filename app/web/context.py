"""What a handler has at hand: the snapshot that answers this request, the settings, and where we are."""

import sys
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Scope

from app.settings import Settings
from app.storage.snapshot import Snapshot
from app.web.access_log import AccessLog
from app.web.computing import Computing
from app.web.kept import Asked, Conditions, KeptAnswers

CONTEXT = "campaign_api.context"
"""Where a scope has the context of its request."""

ASKED = "campaign_api.asked"
"""Where a scope has what its request asks for and on which conditions, as `asked_of` tells it."""


@dataclass(frozen=True)
class Context:
    """What every answer depends on beside the request; with another version of the data all of it is another."""

    snapshot: Snapshot
    settings: Settings
    kept: KeptAnswers
    computing: Computing
    log: AccessLog | None
    """Where requests are noted, if they are."""


def make_context(snapshot: Snapshot, settings: Settings) -> Context:
    """Make the context of requests that a snapshot answers."""
    log = AccessLog(sys.stdout.fileno()) if settings.access_log else None
    return Context(snapshot, settings, KeptAnswers(settings.kept_bytes), Computing(snapshot), log)


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

"""What a handler has at hand: the snapshot that answers this request, the settings, and where we are."""

from dataclasses import dataclass

from starlette.requests import Request

from app.settings import Settings
from app.storage.snapshot import Snapshot


@dataclass(frozen=True)
class Context:
    """What every answer depends on beside the request."""

    snapshot: Snapshot
    settings: Settings


def context_of(request: Request) -> Context:
    """Give the context of a request."""
    context: Context = request.app.state.context
    return context


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

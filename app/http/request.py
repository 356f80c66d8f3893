"""The request that endpoints receive."""

from typing import cast

from starlette.requests import Request

from app.db.connections import Reader
from app.http.context import Context
from app.http.negotiation import decode_header
from app.http.request_key import RequestKey


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
        configured = self.context.settings.public_base_url
        if configured is not None:
            return str(configured).rstrip("/")
        scheme, server = cast("tuple[str, tuple[str, int | None] | None]", self.key.base)
        host, port = server or ("127.0.0.1", None)
        if ":" in host:
            host = f"[{host}]"
        default_port = {"http": 80, "https": 443}[scheme]
        return f"{scheme}://{host}" + ("" if port in (None, default_port) else f":{port}")

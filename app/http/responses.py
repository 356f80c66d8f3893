"""Sending a representation: the whole of it, a part, or 304."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.http.cache import Representation
from app.http.conditional import check_preconditions, is_not_modified
from app.http.headers import raw_headers
from app.http.ranges import requested_range
from app.http.request_key import Conditions


class RepresentationResponse(Response):
    """Sends a representation, the part of it that is requested, or 304 where the client has it."""

    def __init__(self, representation: Representation, conditions: Conditions) -> None:
        check_preconditions(conditions, representation.headers)
        self.status_code = 200
        self._sent_headers, self._body = representation.headers, representation.body
        if is_not_modified(conditions, representation.headers):
            self.status_code = 304
            self._sent_headers, self._body = representation.not_modified_headers, b""
        elif range_ := requested_range(conditions, representation.headers):
            part = range_.within(len(representation.body))
            self.status_code = 206
            self._sent_headers = part.headers(representation.headers)
            self._body = representation.body[part.start : part.end]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        headers = raw_headers(self._sent_headers)
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})

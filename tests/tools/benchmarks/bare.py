"""A bare ASGI function that sends prepared bytes and headers: the least that uvicorn can do."""

import base64
import json
import os
from pathlib import Path

from starlette.types import Message, Receive, Scope, Send


def _read() -> dict[str, tuple[Message, Message]]:
    """Read a JSON file of responses by path, each `[status, headers, body in Base64]`."""
    responses = json.loads(Path(os.environ["BARE_RESPONSES"]).read_text(encoding="utf-8"))
    return {
        path: (
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            },
            {"type": "http.response.body", "body": base64.b64decode(body)},
        )
        for path, (status, headers, body) in responses.items()
    }


_RESPONSES = _read()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Send the response of a path."""
    start, body = _RESPONSES[scope["path"]]
    await send(start)
    await send(body)

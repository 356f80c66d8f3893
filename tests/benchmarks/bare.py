"""The least that uvicorn can do: a bare ASGI function that sends bytes made before, with the headers made before."""

import base64
import json
import os
from pathlib import Path

from starlette.types import Message, Receive, Scope, Send


def _read() -> dict[str, tuple[Message, Message]]:
    """Read a JSON file of answers by path, each `[status, headers, body in base 64]`."""
    answers = json.loads(Path(os.environ["BARE_ANSWERS"]).read_text(encoding="utf-8"))
    return {
        path: (
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            },
            {"type": "http.response.body", "body": base64.b64decode(body)},
        )
        for path, (status, headers, body) in answers.items()
    }


_ANSWERS = _read()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Send the answer of a path."""
    start, body = _ANSWERS[scope["path"]]
    await send(start)
    await send(body)

"""Flow control of a connection with unparsed bytes."""

import asyncio

from uvicorn.protocols.http.flow_control import FlowControl

from app.server.framing import RequestBuffer


class BufferedFlow(FlowControl):
    """Resumes reading only when everything that was read has been parsed.

    uvicorn also resumes reading when the application waits for a disconnect, as streams do. A client that sends many
    requests for exports ahead would then fill the memory, one read for each export.
    """

    def __init__(self, transport: asyncio.Transport, buffer: RequestBuffer) -> None:
        super().__init__(transport)
        self._buffer = buffer

    def resume_reading(self) -> None:
        """Read on, unless bytes wait to be parsed."""
        if not self._buffer:
            super().resume_reading()

"""The server's protocol: what cannot be read as HTTP is answered like every other error."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.manners import COMMON_HEADERS
from app.web.problems import BadRequest, problem_response


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol with our own words for a request that never reaches the application."""

    def send_400_response(self, msg: str) -> None:
        """Answer with a problem and close; the server's own words are for its log."""
        self.logger.warning(msg)
        problem = BadRequest(
            "This is not HTTP that can be read: is the method one of GET, HEAD and OPTIONS, "
            "and all but ASCII in the address percent-encoded?"
        )
        response = problem_response(problem, "/")
        headers = {name.decode(): value.decode() for name, value in response.raw_headers} | COMMON_HEADERS
        lines = ["HTTP/1.1 400 Bad Request", *(f"{name}: {value}" for name, value in headers.items())]
        self.transport.write("\r\n".join([*lines, "connection: close", "", ""]).encode() + bytes(response.body))
        self.transport.close()

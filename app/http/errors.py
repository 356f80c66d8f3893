"""Errors as clients see them: problem+json (RFC 9457), from one small tree of exceptions."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_log = logging.getLogger("uvicorn.error")

PROBLEM_JSON = "application/problem+json"

NO_STORE = {"Cache-Control": "no-store"}


class ParameterError(BaseModel):
    """What is wrong with one parameter."""

    model_config = ConfigDict(extra="forbid")

    parameter: str = Field(description="The parameter's name.", examples=["category"])
    value: str | None = Field(description="What was given, as text; null where nothing was.", examples=["simposium"])
    code: str = Field(description="A stable code of what is wrong.", examples=["unknown_value"])
    detail: str = Field(
        description="What is wrong and what would be right.",
        examples=["is not one of the categories; did you mean symposium?"],
    )
    suggestion: str | None = Field(description="The nearest right name or value.", examples=["symposium"])


class ProblemDocument(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="What kind of problem it is, a URI.", examples=["urn:campaign-api:invalid-query"])
    title: str = Field(description="The kind of problem in words.", examples=["Invalid query"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(description="What is wrong with this request, and what would be right.")
    instance: str = Field(description="The path that was asked for.", examples=["/v1/events"])
    errors: list[ParameterError] = Field(
        description="For a bad query: each thing that is wrong, the first 20 of them; empty otherwise."
    )
    nearest: list[str] = Field(description="For an unknown path or id: the paths most like it; empty otherwise.")


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """An answer that is an error."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    type = "about:blank"
    title: str | None = None

    def __init__(
        self, detail: str, *, nearest: list[str] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors: list[ParameterError] = []
        self.nearest = nearest or []
        self.headers = dict(headers or {})


class BadRequest(Problem):
    """The request cannot be read."""

    status = HTTPStatus.BAD_REQUEST


class RequestTimeout(Problem):
    """The client took too long to send its request."""

    status = HTTPStatus.REQUEST_TIMEOUT


class NotFound(Problem):
    """There is nothing at this path."""

    status = HTTPStatus.NOT_FOUND


class Gone(Problem):
    """The id was withdrawn."""

    status = HTTPStatus.GONE


class NotAcceptable(Problem):
    """No representation fits what the request accepts."""

    status = HTTPStatus.NOT_ACCEPTABLE


class PreconditionFailed(Problem):
    """What the request says must not have changed did."""

    status = HTTPStatus.PRECONDITION_FAILED


class MethodNotAllowed(Problem):
    """The service is read-only."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class Moved(Exception):  # noqa: N818 - it is no error
    """The id was merged into another: an answer without a body that leads there."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__(headers["Location"])
        self.headers = headers


RETRY_AFTER_SECONDS = 5


class Unavailable(Problem):
    """The data cannot be read just now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


class InvalidQuery(Problem):
    """The query string has something in it that cannot be answered as it was meant."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    type = "urn:campaign-api:invalid-query"
    title = "Invalid query"

    def __init__(self, errors: list[ParameterError]) -> None:
        super().__init__("; ".join(f"{error.parameter}: {error.detail}" for error in errors))
        self.errors = errors


def problem_response(problem: Problem, path: str) -> Response:
    """Answer with a problem."""
    document = ProblemDocument(
        type=problem.type,
        title=problem.title or problem.status.phrase,
        status=problem.status.value,
        detail=problem.detail,
        instance=quote(path),
        errors=problem.errors,
        nearest=problem.nearest,
    )
    body = json.dumps(document.model_dump(), ensure_ascii=False, separators=(",", ":"))
    return Response(
        body.encode("utf-8", "backslashreplace"),
        status_code=problem.status,
        media_type=PROBLEM_JSON,
        headers={"Content-Language": "en"} | NO_STORE | problem.headers,
    )


async def answer_problem(request: Request, error: Exception) -> Response:
    """Answer with the problem that was raised."""
    assert isinstance(error, Problem)  # noqa: S101 - it is registered for nothing else
    return problem_response(error, request.scope["path"])


async def answer_moved(_request: Request, error: Exception) -> Response:
    """Lead to where a record went."""
    assert isinstance(error, Moved)  # noqa: S101 - it is registered for nothing else
    return Response(status_code=HTTPStatus.PERMANENT_REDIRECT, headers=error.headers)


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Answer for an error that the framework raised."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for nothing else
    problem = Problem(str(error.detail), headers=error.headers)
    problem.status = HTTPStatus(error.status_code)
    return problem_response(problem, request.scope["path"])


async def answer_unreadable(request: Request, error: Exception) -> Response:
    """Answer when the data cannot be read, or there is no room to put a document together; the log says why."""
    _log.error("%r cannot be answered: %r", request.scope["path"], error)
    return await answer_damaged(request, error)


async def answer_damaged(request: Request, _error: Exception) -> Response:
    """Answer when the data are no longer what they were, which the log has already."""
    return problem_response(Unavailable("The data cannot be read just now; try again."), request.scope["path"])


async def answer_busy(request: Request, _error: Exception) -> Response:
    """Answer when as much is being sent as may be."""
    problem = Unavailable("As many whole documents are being sent as can be at once; try again.")
    return problem_response(problem, request.scope["path"])


async def answer_unexpected(request: Request, _error: Exception) -> Response:
    """Answer for a defect of ours; the server logs what happened, the client is not told."""
    problem = Problem("Something went wrong on our side; the server's log has it under the request id.")
    return problem_response(problem, request.scope["path"])

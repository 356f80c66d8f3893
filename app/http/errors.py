"""Errors as clients see them: problem+json (RFC 9457), from one small tree of exceptions and one table."""

import json
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from pydantic import Field
from starlette.exceptions import HTTPException

from app.db.connections import BudgetExceededError, ReaderPoolExhaustedError
from app.db.file import DatabaseChangedError
from app.http.interface_language import ENGLISH, InterfaceLanguage
from app.languages import Language
from app.messages import Message, message
from app.model.schemas import PublicModel
from app.model.vocabularies import ErrorCode, ProblemType

_log = logging.getLogger("uvicorn.error")

PROBLEM_JSON = "application/problem+json"

NO_STORE = {"Cache-Control": "no-store"}

RETRY_AFTER_SECONDS = 5

MAX_ERRORS = 20
"""How many errors of one query are reported."""

PROBLEM_TITLES = {
    400: message("Bad Request"),
    404: message("Not Found"),
    405: message("Method Not Allowed"),
    406: message("Not Acceptable"),
    408: message("Request Timeout"),
    410: message("Gone"),
    412: message("Precondition Failed"),
    414: message("URI Too Long"),
    416: message("Range Not Satisfiable"),
    422: message("Invalid query"),
    431: message("Request Header Fields Too Large"),
    500: message("Internal Server Error"),
    501: message("Not Implemented"),
    503: message("Service Unavailable"),
    505: message("HTTP Version Not Supported"),
}
"""The title of a problem by its status: with the type `about:blank`, the phrase of RFC 9110 section 15."""


class ParameterError(PublicModel):
    """An error in one parameter."""

    parameter: str = Field(description="The parameter's name.", examples=["category"])
    value: str | None = Field(
        description="The value that was sent, as text; null where none was.", examples=["simposium"]
    )
    code: ErrorCode = Field(description="A stable code of the error.")
    detail: str = Field(
        description="The error and how to correct it.",
        examples=["is not one of the categories; did you mean symposium?"],
    )
    suggestion: str | None = Field(
        description=(
            "The right name or value in place of the one that was sent; null where that is not certain, or would be "
            "refused or drop something. Only the first five errors of a query have one."
        ),
        examples=["symposium"],
    )


class ProblemDocument(PublicModel):
    """An error (RFC 9457)."""

    type: ProblemType = Field(description="The kind of problem, a URI.")
    title: str = Field(description="The kind of problem in words.", examples=["Invalid query"])
    status: int = Field(description="The HTTP status.", examples=[422], json_schema_extra={"enum": [*PROBLEM_TITLES]})
    detail: str = Field(description="The error in this request and how to correct it.")
    instance: str = Field(description="The path that was requested.", examples=["/v1/events"])
    errors: list[ParameterError] = Field(description="For an invalid query: the first 20 errors; empty otherwise.")
    nearest: list[str] = Field(
        description=(
            "For an unknown path or id: the most similar paths. For a list that was requested in the media type of one "
            "of its exports: the path of that export. Empty otherwise."
        )
    )


@dataclass(frozen=True)
class InvalidParameter:
    """A `ParameterError` before the language of its detail is known."""

    parameter: str
    value: str | None
    code: ErrorCode
    reason: Message
    """The detail without the suggestion of a value; it names the parameter that an unknown one means."""
    suggestion: str | None = None

    @property
    def detail(self) -> Message:
        """The error and how to correct it."""
        if self.suggestion is None or self.code is ErrorCode.UNKNOWN_PARAMETER:
            return self.reason
        return message("{reason}; did you mean {suggestion}?", reason=self.reason, suggestion=self.suggestion)

    def in_language(self, language: Language) -> ParameterError:
        """Return the error as clients see it."""
        return ParameterError(
            parameter=self.parameter,
            value=self.value,
            code=self.code,
            detail=self.detail.in_language(language),
            suggestion=self.suggestion,
        )


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """An error response; a subclass exists where the code handles it by its type."""

    status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR
    type = ProblemType.BLANK

    def __init__(
        self,
        detail: Message,
        *,
        status: int | None = None,
        nearest: list[str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = HTTPStatus(status or self.status)
        self.detail = detail
        self.errors: list[InvalidParameter] = []
        self.nearest = nearest or []
        self.headers = dict(headers or {})


class NotFound(Problem):
    """There is nothing at this path."""

    status = HTTPStatus.NOT_FOUND


class NotAcceptable(Problem):
    """The client accepts none of the representations."""

    status = HTTPStatus.NOT_ACCEPTABLE


class PreconditionFailed(Problem):
    """`If-Match` or `If-Unmodified-Since` does not hold."""

    status = HTTPStatus.PRECONDITION_FAILED


class Unavailable(Problem):
    """The data cannot be read now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, detail: Message) -> None:
        super().__init__(detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


class QueryTimeout(Unavailable):
    """A query took longer than `query_timeout_seconds`."""


class InvalidQuery(Problem):
    """The query string has an unknown or invalid parameter."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    type = ProblemType.INVALID_QUERY

    def __init__(self, errors: list[InvalidParameter]) -> None:
        """Report the first MAX_ERRORS errors."""
        errors = errors[:MAX_ERRORS]
        detail, *others = [
            message("{parameter}: {detail}", parameter=one.parameter, detail=one.detail) for one in errors
        ]
        for other in others:
            detail = message("{one}; {next}", one=detail, next=other)
        super().__init__(detail)
        self.errors = errors


class Moved(Exception):  # noqa: N818 - it is no error
    """The id was merged into another: a redirect without a body."""

    def __init__(self, location: str, cache_control: str) -> None:
        super().__init__(location)
        self.headers = {"Location": location, "Cache-Control": cache_control}


def problem_of(error: Exception, path: str) -> Problem | None:
    """Return the problem that an exception becomes in a request for `path`; None for a defect, which is a 500."""
    match error:
        case Problem():
            return error
        case HTTPException():
            detail = Message("{detail}", {"detail": error.detail})
            return Problem(detail, status=error.status_code, headers=error.headers)
        case ReaderPoolExhaustedError():
            return Unavailable(message("Too many exports in progress; retry later."))
        case BudgetExceededError():
            # The first records of an export; every other query that is too slow is a QueryTimeout from the executor.
            return QueryTimeout(message("The query takes too long; request less, or retry later."))
        case sqlite3.ProgrammingError():
            # A defect, such as a statement with a value that is not bound.
            return None
        case DatabaseChangedError() | sqlite3.Error() | OSError():
            if not isinstance(error, DatabaseChangedError):
                _log.error("%r failed: %r", path, error)
            return Unavailable(message("The data cannot be read just now; try again."))
    return None


def internal_error() -> Problem:
    """Return the problem that a defect of the service becomes; the details are in the log."""
    return Problem(message("An internal error; the server's log has the details under the request id."))


def problem_body(
    problem: Problem, path: str, base_path: str, chosen: InterfaceLanguage = ENGLISH
) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of an error response to a request for `path`, in the chosen language.

    The paths in it begin with `base_path`, the path of the public base URL.
    """
    language = chosen.language
    title = PROBLEM_TITLES.get(problem.status)
    document = ProblemDocument(
        type=problem.type,
        title=title.in_language(language) if title else problem.status.phrase,
        status=problem.status.value,
        detail=problem.detail.in_language(language),
        instance=base_path + quote(path),
        errors=[error.in_language(language) for error in problem.errors],
        nearest=[base_path + near for near in problem.nearest],
    )
    body = json.dumps(document.model_dump(), ensure_ascii=False, separators=(",", ":"))
    encoded = body.encode("utf-8", "backslashreplace")
    headers = {**NO_STORE, **problem.headers, **chosen.headers(problem.headers.get("Vary"))}
    return encoded, headers | {"Content-Length": str(len(encoded)), "Content-Type": PROBLEM_JSON}

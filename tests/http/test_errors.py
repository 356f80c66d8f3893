"""Problems as clients see them: their texts, their headers, and no cause that is not a client's business."""

import json
import logging
import sqlite3

import pytest

from app.db.connections import ReaderPoolExhaustedError
from app.db.file import DatabaseChangedError
from app.http.errors import MAX_ERRORS, NotFound, Problem, internal_error, problem_body, problem_of
from app.messages import message
from tests.client import Client

PATH = "/v1/天"
UNREADABLE = "The data cannot be read just now; try again."


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (OSError("secret"), UNREADABLE),
        (PermissionError("secret"), UNREADABLE),
        (sqlite3.OperationalError("secret"), UNREADABLE),
        (DatabaseChangedError("secret"), UNREADABLE),
        (ReaderPoolExhaustedError("secret"), "Too many exports in progress; retry later."),
    ],
)
def test_failures_of_the_service_are_503_without_their_cause(error: Exception, detail: str) -> None:
    check_server_error(problem_of(error, PATH), 503, "Service Unavailable", detail)


def test_a_defect_is_500_without_its_cause() -> None:
    for error in (RuntimeError("secret"), sqlite3.ProgrammingError("secret")):
        assert problem_of(error, PATH) is None
    detail = "An internal error; the server's log has the details under the request id."
    check_server_error(internal_error(), 500, "Internal Server Error", detail)


def check_server_error(problem: Problem | None, status: int, title: str, detail: str) -> None:
    assert problem is not None
    body, headers = problem_body(problem, PATH, "")
    assert problem.status == status
    assert json.loads(body) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "/v1/%E5%A4%A9",
        "errors": [],
        "nearest": [],
    }
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Content-Language"] == "en"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Cache-Control"] == "no-store"
    assert headers.get("Retry-After") == ("5" if status == 503 else None)


def test_why_the_data_cannot_be_read_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        problem_of(OSError("disk"), PATH)
    assert caplog.record_tuples == [("uvicorn.error", logging.ERROR, "'/v1/天' failed: OSError('disk')")]


def test_a_lone_surrogate_is_escaped() -> None:
    body, _ = problem_body(NotFound(message("no {what} here", what="\ud800 天")), "/", "")
    assert b"no \\ud800 \xe5\xa4\xa9 here" in body


def test_the_detail_lists_every_error(tianshui: Client) -> None:
    problem = tianshui.request("/v1/campaigns?limit=-1&lang=fr").json()
    assert (problem["type"], problem["title"]) == ("urn:campaign-api:invalid-query", "Invalid query")
    assert problem["detail"] == "lang: is not one of: zh-Hant, zh-Hans, en; limit: must be from 0 to 200"
    assert [error["parameter"] for error in problem["errors"]] == ["lang", "limit"]


def test_many_unknown_ids_are_a_short_problem(tianshui: Client) -> None:
    query = "&".join(f"{name}=a{index}" for name in ("id", "county", "strand", "pillar") for index in range(100))
    response = tianshui.request(f"/v1/events?{query}")
    assert (response.status_code, len(response.json()["errors"])) == (422, MAX_ERRORS)
    assert response.json()["detail"].count(";") < 2 * MAX_ERRORS

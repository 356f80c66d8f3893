"""Problems as they go out: their words, their headers, and nothing that a client could not read."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

import pytest
from starlette.requests import Request
from starlette.responses import Response

from app.http.errors import (
    NotFound,
    answer_busy,
    answer_damaged,
    answer_unexpected,
    answer_unreadable,
    problem_response,
)
from tests.asking import Client

Answering = Callable[[Request, Exception], Awaitable[Response]]


def answered(answering: Answering, error: Exception) -> Response:
    async def answer() -> Response:
        return await answering(Request({"type": "http", "path": "/v1/天"}), error)

    return asyncio.run(answer())


@pytest.mark.parametrize(
    ("answering", "status", "detail"),
    [
        (answer_unreadable, 503, "The data cannot be read just now; try again."),
        (answer_damaged, 503, "The data cannot be read just now; try again."),
        (answer_busy, 503, "As many whole documents are being sent as can be at once; try again."),
        (
            answer_unexpected,
            500,
            "Something went wrong on our side; the server's log has it under the request id.",
        ),
    ],
)
def test_what_is_not_the_clients_fault_is_told_without_its_cause(
    answering: Answering, status: int, detail: str
) -> None:
    response = answered(answering, OSError("secret"))
    assert json.loads(bytes(response.body)) == {
        "type": "about:blank",
        "title": {503: "Service Unavailable", 500: "Internal Server Error"}[status],
        "status": status,
        "detail": detail,
        "instance": "/v1/%E5%A4%A9",
        "errors": [],
        "nearest": [],
    }
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == "en"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers.get("retry-after") == ("5" if status == 503 else None)


def test_why_the_data_cannot_be_read_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answered(answer_unreadable, OSError("disk"))
    assert caplog.record_tuples == [
        ("uvicorn.error", logging.ERROR, "'/v1/天' cannot be answered: OSError('disk')"),
    ]


def test_half_a_character_is_escaped() -> None:
    response = problem_response(NotFound("no \ud800 here, 天"), "/")
    assert b"no \\ud800 here, \xe5\xa4\xa9" in bytes(response.body)


def test_of_several_errors_each_is_in_the_detail(tianshui: Client) -> None:
    problem = tianshui.ask("/v1/campaigns?limit=0&lang=fr").json()
    assert (problem["type"], problem["title"]) == ("urn:campaign-api:invalid-query", "Invalid query")
    assert problem["detail"] == "lang: is not one of: zh-Hant, zh-Hans, en; limit: must be from 1 to 200"
    assert [error["parameter"] for error in problem["errors"]] == ["lang", "limit"]

"""The fast path keeps nothing that was read of a file that was written to."""

from pathlib import Path
from typing import Any

import pytest

from app.http.cache import Representation
from app.http.context import Context
from app.http.request_key import Conditions, ParsedRequest, RequestKey
from app.http.routing import PLANNED, REFUSAL
from app.main import ROUTES, create_app
from app.server.fast_path import FastPath
from app.settings import Settings

LIST = "/v1/events?campaign=tianshui"
LARGE = f"{LIST}&include=evidence&include=translations&include=outcomes&include=locations"


def request_of(target: str, encoding: bytes | None = None) -> ParsedRequest:
    key = RequestKey(("http", ("127.0.0.1", 8000)), target.encode(), b"*/*", None, encoding)
    return ParsedRequest(key, Conditions(*(None,) * 8, is_plain=True), is_head=False)


@pytest.fixture
def copy(tianshui_database: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "database.sqlite3"
    copy.write_bytes(tianshui_database.read_bytes())
    return copy


@pytest.fixture
def context(copy: Path) -> Context:
    context: Context = create_app(Settings(data=copy)).state.context
    return context


def render(context: Context, request: ParsedRequest) -> tuple[Representation | None, dict[str, Any]]:
    scope: dict[str, Any] = {}
    return FastPath(ROUTES).render(request, context, scope), scope


@pytest.mark.parametrize(
    ("cached", "target", "encoding"),
    [
        ([], LIST, None),
        ([LIST], f"{LIST}&", None),
        ([LIST], f"{LIST}&", b"gzip"),
        ([LARGE], f"{LARGE}&", b"gzip"),
        ([], "/v1/events/tianshui-five-ones-study", None),
        ([], "/v1/events/nowhere", None),
        ([], "/v1/events?campaign=nowhere", None),
    ],
)
def test_nothing_is_kept_of_a_file_that_was_written_to(
    context: Context, copy: Path, cached: list[str], target: str, encoding: bytes | None
) -> None:
    for one in cached:
        rendered, _ = render(context, request_of(one))
        assert rendered is not None
    request = request_of(target, encoding)
    with copy.open("ab") as file:
        file.write(b"x")
    assert render(context, request) == (None, {})
    assert context.cache.find(request.key) is None


def test_the_scope_has_what_the_application_goes_on_with(context: Context) -> None:
    rendered, scope = render(context, request_of(LIST))
    assert rendered is not None
    assert scope == {}
    assert context.cache.find(request_of(LIST).key) is rendered
    assert render(context, request_of(LARGE))[0] is not None
    rendered, scope = render(context, request_of(f"{LARGE}&", b"gzip"))
    assert (rendered, list(scope)) == (None, [PLANNED])
    rendered, scope = render(context, request_of("/v1/events/nowhere"))
    assert (rendered, list(scope)) == (None, [REFUSAL])

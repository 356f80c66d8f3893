"""The operator's bounds: what is more is an error, and the manual says how much there may be."""

import asyncio
from pathlib import Path

import pytest

from app.http.openapi import describe
from app.main import create_app
from app.settings import Settings
from tests.asking import Client

NARROW = {"max_limit": 60, "max_search": 4, "max_values": 2}


@pytest.fixture(scope="module")
def narrow(tianshui_snapshot: Path) -> Client:
    return Client(create_app(Settings.model_validate({"data": tianshui_snapshot, **NARROW})))


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limit=61", ("limit", "61", "out_of_range", "must be from 1 to 60", "60")),
        ("q=abcde", ("q", "abcde", "string_too_long", "String should have at most 4 characters", None)),
        (
            "category=lecture&category=symposium&category=training",
            ("category", "lecture", "too_many", "is given 3 times; at most 2 are taken", None),
        ),
    ],
)
def test_more_than_the_operator_allows_is_an_error(narrow: Client, query: str, error: tuple[str, ...]) -> None:
    answer = narrow.ask(f"/v1/events?{query}")
    assert answer.status_code == 422
    (told,) = answer.json()["errors"]
    assert tuple(told[name] for name in ("parameter", "value", "code", "detail", "suggestion")) == error


@pytest.mark.parametrize("query", ["limit=60", "q=abcd", "category=lecture&category=symposium", ""])
def test_what_the_operator_allows_is_answered(narrow: Client, query: str) -> None:
    assert narrow.ask(f"/v1/events?{query}").status_code == 200


def test_the_manual_says_how_much_there_may_be(tianshui_snapshot: Path) -> None:
    app = create_app(Settings.model_validate({"data": tianshui_snapshot, **NARROW}))
    described = asyncio.run(describe(app))["paths"]["/v1/events"]["get"]["parameters"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in described}
    assert schemas["limit"]["maximum"] == 60
    assert schemas["q"]["maxLength"] == 4
    assert {schema["maxItems"] for schema in schemas.values() if schema.get("type") == "array"} == {2}

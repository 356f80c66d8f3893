"""The operator's limits on queries: exceeding one is an error, and the OpenAPI document has them."""

from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from tests.client import Client

NARROW = {"max_limit": 60, "max_search_length": 4, "max_values": 2}


@pytest.fixture(scope="module")
def narrow(tianshui_database: Path) -> Client:
    return Client(create_app(Settings.model_validate({"data": tianshui_database, **NARROW})))


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limit=61", ("limit", "61", "out_of_range", "must be from 0 to 60", None)),
        ("q=abcde", ("q", "abcde", "string_too_long", "must have at most 4 characters", None)),
        (
            "category=lecture&category=symposium&category=training",
            ("category", "lecture", "too_many", "is given 3 times; at most 2 are allowed", None),
        ),
    ],
)
def test_more_than_the_operator_allows_is_an_error(narrow: Client, query: str, error: tuple[str, ...]) -> None:
    response = narrow.request(f"/v1/events?{query}")
    assert response.status_code == 422
    (found,) = response.json()["errors"]
    assert tuple(found[name] for name in ("parameter", "value", "code", "detail", "suggestion")) == error


@pytest.mark.parametrize("query", ["limit=60", "q=abcd", "category=lecture&category=symposium", ""])
def test_limits_are_inclusive(narrow: Client, query: str) -> None:
    assert narrow.request(f"/v1/events?{query}").status_code == 200


@pytest.mark.slow
def test_the_openapi_document_is_complete_whatever_the_limits(tianshui_database: Path, tianshui: Client) -> None:
    least = {"max_limit": 50, "max_search_length": 1, "max_values": 1}
    client = Client(create_app(Settings.model_validate({"data": tianshui_database, **least})))
    limited, usual = client.get("/openapi.json"), tianshui.get("/openapi.json")
    assert limited["components"] == usual["components"]
    for path, operations in usual["paths"].items():
        assert limited["paths"][path]["get"]["responses"] == operations["get"]["responses"]


def test_the_limits_are_in_the_openapi_document(tianshui_database: Path) -> None:
    client = Client(create_app(Settings.model_validate({"data": tianshui_database, **NARROW})))
    described = client.get("/openapi.json")["paths"]["/v1/events"]["get"]["parameters"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in described}
    assert schemas["limit"]["maximum"] == 60
    assert schemas["q"]["maxLength"] == 4
    assert {schema["maxItems"] for schema in schemas.values() if schema.get("type") == "array"} == {2}

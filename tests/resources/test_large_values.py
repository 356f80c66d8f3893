"""Values of outcomes and bounds of filters of every size: compared as numbers, returned unchanged."""

from pathlib import Path

import pytest

from app.build.pipeline import build_seeds
from app.main import create_app
from app.model.codes import Basis, Qualifier
from app.settings import Settings
from tests.client import Client
from tests.lists import LISTS
from tests.tools.generating.chosen import model_event, model_outcome, seeds_of
from tests.tools.generating.words import Words, editorial

VALUES = (
    *(0.0, 0.25, 0.5, 1.0, 2.0, 9.0, 9.5, 10.0, 99.0, 100.0, 1000.0, 0.000001, 123.456),
    *(2.0**31 - 1, 2.0**31, 2.0**31 + 0.5, 2.0**31 + 1, 3e9, 2.0**32 - 1, 2.0**32, 2.0**32 + 1, 20_000_000_000.0),
    *(999_999_999_999_998.0, 999_999_999_999_999.0, 1e15, 2.0**53 - 1, 2.0**53, 2.0**53 + 2, 2.0**63, 2.0**64, 1e21),
    *(-0.5, -1.0, -9.0, -10.0, -(2.0**31) - 1, -(2.0**31), -(2.0**32), -(2.0**53), -1e21),
)

BOUNDS = {
    **{f"{value:.15f}".rstrip("0").rstrip("."): value for value in VALUES if abs(value) < 1e15},
    "2147483647.5": 2.0**31 - 0.5,
    "2147483648.0": 2.0**31,
    "0002147483648": 2.0**31,
    "4294967296.000": 2.0**32,
    "3": 3.0,
    "-2": -2.0,
    "-2147483648.5": -(2.0**31) - 0.5,
    "-0": 0.0,
    "5000000000": 5e9,
    "999999999999999.5": 999_999_999_999_999.5,
}
"""Bounds as they are written in a query, with their numbers."""


def outcome_id(value: float) -> str:
    """Return an id whose order is another than that of the values."""
    return f"value-{VALUES.index(value) * 7 % len(VALUES):02}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A client of a campaign with an outcome of each value, and one without a value."""
    note = editorial(Words("推得。", "推得。", "Derived."))
    derived = {"basis": Basis.DERIVED, "note": note, "as_stated": None}
    model = model_outcome().model_copy(update=derived)
    exact = {"qualifier": Qualifier.EXACT}
    outcomes = [model.model_copy(update={**exact, "id": outcome_id(value), "value": value}) for value in VALUES]
    outcomes.append(
        model.model_copy(update={"id": "without-value", "value": None, "qualifier": None, "basis": Basis.NOT_GIVEN})
    )
    path: Path = tmp_path_factory.mktemp("values") / "database.sqlite3"
    return Client(create_app(Settings(data=build_seeds(seeds_of([model_event()], outcomes), path).path)))


def test_values_are_shown_as_numbers(client: Client) -> None:
    shown = {record["id"]: record["value"] for record in client.get("/v1/outcomes?limit=200")["data"]}
    assert shown == {outcome_id(value): value for value in VALUES} | {"without-value": None}
    assert not any(isinstance(value, str) for value in shown.values())
    for value in (2.0**31, 2.0**53 + 2, -1e21, 0.25):
        assert client.get(f"/v1/outcomes/{outcome_id(value)}")["data"]["value"] == value


@pytest.mark.parametrize("written", BOUNDS)
def test_bounds_are_compared_as_numbers(client: Client, written: str) -> None:
    bound = BOUNDS[written]
    above = {outcome_id(value) for value in VALUES if value >= bound}
    below = {outcome_id(value) for value in VALUES if value <= bound}
    for query, expected in (
        (f"value_gte={written}", above),
        (f"value_lte={written}", below),
        (f"value_gte={written}&value_lte={written}", above & below),
        (f"value_lte={written}&sort=-value&kind=quantitative", below),
    ):
        page = client.get(f"/v1/outcomes?limit=200&facet=kind&{query}")
        assert {record["id"] for record in page["data"]} == expected, query
        assert page["meta"]["total"] == len(expected)
        assert sum(counted["count"] for counted in page["meta"]["facets"]["kind"]) == len(expected)
    exported = client.request(f"/v1/outcomes.jsonl?value_gte={written}")
    assert exported.text.count("\n") == int(exported.headers["x-total-count"]) == len(above)


def test_values_between_two_bounds(client: Client) -> None:
    bounds = sorted(BOUNDS.items(), key=lambda item: item[1])
    for (low, at_least), (high, at_most) in zip(bounds[:-3], bounds[3:], strict=True):
        expected = {outcome_id(value) for value in VALUES if at_least <= value <= at_most}
        assert set(client.ids(f"/v1/outcomes?limit=200&value_gte={low}&value_lte={high}")) == expected


@pytest.mark.parametrize("sort", ["value", "-value"])
@pytest.mark.parametrize("limit", [1, 7])
def test_pages_are_in_the_order_of_the_numbers(client: Client, sort: str, limit: int) -> None:
    pages = client.pages(f"/v1/outcomes?sort={sort}&limit={limit}")
    shown = [record["value"] for page in pages for record in page["data"]]
    assert shown == [*sorted(VALUES, reverse=sort == "-value"), None]


def test_bounds_that_are_out_of_order_are_found_by_their_numbers(client: Client) -> None:
    assert client.ids("/v1/outcomes?value_gte=9&value_lte=10&sort=value") == [
        outcome_id(value) for value in (9.0, 9.5, 10.0)
    ]
    for low, high in (("2147483648", "9"), ("10", "9"), ("-9", "-10"), ("999999999999999", "99")):
        (error,) = client.errors(f"/v1/outcomes?value_gte={low}&value_lte={high}")
        assert (error["parameter"], error["code"]) == ("value_gte", "out_of_order")


def test_the_canonical_link_has_the_number_in_digits(client: Client) -> None:
    for written, number in BOUNDS.items():
        link = client.get(f"/v1/outcomes?limit=1&value_gte={written}")["links"]["self"]
        digits = link.partition("value_gte=")[2].partition("&")[0]
        assert "e" not in digits
        assert float(digits) == number


@pytest.mark.parametrize(
    "written",
    ["1e10", "1E10", "2e9", "1e-3", "1e400", "0x80000000", "2_147_483_648", "inf", "nan", "9007199254740993"],
)
@pytest.mark.parametrize("name", ["value_gte", "value_lte"])
def test_other_ways_to_write_a_number_are_refused(client: Client, name: str, written: str) -> None:
    (error,) = client.errors(f"/v1/outcomes?{name}={written}")
    assert (error["parameter"], error["code"], error["value"]) == (name, "bad_form", written)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [2**31 - 1, 2**31, 2**32 + 1, 2**53, 10**17, -1, -(2**31), 201])
def test_a_limit_is_compared_as_a_number(client: Client, path: str, limit: int) -> None:
    (error,) = client.errors(f"/v1/{path}?limit={limit}")
    assert (error["code"], error["suggestion"]) == ("out_of_range", None)
    assert client.get(f"/v1/{path}?limit=9")["meta"]["limit"] == 9
    assert client.get(f"/v1/{path}?limit=0100")["meta"]["limit"] == 100

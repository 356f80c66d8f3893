"""The SQL of a list is cached by the shape of its parameters, so it depends on nothing else."""

import random
from collections.abc import Hashable, Sequence
from enum import Enum
from typing import Any, ClassVar, get_args

import pytest

from app.db.filters import Filters
from app.endpoints.terms import TermListParams
from app.http.errors import InvalidQuery
from app.http.list_params import NO_FILTERS, FilterParams
from app.http.param_values import annotations
from app.http.params import parse_params, query_string
from app.main import ROUTES
from app.resources.events.params import EventFilterParams

MODELS = {route.params_model for route in ROUTES if issubclass(route.params_model, FilterParams)} - {TermListParams}
"""Terms are in no table."""

VALUES = {
    "q": ["座談", "police"],
    "date": ["2024-10", "2025", "2024-10-17"],
    "date_from": ["2024-09-01", "2024-11"],
    "date_to": ["2025-01-02", "2025"],
    "month": ["2024-10", "2025-01", "2024-12"],
    "bbox": ["105,34,107,35", "170,-10,-170,10"],
    "value_gte": ["1", "0.5"],
    "value_lte": ["100", "12345678901"],
}
"""Values of the parameters that are neither ids nor codes."""
IDS = ["maiji", "tianshui", "a-b"]


def values_of(model: type[FilterParams], name: str) -> Sequence[str]:
    if name in VALUES:
        return VALUES[name]
    field = model.model_fields[name]
    types: list[Any] = [one for annotation in annotations(field) for one in (annotation, *get_args(annotation))]
    codes = [code.value for one in types if isinstance(one, type) and issubclass(one, Enum) for code in one]
    return codes or IDS


def random_params(model: type[FilterParams], randomness: random.Random) -> FilterParams | None:
    """Return parameters with up to three filters, None where these cannot be combined."""
    names = sorted(set(model.model_fields) - NO_FILTERS)
    pairs: list[tuple[str, str]] = []
    for name in randomness.sample(names, min(len(names), randomness.randint(0, 3))):
        values = values_of(model, name)
        pairs += [(name, one) for one in randomness.sample(values, min(len(values), randomness.choice((1, 1, 2, 3))))]
    try:
        return parse_params(model, query_string(pairs).encode())
    except InvalidQuery:
        return None


@pytest.mark.parametrize("model", sorted(MODELS, key=str))
def test_parameters_of_one_shape_have_one_condition(model: type[FilterParams]) -> None:
    randomness = random.Random(1)  # noqa: S311 - not for secrets
    filters: dict[Hashable, Filters] = {}
    queries: dict[Any, set[str]] = {}
    for _ in range(3000):
        params = random_params(model, randomness)
        if params is not None:
            shape = params.shape()
            assert params.filters() == filters.setdefault(shape, params.filters()), params.canonical()
            queries.setdefault(shape, set()).add(params.canonical())
    # Every parameter was tried, and many shapes with several values.
    assert {name for params in queries for name, _ in params} == set(model.model_fields) - NO_FILTERS
    assert sum(len(one) > 1 for one in queries.values()) > len(queries) / 6


def test_a_column_is_of_a_repeatable_parameter() -> None:
    with pytest.raises(TypeError, match=r"^Wrong\.q is in `columns` and not repeatable; write its SQL in `filters`$"):

        class Wrong(FilterParams):
            columns: ClassVar[dict[str, str]] = {"q": "event.title"}


def test_other_values_have_the_same_shape() -> None:
    def shape(query: str) -> Hashable:
        return parse_params(EventFilterParams, query.encode()).shape()

    assert shape("campaign=a&date_from=2024&lang=en&sort=-date") == shape("campaign=b&date_from=2025-01-01")
    assert shape("location=a&location=b") == shape("location=c&location=d&location=e")
    assert shape("category=lecture") == shape("category=symposium")
    assert len({shape(""), shape("location=a"), shape("location=a&location=b"), shape("campaign=a")}) == 4
    assert shape("undated=only") != shape("undated=exclude")

import pytest

from app.db.bounded_cache import BoundedCache
from app.db.cursors import CursorValues
from app.db.filters import Filters
from app.db.list_query import ListSelection
from app.resources.registry import EVENTS
from tests.languages import EN


def selection(sort: str) -> ListSelection:
    return ListSelection(EVENTS, "shape", Filters(), {}, (sort,), EN, BoundedCache(0), "event?")


@pytest.mark.parametrize(
    ("after", "fitting"),
    [
        ((0, "symposium", "tianshui-x"), True),
        ((0, "symposium"), False),
        ((0, "symposium", "tianshui-x", "y"), False),
        ((0, 1, "tianshui-x"), False),
        ((0, "\ud800", "tianshui-x"), False),
        ((0, "symposium", "\udfff"), False),
        ((0, "symposium", "a\x00"), False),
        ((1, "symposium", "tianshui-x"), False),
        ((-1, "symposium", "tianshui-x"), False),
        ((False, "symposium", "tianshui-x"), False),
        (("0", "symposium", "tianshui-x"), False),
        ((0.0, "symposium", "tianshui-x"), False),
    ],
)
def test_only_values_that_an_order_sorts_by_fit_it(after: CursorValues, fitting: bool) -> None:
    assert selection("category").accepts(after) is fitting


@pytest.mark.parametrize("after", [(), (0,), (2, 7), (1, 2**63), (1, -(2**63) - 1), (1, True), (1, 7.0), (1, "7")])
def test_a_list_of_several_stretches_goes_on_in_one_of_them(after: CursorValues) -> None:
    selected = selection("-date")
    assert len(selected.segments(is_ranked=True)) == 2
    assert selected.accepts((0, 7))
    assert selected.accepts((1, 7))
    assert not selected.accepts(after)

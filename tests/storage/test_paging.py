import pytest

from app.storage.cursors import Values
from app.storage.paging import fits, order_by
from app.web.listings import EVENTS


@pytest.mark.parametrize(
    ("after", "fitting"),
    [
        (("symposium", "tianshui-x"), True),
        (("symposium",), False),
        (("symposium", "tianshui-x", "y"), False),
        ((1, "tianshui-x"), False),
        (("\ud800", "tianshui-x"), False),
        (("symposium", "\udfff"), False),
        (("symposium", "a\x00"), False),
    ],
)
def test_only_values_that_an_order_sorts_by_fit_it(after: Values, fitting: bool) -> None:
    assert fits(order_by(EVENTS, ["category"]), after) is fitting

"""Cursors: valid for the same list however its records are shown, and for no other."""

import pytest

from app.db.cursors import CursorValues, encode_cursor
from tests.client import Client


def cursor_after(client: Client, target: str) -> str:
    """Return the cursor of a page that is not the last."""
    following: str = client.get(target)["links"]["next"]
    return following.partition("cursor=")[2].partition("&")[0]


@pytest.mark.parametrize("changed", ["limit=2", "limit=1&include=evidence", "limit=1&facet=kind", "limit=1&lang=en"])
def test_a_cursor_is_valid_for_the_same_records_shown_differently(both: Client, changed: str) -> None:
    first, second, *_ = both.ids("/v1/events")
    assert both.ids("/v1/events?limit=1") == [first]
    cursor = cursor_after(both, "/v1/events?limit=1")
    assert both.ids(f"/v1/events?{changed}&cursor={cursor}")[0] == second


def test_a_cursor_of_an_order_by_title_is_valid_for_its_language_only(both: Client) -> None:
    cursor = cursor_after(both, "/v1/events?sort=title&limit=1&lang=en")
    assert both.ids(f"/v1/events?sort=title&limit=1&lang=en&cursor={cursor}")
    (error,) = both.errors(f"/v1/events?sort=title&limit=1&lang=zh-Hans&cursor={cursor}")
    assert (error["parameter"], error["value"], error["code"]) == ("cursor", cursor, "cursor_of_another_query")
    assert error["detail"] == "属于另一个列表，或筛选条件、排序、语言不同的查询；请去掉 cursor，从第一页开始"


@pytest.mark.parametrize("after", [(), ("0",), (True, 1), (0,), (0, "1"), (0, 1, 1), (9, 1), (-1, 1), (0, 2**70)])
def test_a_forged_cursor_is_refused(both: Client, after: CursorValues) -> None:
    version = both.get("/v1/events?limit=1")["meta"]["version"]
    good = encode_cursor((0, 1), "/v1/events?#", version)
    assert both.ids(f"/v1/events?cursor={good}") == both.ids("/v1/events")[1:]
    (error,) = both.errors(f"/v1/events?cursor={encode_cursor(after, '/v1/events?#', version)}")
    assert (error["parameter"], error["code"]) == ("cursor", "invalid_cursor")

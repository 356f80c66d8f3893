import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.bounded_cache import BoundedCache


def counting(made: list[object], what: object) -> Callable[[], object]:
    def make() -> object:
        made.append(what)
        return what

    return make


@pytest.mark.parametrize("value", [7, 0, "", False, None, ()])
def test_what_was_made_is_not_made_again_whatever_it_is(value: object) -> None:
    memo, made = BoundedCache(10), list[object]()
    assert [memo.get("key", counting(made, value)) for _ in range(3)] == [value] * 3
    assert made == [value]


def test_it_tells_what_it_remembers() -> None:
    memo = BoundedCache(1)
    memo.get("first", lambda: None)
    assert "first" in memo
    assert "second" not in memo


def test_what_failed_is_made_again() -> None:
    memo = BoundedCache(10)

    def fail() -> int:
        raise ValueError("not now")

    for _ in range(2):
        with pytest.raises(ValueError, match="not now"):
            memo.get("key", fail)
    assert memo.get("key", lambda: 7) == 7


@given(st.lists(st.integers(0, 12), max_size=60), st.integers(0, 8))
def test_it_gives_what_belongs_to_the_key_and_remembers_what_was_made_last(keys: list[int], most: int) -> None:
    memo, made = BoundedCache(most), list[object]()
    remembered: list[int] = []
    for key in keys:
        before = len(made)
        assert memo.get(key, counting(made, key)) == key
        assert (len(made) == before) == (key in remembered)
        if key not in remembered:
            remembered = [*remembered, key][-most:] if most else []


def test_threads_that_begin_at_once_come_to_the_same() -> None:
    memo = BoundedCache(3)
    together = threading.Barrier(8)

    def ask(_: int) -> list[int]:
        together.wait()
        return [memo.get(key, lambda key=key: key * key) for key in range(200)]  # type: ignore[misc]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert answers == [[key * key for key in range(200)]] * 8

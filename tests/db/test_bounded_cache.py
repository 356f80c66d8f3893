import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.bounded_cache import BoundedCache, size_of
from app.db.facets import FacetCounts
from app.db.filters import Filters


def recording(computed: list[object], what: object) -> Callable[[], object]:
    def compute() -> object:
        computed.append(what)
        return what

    return compute


@pytest.mark.parametrize("value", [7, 0, "", False, None, ()])
def test_a_result_is_computed_once_whatever_it_is(value: object) -> None:
    cache, computed = BoundedCache(1000), list[object]()
    assert [cache.get("key", recording(computed, value)) for _ in range(3)] == [value] * 3
    assert computed == [value]
    assert "key" in cache
    assert "other" not in cache


def test_a_failed_computation_is_repeated() -> None:
    cache = BoundedCache(1000)

    def fail() -> int:
        raise ValueError("not now")

    for _ in range(2):
        with pytest.raises(ValueError, match="not now"):
            cache.get("key", fail)
    assert cache.get("key", lambda: 7) == 7


@given(st.lists(st.tuples(st.integers(0, 12), st.text(max_size=200)), max_size=60), st.integers(0, 3000))
def test_the_newest_results_that_fit_are_cached(calls: list[tuple[int, str]], max_bytes: int) -> None:
    cache = BoundedCache(max_bytes)
    expected: dict[int, str] = {}
    sizes: dict[int, int] = {}
    for key, value in calls:
        assert cache.get(key, lambda value=value: value) == expected.get(key, value)  # type: ignore[misc]
        one = BoundedCache(10_000)
        one.get(key, lambda value=value: value)  # type: ignore[misc]
        if key not in expected and one.bytes <= max_bytes:
            expected[key], sizes[key] = value, one.bytes
            while sum(sizes[cached] for cached in expected) > max_bytes:
                del expected[next(iter(expected))]
        assert {cached for cached in range(13) if cached in cache} == expected.keys()
        assert cache.bytes == sum(sizes[cached] for cached in expected) <= max_bytes
        assert len(cache) == len(expected)


def test_a_result_larger_than_the_cache_evicts_nothing() -> None:
    cache = BoundedCache(2000)
    cache.get("small", lambda: 1)
    assert cache.get("large", lambda: "x" * 2000) == "x" * 2000
    assert "small" in cache
    assert "large" not in cache


def test_the_size_of_a_result_is_that_of_all_that_it_contains() -> None:
    counts = FacetCounts([("tianshui", "x" * 1000, 3)] * 2, complete=True, derived_excluded=None)
    assert size_of(counts) > 2 * sys.getsizeof("x" * 1000)
    for value in ({"key": ("x" * 1000,)}, frozenset(["x" * 1000]), Filters({"name": "x" * 1000})):
        assert size_of(value) > sys.getsizeof("x" * 1000)


def test_threads_share_a_cache() -> None:
    cache = BoundedCache(1000)
    together = threading.Barrier(8)

    def read(_: int) -> list[int]:
        together.wait()
        return [cache.get(key, lambda key=key: key * key) for key in range(200)]  # type: ignore[misc]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(read, range(8)))
    assert results == [[key * key for key in range(200)]] * 8
    assert 0 < cache.bytes <= 1000

from hypothesis import assume, given
from hypothesis import strategies as st

from app.published.gcj02 import in_mainland, to_gcj02
from app.seeding.checks.geography import distance_km


def inverse(latitude: float, longitude: float) -> tuple[float, float]:
    """Find the WGS 84 point of a GCJ-02 one by iteration."""
    guess = latitude, longitude
    for _ in range(10):
        there = to_gcj02(*guess)
        guess = guess[0] + latitude - there[0], guess[1] + longitude - there[1]
    return guess


def test_known_points() -> None:
    assert to_gcj02(39.915, 116.404) == (39.916404, 116.410244)
    assert to_gcj02(31.1774276, 121.5272106) == (31.175304, 121.531542)


# Well inside the mainland: at its edge a point and its shifted one may lie on different sides.
@given(st.floats(30, 42), st.floats(100, 118))
def test_it_can_be_inverted_to_within_a_metre(latitude: float, longitude: float) -> None:
    back = inverse(*to_gcj02(latitude, longitude))
    assert in_mainland(latitude, longitude)
    assert distance_km((latitude, longitude), back) < 0.001


@given(st.floats(22, 48), st.floats(85, 125))
def test_the_shift_is_some_hundred_metres(latitude: float, longitude: float) -> None:
    assume(in_mainland(latitude, longitude))
    assert 0.0 < distance_km((latitude, longitude), to_gcj02(latitude, longitude)) < 1.5


def test_there_is_no_shift_outside_the_mainland() -> None:
    for point in [(25.03, 121.56), (22.30, 114.17), (35.68, 139.69), (48.85, 2.35), (1.35, 103.82), (-33.9, 18.4)]:
        assert not in_mainland(*point)
        assert to_gcj02(*point) == point

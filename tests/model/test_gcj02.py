import json
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.build.validate.geography import distance_km
from app.model import gcj02
from app.model.gcj02 import in_mainland, to_gcj02

BOUNDARY: dict[str, Any] = json.loads(Path(gcj02.__file__).with_name("mainland.geojson").read_bytes())
RINGS: list[list[list[float]]] = list(chain.from_iterable(BOUNDARY["geometry"]["coordinates"]))
WEST, SOUTH, EAST, NORTH = BOUNDARY["bbox"]
POINTS = st.tuples(st.floats(SOUTH, NORTH), st.floats(WEST, EAST))

INSIDE = {
    "Beijing": (39.904, 116.407),
    "Tianshui": (34.581, 105.725),
    "Lhasa": (29.65, 91.12),
    "Haikou": (20.04, 110.34),
    # On the coast and on islands.
    "Dalian": (38.914, 121.615),
    "Qingdao": (36.067, 120.38),
    "Shanghai": (31.23, 121.47),
    "Zhoushan": (29.985, 122.207),
    "Yangshan, a port 25 km out": (30.62, 122.07),
    "Shengshan": (30.72, 122.81),
    "Zhangzi": (39.03, 122.73),
    "Xiamen": (24.48, 118.09),
    "Dadeng, by Kinmen": (24.544, 118.328),
    "Zhuhai": (22.27, 113.577),
    "Hengqin, by Macau": (22.13, 113.53),
    "Shekou, by Hong Kong": (22.487, 113.915),
    "Luohu, by Hong Kong": (22.546, 114.125),
    "Sanya": (18.25, 109.51),
    # On the land border.
    "Dandong": (40.13, 124.38),
    "Hunchun": (42.863, 130.366),
    "Suifenhe": (44.396, 131.151),
    "Heihe": (50.245, 127.49),
    "Manzhouli": (49.598, 117.379),
    "Erenhot": (43.65, 111.98),
    "Kashgar": (39.47, 75.99),
    "Tashkurgan": (37.775, 75.225),
    "Zhangmu": (27.99, 85.98),
    "Ruili": (24.013, 97.852),
    "Hekou": (22.529, 103.96),
    "Pingxiang": (22.097, 106.755),
    "Dongxing": (21.55, 107.967),
}
OUTSIDE = {
    "Hong Kong, Central": (22.282, 114.158),
    "Hong Kong, Kowloon": (22.30, 114.17),
    "Hong Kong, Sheung Shui": (22.502, 114.128),
    "Hong Kong, the airport": (22.31, 113.915),
    "Macau": (22.19, 113.54),
    "Macau, Cotai": (22.147, 113.56),
    "Taipei": (25.03, 121.56),
    "Penghu": (23.565, 119.586),
    "Kinmen": (24.43, 118.32),
    "Lieyu": (24.43, 118.24),
    "Nangan": (26.15, 119.93),
    "Beigan": (26.22, 119.98),
    # Over the land border.
    "Sinuiju": (40.10, 124.40),
    "Pyongyang": (39.02, 125.75),
    "Vladivostok": (43.115, 131.886),
    "Khabarovsk": (48.48, 135.08),
    "Blagoveshchensk": (50.29, 127.53),
    "Zabaykalsk": (49.65, 117.33),
    "Choibalsan": (48.08, 114.53),
    "Ulaanbaatar": (47.92, 106.917),
    "Zamyn-Uud": (43.71, 111.90),
    "Almaty": (43.238, 76.945),
    "Bishkek": (42.87, 74.59),
    "Dushanbe": (38.56, 68.77),
    "Islamabad": (33.69, 73.05),
    "Leh": (34.16, 77.58),
    "Kathmandu": (27.717, 85.324),
    "Thimphu": (27.47, 89.64),
    "Myitkyina": (25.383, 97.396),
    "Lao Cai": (22.486, 103.975),
    "Lang Son": (21.85, 106.76),
    "Mong Cai": (21.525, 107.967),
    "Hanoi": (21.03, 105.85),
    # At sea.
    "the Yellow Sea": (35.0, 122.5),
    "the Beibu Gulf": (20.5, 108.0),
    "the Taiwan Strait": (24.5, 119.5),
    # Far away, some of it within the box of latitudes or longitudes.
    "Tokyo": (35.68, 139.69),
    "Paris": (48.85, 2.35),
    "Singapore": (1.35, 103.82),
    "Yakutsk": (62.03, 129.73),
    "Cape Town": (-33.9, 18.4),
    "the South Pole": (-90.0, 0.0),
    "the date line": (35.0, -180.0),
}


def inverse(latitude: float, longitude: float) -> tuple[float, float]:
    """Find the WGS 84 point of a GCJ-02 one by iteration."""
    guess = latitude, longitude
    for _ in range(10):
        there = to_gcj02(*guess)
        guess = guess[0] + latitude - there[0], guess[1] + longitude - there[1]
    return guess


def clear_of_the_border(latitude: float, longitude: float) -> bool:
    """Return whether all is mainland for 100 m around, where the guesses of `inverse` may fall."""
    return all(in_mainland(latitude + north, longitude + east) for north in (-0.001, 0.001) for east in (-0.001, 0.001))


def test_known_points() -> None:
    assert to_gcj02(39.915, 116.404) == (39.916404, 116.410244)
    assert to_gcj02(31.1774276, 121.5272106) == (31.175304, 121.531542)


@pytest.mark.parametrize("point", INSIDE.values(), ids=INSIDE.keys())
def test_the_mainland_is_shifted(point: tuple[float, float]) -> None:
    assert in_mainland(*point)
    assert to_gcj02(*point) != point


@pytest.mark.parametrize("point", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_nothing_else_is_shifted(point: tuple[float, float]) -> None:
    assert not in_mainland(*point)
    assert to_gcj02(*point) == point


@pytest.mark.parametrize(("pier", "inside"), [((36.02, 120.33), True), ((35.95, 120.45), False)])
def test_five_kilometres_of_sea_belong_to_the_coast(pier: tuple[float, float], inside: bool) -> None:
    assert in_mainland(*pier) is inside


# At the edge of the mainland a point and its shifted one may lie on different sides; there is no inverse there.
@given(POINTS)
def test_it_can_be_inverted_to_within_a_metre(point: tuple[float, float]) -> None:
    assume(clear_of_the_border(*point) and clear_of_the_border(*to_gcj02(*point)))
    assert distance_km(point, inverse(*to_gcj02(*point))) < 0.001


@given(POINTS)
def test_the_shift_is_some_hundred_metres(point: tuple[float, float]) -> None:
    assume(in_mainland(*point))
    assert 0.017 < distance_km(point, to_gcj02(*point)) < 0.71


@given(POINTS)
def test_a_ray_to_the_north_over_all_edges_finds_the_same(point: tuple[float, float]) -> None:
    latitude, longitude = point
    crossings = 0
    for (x, y), (to_x, to_y) in chain.from_iterable(map(pairwise, RINGS)):
        if (x <= longitude) != (to_x <= longitude):
            crossings += y + (to_y - y) * (longitude - x) / (to_x - x) > latitude
    assert in_mainland(*point) is bool(crossings % 2)


def test_the_boundary_is_what_its_head_says() -> None:
    head = BOUNDARY["properties"]
    assert "Natural Earth 4.1.0" in head["source"]
    assert "world-atlas 2.0.2" in head["source"]
    assert "Public domain" in head["licence"]
    assert head["rings"] == len(RINGS) == len(BOUNDARY["geometry"]["coordinates"])
    assert head["points"] == sum(len(ring) - 1 for ring in RINGS)
    assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in RINGS)
    longitudes, latitudes = zip(*chain.from_iterable(RINGS), strict=True)
    assert BOUNDARY["bbox"] == [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]
    assert all(round(value, 3) == value for value in longitudes + latitudes)

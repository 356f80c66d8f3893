import json
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.build.validate.geography import distance_km
from app.model import gcj02
from app.model.gcj02 import gcj02_of, in_mainland, to_gcj02

MAINLAND, UNDECIDED = json.loads(Path(gcj02.__file__).with_name("mainland.geojson").read_bytes())["features"]


def rings_of(feature: dict[str, Any]) -> list[list[list[float]]]:
    return list(chain.from_iterable(feature["geometry"]["coordinates"]))


WEST, SOUTH, EAST, NORTH = MAINLAND["bbox"]
POINTS = st.tuples(st.floats(SOUTH, NORTH), st.floats(WEST, EAST))

INSIDE = {
    "Beijing": (39.904, 116.407),
    "Tianshui": (34.581, 105.725),
    "Lhasa": (29.65, 91.12),
    "Haikou": (20.04, 110.34),
    # On the coast.
    "Dalian": (38.914, 121.615),
    "Qingdao": (36.067, 120.38),
    "Shanghai": (31.23, 121.47),
    "Xiamen": (24.48, 118.09),
    "Zhuhai": (22.27, 113.577),
    "Shekou, by Hong Kong": (22.487, 113.915),
    "Futian, by Hong Kong": (22.535, 114.055),
    "Luohu, by Hong Kong": (22.546, 114.125),
    "Liantang, by Hong Kong": (22.566, 114.165),
    "Yantian, by Hong Kong": (22.565, 114.245),
    "Gongbei, by Macau": (22.224, 113.552),
    "Wanzai, by Macau": (22.20, 113.52),
    "Hengqin, by Macau": (22.13, 113.53),
    "Sanya": (18.25, 109.51),
    # Islands of Liaoning.
    "Dachangshan": (39.27, 122.58),
    "Zhangzi": (39.03, 122.73),
    "Haiyang": (39.06, 123.16),
    "Dalu, by Dandong": (39.76, 123.74),
    "Juhua": (40.49, 120.81),
    # Of Hebei and Tianjin there are only those by the shore.
    "Puti": (39.15, 118.85),
    # Of Shandong.
    "Nanchangshan": (37.92, 120.74),
    "Beihuangcheng": (38.39, 120.91),
    "Kongtong": (37.56, 121.52),
    "Liugong": (37.50, 122.19),
    "Lingshan": (35.76, 120.16),
    "Chaolian": (35.89, 120.88),
    # Of Jiangsu and Shanghai.
    "Liandao": (34.76, 119.47),
    "Kaishan": (34.53, 119.87),
    "Dashan": (35.00, 119.90),
    "Chongming": (31.62, 121.40),
    "Sheshan": (31.42, 122.24),
    # Of Zhejiang.
    "Zhoushan": (29.985, 122.207),
    "Putuoshan": (30.0036, 122.3872),
    "Yangshan, a port 25 km out": (30.62, 122.07),
    "Shengshan": (30.72, 122.81),
    "Huaniao": (30.85, 122.67),
    "Dongfushan": (30.13, 122.77),
    "Liuheng": (29.72, 122.12),
    "Nanjiushan": (29.43, 122.19),
    "Yushan": (28.88, 122.26),
    "Dachen": (28.45, 121.89),
    "Yiwu": (28.22, 121.62),
    "Dongtou": (27.84, 121.15),
    "Nanji": (27.46, 121.06),
    "Beiji": (27.63, 121.20),
    # Of Fujian.
    "Taishan": (27.00, 120.70),
    "Sishuang": (26.65, 120.35),
    "Fuying": (26.58, 120.13),
    "Xiyang": (26.50, 120.05),
    "Langqi": (26.10, 119.58),
    "Pingtan": (25.50, 119.79),
    "Niushan": (25.43, 119.94),
    "Meizhou": (25.07, 119.13),
    "Nanri": (25.21, 119.49),
    "Gulangyu": (24.447, 118.063),
    "Dadeng, by Kinmen": (24.544, 118.328),
    "Jiao, by Kinmen": (24.553, 118.404),
    "Xiaodeng, by Kinmen": (24.558, 118.385),
    "Dongshan": (23.70, 117.43),
    # Of Guangdong.
    "Nanao": (23.43, 117.03),
    "Nanpeng": (23.27, 117.29),
    "Neilingding": (22.41, 113.80),
    "Sanmen": (22.46, 114.63),
    "Guishan": (22.14, 113.82),
    "Wai Lingding, by Hong Kong": (22.11, 114.03),
    "Dangan, by Hong Kong": (22.04, 114.27),
    "Wanshan": (21.93, 113.73),
    "Dongao": (22.02, 113.71),
    "Hebao": (21.86, 113.16),
    "Shangchuan": (21.68, 112.78),
    "Xiachuan": (21.65, 112.56),
    "Hailing": (21.60, 111.90),
    "Naozhou": (20.90, 110.60),
    # Of Guangxi and Hainan.
    "Weizhou": (21.04, 109.11),
    "Xieyang": (20.91, 109.21),
    "Wuzhizhou": (18.31, 109.76),
    "Dazhou": (18.66, 110.48),
    "Qizhou": (19.97, 111.25),
    "Yongxing, in the Paracels": (16.835, 112.34),
    "Jinyin, in the Paracels": (16.45, 111.51),
    "Zhongjian, in the Paracels": (15.78, 111.20),
    # On the land border.
    "Dandong": (40.135, 124.38),
    "Ji'an": (41.125, 126.18),
    "Tumen": (42.968, 129.84),
    "Hunchun": (42.863, 130.366),
    "Suifenhe": (44.396, 131.151),
    "Raohe": (46.80, 134.01),
    "Tongjiang": (47.645, 132.50),
    "Heihe": (50.245, 127.49),
    "Mohe": (53.48, 122.35),
    "Manzhouli": (49.598, 117.379),
    "Erenhot": (43.65, 111.98),
    "Jeminay": (47.43, 85.87),
    "Tacheng": (46.746, 82.98),
    "Alashankou": (45.171, 82.573),
    "Khorgos": (44.21, 80.43),
    "Kashgar": (39.47, 75.99),
    "Tashkurgan": (37.775, 75.225),
    "Burang": (30.29, 81.175),
    "Gyirong": (28.395, 85.327),
    "Zhangmu": (27.99, 85.982),
    "Yadong": (27.485, 88.907),
    "Ruili": (24.013, 97.852),
    "Wanding": (24.088, 98.075),
    "Menglian": (22.33, 99.585),
    "Mohan": (21.195, 101.69),
    "Hekou": (22.53, 103.958),
    "Pingxiang": (22.097, 106.755),
    "Dongxing": (21.55, 107.967),
}
OUTSIDE = {
    "Hong Kong, Central": (22.282, 114.158),
    "Hong Kong, Kowloon": (22.30, 114.17),
    "Hong Kong, Sheung Shui": (22.502, 114.128),
    "Hong Kong, the airport": (22.31, 113.915),
    "Hong Kong, Lok Ma Chau": (22.507, 114.075),
    "Hong Kong, San Tin": (22.501, 114.07),
    "Hong Kong, Lo Wu": (22.522, 114.117),
    "Hong Kong, the Lok Ma Chau Loop": (22.516, 114.08),
    "Hong Kong, Ta Kwu Ling": (22.541, 114.152),
    "Hong Kong, Sha Tau Kok": (22.537, 114.215),
    "Hong Kong, Kat O": (22.542, 114.295),
    "Hong Kong, Tung Ping Chau": (22.545, 114.432),
    "Hong Kong, Po Toi": (22.168, 114.265),
    "Hong Kong, Tai A Chau": (22.165, 113.91),
    "Macau": (22.19, 113.545),
    "Macau, the north": (22.207, 113.547),
    "Macau, Cotai": (22.147, 113.56),
    "Macau, Coloane": (22.117, 113.562),
    "Taipei": (25.03, 121.56),
    "Keelung": (25.13, 121.74),
    "Kaohsiung": (22.63, 120.30),
    "Lanyu": (22.05, 121.54),
    "Penghu": (23.565, 119.586),
    "Wangan": (23.37, 119.50),
    "the Pratas Islands": (20.70, 116.72),
    "Taiping": (10.377, 114.365),
    "the Diaoyu Islands": (25.745, 123.475),
    "Kinmen": (24.43, 118.32),
    "Lieyu": (24.43, 118.24),
    "Dadan, by Xiamen": (24.39, 118.165),
    "Dongding": (24.162, 118.237),
    "Wuqiu": (24.99, 119.452),
    "Nangan": (26.15, 119.93),
    "Beigan": (26.22, 119.98),
    "Gaodeng": (26.278, 119.987),
    "Juguang": (25.97, 119.94),
    "Dongju": (25.96, 119.977),
    "Dongyin": (26.37, 120.49),
    # Over the land border.
    "Sinuiju": (40.095, 124.40),
    "Hyesan": (41.395, 128.18),
    "Hoeryong": (42.44, 129.755),
    "Khasan": (42.43, 130.645),
    "Pyongyang": (39.02, 125.75),
    "Vladivostok": (43.115, 131.886),
    "Khabarovsk": (48.48, 135.08),
    "Blagoveshchensk": (50.29, 127.53),
    "Zabaykalsk": (49.65, 117.33),
    "Dostyk": (45.255, 82.48),
    "Zharkent": (44.17, 80.00),
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
    "Muse": (23.99, 97.905),
    "Myitkyina": (25.383, 97.396),
    "Lao Cai": (22.486, 103.975),
    "Lang Son": (21.85, 106.76),
    "Mong Cai": (21.525, 107.967),
    "Hanoi": (21.03, 105.85),
    # At sea.
    "the Yellow Sea": (35.0, 122.5),
    "the Beibu Gulf": (20.5, 108.0),
    "the Taiwan Strait": (24.5, 119.5),
    "the sea off Hong Kong": (22.2, 114.45),
    # Far away, some of it within the box of latitudes or longitudes.
    "Tokyo": (35.68, 139.69),
    "Paris": (48.85, 2.35),
    "Singapore": (1.35, 103.82),
    "Yakutsk": (62.03, 129.73),
    "Cape Town": (-33.9, 18.4),
    "the South Pole": (-90.0, 0.0),
    "the date line": (35.0, -180.0),
}
UNKNOWN = {
    "Khunjerab Pass": (36.85, 75.43),
    "Nathu La": (27.387, 88.831),
    "the Friendship Pass": (21.977, 106.713),
    "Chung Ying Street": (22.5465, 114.2265),
    "the Shenzhen River at Lo Wu": (22.53, 114.1135),
    "the port of Hong Kong on Shenzhen Bay": (22.499, 113.946),
    "the border gate of Macau": (22.216, 113.549),
    "the university of Macau on Hengqin": (22.13, 113.545),
    "the ports of Zhuhai and Macau on the bridge to Hong Kong": (22.211, 113.583),
    "Yongshu, in the Spratlys": (9.55, 112.89),
}
"""Where the boundary is not exact enough, or nobody knows how the maps draw it."""


def shifted(latitude: float, longitude: float) -> tuple[float, float]:
    """Convert a point that is decided."""
    point = to_gcj02(latitude, longitude)
    assert point is not None
    return point


def inverse(latitude: float, longitude: float) -> tuple[float, float]:
    """Find the WGS 84 point of a GCJ-02 one by iteration."""
    guess = latitude, longitude
    for _ in range(10):
        there = shifted(*guess)
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
    assert to_gcj02(*point) not in (point, None)


@pytest.mark.parametrize("point", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_nothing_else_is_shifted(point: tuple[float, float]) -> None:
    assert in_mainland(*point) is False
    assert to_gcj02(*point) == point


@pytest.mark.parametrize("point", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_where_the_boundary_is_not_exact_enough_there_is_no_point(point: tuple[float, float]) -> None:
    assert in_mainland(*point) is None
    assert to_gcj02(*point) is None
    assert gcj02_of(*point) is None


# Chaolian, the base point off Qingdao, is at 35.893 N, 120.885 E.
@pytest.mark.parametrize(("ship", "inside"), [((35.95, 120.45), True), ((35.86, 120.90), True), ((35.8, 121.0), False)])
def test_the_sea_within_the_baselines_and_five_kilometres_belong_to_the_coast(
    ship: tuple[float, float], inside: bool
) -> None:
    assert in_mainland(*ship) is inside


# At the edge of the mainland a point and its shifted one may lie on different sides; there is no inverse there.
@given(POINTS)
def test_it_can_be_inverted_to_within_a_metre(point: tuple[float, float]) -> None:
    assume(clear_of_the_border(*point) and clear_of_the_border(*shifted(*point)))
    assert distance_km(point, inverse(*shifted(*point))) < 0.001


@given(POINTS)
def test_the_shift_is_some_hundred_metres(point: tuple[float, float]) -> None:
    assume(in_mainland(*point))
    assert 0.017 < distance_km(point, shifted(*point)) < 0.71


def crosses_northwards(feature: dict[str, Any], latitude: float, longitude: float) -> bool:
    crossings = 0
    for (x, y), (to_x, to_y) in chain.from_iterable(map(pairwise, rings_of(feature))):
        if (x <= longitude) != (to_x <= longitude):
            crossings += y + (to_y - y) * (longitude - x) / (to_x - x) > latitude
    return crossings % 2 == 1


@given(POINTS)
def test_a_ray_to_the_north_over_all_edges_finds_the_same(point: tuple[float, float]) -> None:
    found = None if crosses_northwards(UNDECIDED, *point) else crosses_northwards(MAINLAND, *point)
    assert in_mainland(*point) is found


def test_the_boundary_is_what_its_head_says() -> None:
    head = json.loads(Path(gcj02.__file__).with_name("mainland.geojson").read_bytes())
    assert "Natural Earth 4.1.0" in head["source"]
    assert "world-atlas 2.0.2" in head["source"]
    assert "Public domain" in head["licence"]
    for feature, name in ((MAINLAND, "mainland"), (UNDECIDED, "undecided")):
        rings = rings_of(feature)
        assert feature["properties"]["name"] == name
        assert feature["properties"]["rings"] == len(rings)
        assert feature["properties"]["points"] == sum(len(ring) - 1 for ring in rings)
        assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in rings)
        longitudes, latitudes = zip(*chain.from_iterable(rings), strict=True)
        assert feature["bbox"] == [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]
        assert all(round(value, 3) == value for value in longitudes + latitudes)

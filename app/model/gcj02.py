"""Conversion from WGS 84 to GCJ-02, the datum of Chinese base maps.

Public maps of China are shifted by a smooth offset of 17 to 700 m. The authority has never published the formula. This
is the reconstruction that map libraries have used since 2010, a sine expansion over the Krasovsky 1940 ellipsoid; it
agrees with the maps to within about 2 m. Outside mainland China neither maps nor points are shifted: in Hong Kong,
Macau, the area governed from Taiwan (with Kinmen and Matsu), and at sea beyond 5 km from the coast and its baselines,
or half way to another shore.

`mainland.geojson` beside this file has the boundary, and the zone beside it where its error leaves open on which side a
point is: there a point has no GCJ-02. It states how both were derived from Natural Earth, whose land border follows the
de facto line where one is disputed. Outside the zone, none of 30,000 random points within some 20 km of the land border
is on the other side of OpenStreetMap's, and none of the 1,200 islands that it has on China's coast is.
"""

import json
import math
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from app.languages import Tree

_SEMI_MAJOR_AXIS_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_ORIGIN_LATITUDE, _ORIGIN_LONGITUDE = 35.0, 105.0

_MAINLAND = Path(__file__).with_name("mainland.geojson")
# Measured: bands of 1/20 degree have eleven edges, 1.5 µs for a point on the coast; bands of a degree take 12 µs.
_BANDS_PER_DEGREE = 20


class _Edge(NamedTuple):
    """An edge of a ring, from south (inclusive) to north, at longitude = intercept + slope x latitude."""

    south: float
    north: float
    intercept: float
    slope: float


class _Boundary(NamedTuple):
    """The box around all rings, and their edges by the bands of latitude that they touch, from south to north."""

    west: float
    south: float
    east: float
    north: float
    bands: list[list[_Edge]]


@cache
def _boundaries() -> tuple[_Boundary, _Boundary]:
    """Return the boundary of the mainland and that of the zone that is undecided."""
    mainland, undecided = json.loads(_MAINLAND.read_bytes())["features"]
    return _boundary(mainland), _boundary(undecided)


def _boundary(feature: Any) -> _Boundary:
    west, south, east, north = feature["bbox"]
    bands: list[list[_Edge]] = [[] for _ in range(_band(north, south) + 1)]
    for polygon in feature["geometry"]["coordinates"]:
        for ring in polygon:
            for start, end in pairwise(ring):
                (from_longitude, low), (to_longitude, high) = sorted((start, end), key=lambda position: position[1])
                if low == high:
                    continue
                slope = (to_longitude - from_longitude) / (high - low)
                edge = _Edge(low, high, from_longitude - slope * low, slope)
                for band in bands[_band(low, south) : _band(high, south) + 1]:
                    band.append(edge)
    return _Boundary(west, south, east, north, bands)


def _band(latitude: float, south: float) -> int:
    return int((latitude - south) * _BANDS_PER_DEGREE)


def _is_inside(boundary: _Boundary, latitude: float, longitude: float) -> bool:
    """Return whether a ray due east from a point crosses the boundary an odd times."""
    west, south, east, north, bands = boundary
    if not (south <= latitude <= north and west <= longitude <= east):
        return False
    inside = False
    for low, high, intercept, slope in bands[_band(latitude, south)]:
        if low <= latitude < high and longitude < intercept + slope * latitude:
            inside = not inside
    return inside


def in_mainland(latitude: float, longitude: float) -> bool | None:
    """Return whether a point in degrees is in mainland China, or None if the boundary is not exact enough to decide."""
    mainland, undecided = _boundaries()
    return None if _is_inside(undecided, latitude, longitude) else _is_inside(mainland, latitude, longitude)


def to_gcj02(latitude: float, longitude: float) -> tuple[float, float] | None:
    """Return the GCJ-02 latitude and longitude of a WGS 84 point, in degrees rounded to six places (0.1 m).

    None if it is undecided whether the point is in mainland China.
    """
    is_shifted = in_mainland(latitude, longitude)
    if is_shifted is None:
        return None
    if not is_shifted:
        return latitude, longitude
    east, north = longitude - _ORIGIN_LONGITUDE, latitude - _ORIGIN_LATITUDE
    radians = math.radians(latitude)
    flattening = 1 - _ECCENTRICITY_SQUARED * math.sin(radians) ** 2
    metres_north, metres_east = _offset_north(east, north), _offset_east(east, north)
    meridian = _SEMI_MAJOR_AXIS_M * (1 - _ECCENTRICITY_SQUARED) / flattening**1.5
    parallel = _SEMI_MAJOR_AXIS_M / math.sqrt(flattening) * math.cos(radians)
    return (
        round(latitude + math.degrees(metres_north / meridian), 6),
        round(longitude + math.degrees(metres_east / parallel), 6),
    )


def gcj02_of(latitude: float | None, longitude: float | None) -> Tree | None:
    """Return the GCJ-02 point of a WGS 84 point, or None if there is none."""
    shifted = None if latitude is None or longitude is None else to_gcj02(latitude, longitude)
    return None if shifted is None else dict(zip(("latitude", "longitude"), shifted, strict=True))


def _waves(x: float, periods: tuple[tuple[float, float], ...]) -> float:
    return sum(amplitude * math.sin(x * math.pi / period) for amplitude, period in periods) * 2 / 3


def _offset_north(east: float, north: float) -> float:
    trend = -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * math.sqrt(abs(east))
    return trend + _waves(east, ((20, 1 / 6), (20, 1 / 2))) + _waves(north, ((20, 1), (40, 3), (160, 12), (320, 30)))


def _offset_east(east: float, north: float) -> float:
    trend = 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * math.sqrt(abs(east))
    return trend + _waves(east, ((20, 1 / 6), (20, 1 / 2), (20, 1), (40, 3), (150, 12), (300, 30)))

"""The datum of Chinese base maps, GCJ-02, from WGS 84.

China's maps for the public are shifted by a smooth offset of 100 to 700 m whose formula was never published by
its authority. This is the reconstruction that map libraries have shared since 2010 (an expansion in sines over
the Krasovsky 1940 ellipsoid); it agrees with the maps to within about 2 m, and its own inverse is found by
iteration. Outside mainland China the maps are not shifted, nor is the point.
"""

import math

_SEMI_MAJOR_AXIS_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_ORIGIN_LATITUDE, _ORIGIN_LONGITUDE = 35.0, 105.0

# South, west, north, east: rectangles that together hold the mainland, and what they hold beyond it.
_MAINLAND = (
    (42.8899, 79.4462, 49.2204, 96.3300),
    (39.3742, 109.6872, 54.1415, 135.0002),
    (29.5297, 73.1246, 42.8899, 124.143255),
    (26.7186, 82.9684, 29.5297, 97.0352),
    (20.414096, 97.0253, 29.5297, 124.367395),
    (17.871542, 107.975793, 20.414096, 111.744104),
)
_BEYOND = (
    (21.785006, 119.921265, 25.398623, 122.497559),
    (20.0988, 101.8652, 22.284, 106.6650),
    (20.4878, 106.4525, 21.5422, 108.0510),
    (50.3257, 109.0323, 55.8175, 119.1270),
    (49.5574, 127.4568, 55.8175, 137.0227),
    (42.5692, 131.2662, 44.8922, 137.0227),
    (22.1300, 113.8100, 22.4950, 114.5200),
)


def in_mainland(latitude: float, longitude: float) -> bool:
    """Tell whether maps of a point (degrees) are shifted; right to about 50 km along the land border."""

    def inside(box: tuple[float, float, float, float]) -> bool:
        south, west, north, east = box
        return south <= latitude <= north and west <= longitude <= east

    return any(map(inside, _MAINLAND)) and not any(map(inside, _BEYOND))


def to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Shift a WGS 84 point; degrees in, degrees out, rounded to six places (0.1 m)."""
    if not in_mainland(latitude, longitude):
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


def _waves(x: float, periods: tuple[tuple[float, float], ...]) -> float:
    return sum(amplitude * math.sin(x * math.pi / period) for amplitude, period in periods) * 2 / 3


def _offset_north(east: float, north: float) -> float:
    trend = -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * math.sqrt(abs(east))
    return trend + _waves(east, ((20, 1 / 6), (20, 1 / 2))) + _waves(north, ((20, 1), (40, 3), (160, 12), (320, 30)))


def _offset_east(east: float, north: float) -> float:
    trend = 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * math.sqrt(abs(east))
    return trend + _waves(east, ((20, 1 / 6), (20, 1 / 2), (20, 1), (40, 3), (150, 12), (300, 30)))

"""GeoJSON (RFC 7946): records as features on a map."""

import re
from collections.abc import Sequence

from pydantic_core import from_json, to_json

from app.exports.format import Facts, Pieces, Records
from app.exports.points import places_of, split, with_point
from app.model.codes import Resource
from app.model.columns import Tree

# The first member of every record; its value is passed on as it is written.
_ID = re.compile(rb'{"id":("(?:[^"\\]|\\.)*")')


def write(records: Records, facts: Facts) -> Pieces:
    """Write a FeatureCollection, its facts before its features in the foreign member `meta` (section 6.1).

    A feature's properties are the record as it is published. Its geometry is its point, the points of all
    its places, or null where none is known.
    """
    yield b'{"type":"FeatureCollection","meta":%b,"features":[' % to_json(_meta(facts))
    before = b"\n"
    for batch in records:
        if batch:
            yield before + b",\n".join([_feature(record, facts.kind) for record in batch])
            before = b",\n"
    yield b"\n]}\n"


def _meta(facts: Facts) -> Tree:
    return {
        "title": facts.title,
        "language": facts.language,
        "version": facts.version,
        "address": facts.address,
        "total": facts.total,
        "undated_excluded": facts.undated_excluded,
        "credits": [vars(credit) for credit in facts.credits],
    }


def _feature(record: bytes, kind: Resource) -> bytes:
    identified = _ID.match(record)
    assert identified is not None  # noqa: S101 - every record begins so
    # An event is read from its places on only, which come last: 2 µs instead of 7.
    places = places_of(from_json(split(record)[1])) if kind is Resource.EVENT else [from_json(record)]
    geometry = _geometry(with_point(places))
    return b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}' % (identified[1], geometry, record)


def _geometry(places: Sequence[Tree]) -> bytes:
    positions = [[place["longitude"], place["latitude"]] for place in places]
    if len(positions) > 1:
        return to_json({"type": "MultiPoint", "coordinates": positions})
    return to_json({"type": "Point", "coordinates": positions[0]} if positions else None)

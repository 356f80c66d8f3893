"""Places as they are shown."""

from enum import StrEnum

from pydantic import Field

from app.model.codes import Confidence, CoordinatePrecision, LinkBasis, LocationKind
from app.model.schemas import EvidencePart, Gcj02, Id, Named, Note, PublicModel, TranslationsPart


class LocationPart(StrEnum):
    """What `include` can add to a location."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"


PARTS = tuple(LocationPart)
"""These parts in the order in which they stand at the end of the record."""


class CoordinatesSource(PublicModel):
    """Where coordinates were taken from, and on what terms."""

    id: str = Field(description="A short name for it.", examples=["geonames"])
    name: str = Field(description="What it is.", examples=["GeoNames"])
    reference: str | None = Field(description="The record there.", examples=["geonameid 1816751 (Beidao)"])
    licence: str = Field(description="The SPDX identifier of its licence.", examples=["CC-BY-4.0"])
    licence_url: str | None = Field(description="The licence's text.")
    attribution: str | None = Field(description="The credit to show with the coordinates; null where none is asked.")
    confidence: Confidence = Field(description="How sure the editors are of the point.", examples=["high"])


class LocationMention(PublicModel):
    """How one campaign's source speaks of the place."""

    campaign: str = Field(description="The campaign's id.", examples=["tianshui"])
    named: bool = Field(description="Whether its source names the place.")
    as_stated: str | None = Field(description="The name as it is printed there.", examples=["麥積"])
    basis: LinkBasis = Field(description="`stated`, or `derived` by the editors.", examples=["stated"])
    note: Note


class Denoted(PublicModel):
    """What the place's name stands for in the source."""

    kind: LocationKind = Field(description="What sort of place it is.", examples=["education_base"])
    name: str = Field(description="Its name.")


class PathStep(Named):
    """A place on the way from the province down."""

    kind: LocationKind = Field(description="What sort of place it is.", examples=["city"])


class Location(PublicModel):
    """Where: a province, city, county or district, town, venue, memorial or office."""

    id: Id
    name: str = Field(description="The place's name.", examples=["麥積區"])
    full_name: str | None = Field(description="The name in full, where the source shortens it.")
    kind: LocationKind = Field(description="What sort of place it is.", examples=["district"])
    parent: str | None = Field(description="The id of the place that it lies in; null for a province.")
    path: list[PathStep] = Field(description="The places around it from the province down, itself the last.")
    admin_code: str | None = Field(description="The administrative division's code.", examples=["620503"])
    admin_code_scheme: str | None = Field(
        description="`GB/T 2260` (six digits), or `NBS`, the statistics bureau's nine digits for towns.",
        examples=["GB/T 2260"],
    )
    address: str | None = Field(description="The address, where the source gives one.")
    latitude: float | None = Field(description="Degrees north, WGS 84; null rather than guessed.", examples=[34.56861])
    longitude: float | None = Field(description="Degrees east, WGS 84; null rather than guessed.", examples=[105.89333])
    gcj02: Gcj02 | None = Field(description="The same point in the datum of Chinese base maps.")
    precision: CoordinatePrecision | None = Field(
        description="What the point is the point of: `exact`, or the centre of what lies around the place.",
        examples=["county_seat"],
    )
    uncertainty_km: float | None = Field(description="The place lies within this many km of the point.", examples=[3])
    coordinates_source: CoordinatesSource | None = Field(description="Where the point comes from, and its licence.")
    coordinates_note: str | None = Field(description="What to know about the point, or why there is none.")
    fallback: str | None = Field(
        description="The id of a place whose point a map may show instead, where this one has none."
    )
    denotes: Denoted | None = Field(description="What the name stands for in the source, where that is not the place.")
    named_in_source: bool = Field(description="Whether any source names it; false for what the editors inferred.")
    mentions: list[LocationMention] = Field(description="How each campaign's source speaks of it.")
    note: Note
    evidence: EvidencePart
    translations: TranslationsPart

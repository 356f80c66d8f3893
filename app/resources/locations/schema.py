"""The public schema of locations."""

from enum import StrEnum

from pydantic import Field

from app.model.codes import Confidence, CoordinatePrecision, LinkBasis, LocationKind
from app.model.envelopes import ListEnvelope, RecordEnvelope
from app.model.schemas import EvidencePart, Gcj02, Id, Named, Note, PublicModel, TranslationsPart, parts_at_the_end


class LocationPart(StrEnum):
    """What `include` can add to a location."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"


class CoordinatesSource(PublicModel):
    """The source of coordinates, and its licence."""

    id: str = Field(description="A short id.", examples=["geonames"])
    name: str = Field(description="Its name.", examples=["GeoNames"])
    reference: str | None = Field(description="The record in that source.", examples=["geonameid 1816751 (Beidao)"])
    licence: str = Field(description="The SPDX identifier of its licence.", examples=["CC-BY-4.0"])
    licence_url: str | None = Field(description="The licence's text.")
    attribution: str | None = Field(description="The credit to show with the coordinates; null if none is required.")
    confidence: Confidence = Field(description="How sure the editors are of the point.", examples=["high"])


class Denoted(PublicModel):
    """What the place's name refers to in the source."""

    kind: LocationKind = Field(description="The type of place.", examples=["education_base"])
    name: str = Field(description="Its name.")


class LocationMention(PublicModel):
    """What one campaign's source says of the place."""

    campaign: str = Field(description="The campaign's id.", examples=["tianshui"])
    named: bool = Field(description="Whether its source names the place.")
    as_stated: str | None = Field(description="The name as printed there.", examples=["麥積"])
    basis: LinkBasis = Field(description="`stated`, or `derived` by the editors.", examples=["stated"])
    denotes: Denoted | None = Field(description="What the name refers to there, if that is not the place.")
    note: Note


class PathStep(Named):
    """A place in the path from the province."""

    kind: LocationKind = Field(description="The type of place.", examples=["city"])


class LocationRecord(PublicModel):
    """A location: a province, city, county or district, town, venue, memorial or office."""

    id: Id
    name: str = Field(description="The place's name.", examples=["麥積區"])
    full_name: str | None = Field(description="The full name, if the name is shortened.")
    kind: LocationKind = Field(description="The type of place.", examples=["district"])
    parent: str | None = Field(description="The id of the place that it lies in; null for a province.")
    country: str | None = Field(
        description="The country's code, ISO 3166-1; null if no place in the path has a division's code.",
        examples=["CN"],
    )
    path: list[PathStep] = Field(description="The places that contain it, from the province down, and itself.")
    admin_code: str | None = Field(description="The administrative division's code.", examples=["620503"])
    admin_code_scheme: str | None = Field(
        description="`GB/T 2260` (six digits), or `NBS`, the statistics bureau's nine digits for towns.",
        examples=["GB/T 2260"],
    )
    address: str | None = Field(description="The address; null if the source gives none.")
    latitude: float | None = Field(description="Degrees north, WGS 84; null rather than guessed.", examples=[34.56861])
    longitude: float | None = Field(description="Degrees east, WGS 84; null rather than guessed.", examples=[105.89333])
    gcj02: Gcj02 | None = Field(
        description=(
            "The same point in the datum of Chinese base maps; null without a point, and so near the land border of "
            "mainland China that it cannot be decided whether the maps are shifted there."
        )
    )
    precision: CoordinatePrecision | None = Field(
        description="How exact the point is: `exact`, or the centre of an area that contains the place.",
        examples=["county_seat"],
    )
    uncertainty_km: float | None = Field(description="The place lies within this many km of the point.", examples=[3])
    coordinates_source: CoordinatesSource | None = Field(description="Where the point comes from, and its licence.")
    coordinates_note: str | None = Field(description="Notes on the point, or why there is none.")
    fallback: str | None = Field(
        description="The id of a place whose point a map may show instead, if this one has none."
    )
    named_in_source: bool = Field(description="Whether any source names it; false if the editors inferred it.")
    mentions: list[LocationMention] = Field(description="What each campaign's source says of it.")
    note: Note
    evidence: EvidencePart
    translations: TranslationsPart


PARTS = parts_at_the_end(LocationRecord, LocationPart)
"""The parts that `include` adds, in the order of the record's last fields."""


class LocationListResponse(ListEnvelope[LocationRecord]):
    """A page of locations."""


class LocationResponse(RecordEnvelope[LocationRecord]):
    """One location."""

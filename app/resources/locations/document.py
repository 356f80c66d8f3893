"""`places.yaml` and `locations.yaml`: places, and what a campaign's source says of them."""

from collections.abc import Mapping

from pydantic import Field, HttpUrl

from app.build.common.documents import Document, Evidence, LocationId, Printed, PrintedText, RetiredDocument, Slug, Text
from app.model.codes import AdminCodeScheme, Confidence, CoordinatePrecision, LinkBasis, LocationKind, Resource


class CoordinateSourceDocument(Document):
    """Where coordinates were taken from, and on what terms."""

    defines = "source of coordinates"
    is_shared = True
    id: Slug
    name: Text
    licence: str = Field(min_length=1, max_length=60, description="The SPDX identifier of its licence.")
    licence_url: HttpUrl | None = Field(None, strict=False)
    attribution: Text | None = Field(description="The credit that the licence asks for.")


class CoordinatesDocument(Document):
    """A point, WGS 84 degrees."""

    latitude: float = Field(ge=-90, le=90, description="Degrees north, WGS 84.")
    longitude: float = Field(ge=-180, le=180, description="Degrees east, WGS 84.")
    precision: CoordinatePrecision
    uncertainty_km: float = Field(gt=0, description="The place lies within this many kilometres of the point.")
    source: Slug = Field(description="The coordinate source's id.")
    reference: str | None = Field(None, min_length=1, max_length=300, description="The record in that source.")
    confidence: Confidence
    note: Text | None = None


_DIGITS: Mapping[str, int] = {AdminCodeScheme.GB_T_2260: 6, AdminCodeScheme.NBS: 9}


class CodeDocument(Document):
    """An administrative division's code."""

    value: str = Field(pattern=r"^[0-9]{6}([0-9]{3})?$", description="Six digits, or nine for a town.")
    scheme: str = Field(description="`GB/T 2260` for six digits, `NBS` for the nine of the statistics bureau.")

    def _fault(self) -> str | None:
        digits = _DIGITS.get(self.scheme)
        if digits is None:
            return "scheme must be `GB/T 2260` or `NBS`"
        if len(self.value) != digits:
            return f"a code of {self.scheme} has {digits} digits"
        return None


class PlaceDocument(Document):
    """A place, without anything that a campaign's source says of it."""

    defines = Resource.LOCATION
    is_shared = True
    id: Slug
    kind: LocationKind
    name: Text
    full_name: Text | None = Field(None, description="The name in full, where it is shortened.")
    parent: LocationId | None = Field(description="The place that it lies in; null for a province.")
    code: CodeDocument | None = None
    address: Text | None = None
    coordinates: CoordinatesDocument | None
    coordinates_note: Text | None = Field(None, description="Why there are none; needed when they are null.")
    fallback: LocationId | None = Field(None, description="Another place whose point a map may show in its stead.")
    note: Text | None = Field(None, description="What the editors supplied, or an ambiguity and its treatment.")

    def _fault(self) -> str | None:
        if self.coordinates is None and self.coordinates_note is None:
            return "coordinates that are null need a coordinates_note that says why"
        return None


class OwnPlaceDocument(PlaceDocument):
    """A place of one campaign, whose source prints its name."""

    name: PrintedText
    address: PrintedText | None = None


class DenotesDocument(Document):
    """What a place's name stands for in the source, when it stands for something in the place."""

    kind: LocationKind
    name: Text


class MentionDocument(Document):
    """What the campaign's source says of a place."""

    location: LocationId
    named: bool = Field(description="Whether the source names it; false for a place that the editors inferred.")
    as_stated: Printed | None = Field(description="Its name as the source prints it.")
    basis: LinkBasis
    denotes: DenotesDocument | None = None
    note: Text | None = Field(
        None, description="How the source's words were read, or how it was derived; needed unless it is stated."
    )
    evidence: Evidence

    def _fault(self) -> str | None:
        if self.basis is LinkBasis.DERIVED and self.note is None:
            return "a derived place needs a note that says how"
        if self.named != (self.as_stated is not None):
            return "as_stated must be given exactly when the place is named"
        if self.denotes is not None and not self.named:
            return "denotes is for a name that the source prints; leave it out where the place is not named"
        return None


class PlacesDocument(Document):
    """The gazetteer that campaigns share."""

    coordinate_sources: tuple[CoordinateSourceDocument, ...]
    places: tuple[PlaceDocument, ...]
    retired: tuple[RetiredDocument, ...] = ()


class LocationsDocument(Document):
    """The places of one campaign: its own, and what its source says of each, its own and shared."""

    locations: tuple[OwnPlaceDocument, ...] = ()
    mentions: tuple[MentionDocument, ...]

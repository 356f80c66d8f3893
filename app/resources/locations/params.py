"""The parameters of the locations' endpoints, with their filters, sort keys and facets."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from app.db.facets import Facet
from app.db.filters import Filters
from app.db.statements import Value, is_in, is_one_of
from app.exports.format import Datum
from app.http.list_params import (
    BY_SOURCE,
    FilterParams,
    ListParams,
    datum_field,
    facet_field,
    include_field,
    repeatable,
    sort_field,
    sort_type,
)
from app.http.param_types import BBox, CampaignIds, EventIds, LinkedBy, LocationIds, check_location_basis, corners
from app.http.params import LocalisedParams
from app.model.codes import Code, LocationKind, Resource
from app.resources.events.filters import with_derived_links
from app.resources.locations.filters import IN_BOX, box_values
from app.resources.locations.schema import LocationPart
from app.resources.registry import LOCATIONS


class LocationFacet(StrEnum):
    """The facets of locations."""

    CAMPAIGN = "campaign"
    KIND = "kind"
    PARENT = "parent"


class LocationHas(Code):
    """What places may have."""

    EVENTS = "events"
    OUTCOMES = "outcomes"
    COORDINATES = "coordinates"


_IS_COUNTED = "event_within.location = location.id AND event_within.linked_by = :location_basis"
_HAS = {
    LocationHas.EVENTS: f"EXISTS (SELECT 1 FROM event_within WHERE {_IS_COUNTED})",
    LocationHas.OUTCOMES: (
        "EXISTS (SELECT 1 FROM event_within JOIN outcome_event ON outcome_event.event = event_within.event"
        f" WHERE {_IS_COUNTED})"
    ),
    LocationHas.COORDINATES: "location.longitude IS NOT NULL",
}
_MENTIONED = "JOIN location_campaign ON location_campaign.location = location.id"


class LocationFilterParams(FilterParams):
    """The filters and the order of locations."""

    default_sort = LOCATIONS.default_sort
    columns = {"id": "location.id", "kind": "location.kind", "parent": "location.parent"}

    id: LocationIds = repeatable("The ids of the places themselves; repeat for OR.", "maiji")
    campaign: CampaignIds = repeatable(
        "Campaign ids; finds the places that their sources speak of. Repeat for OR.", "tianshui"
    )
    kind: list[LocationKind] = repeatable("What sort of place; repeat for OR.", "memorial")
    parent: LocationIds = repeatable("Location ids; finds what lies directly in them. Repeat for OR.", "tianshui")
    event: EventIds = repeatable(
        "Event ids; finds the places of those events, by links that are stated or derived. Repeat for OR.",
        "tianshui-five-ones-study",
    )
    bbox: BBox | None = Field(
        None,
        description=(
            "`west,south,east,north` in degrees, WGS 84, edges included. West beyond east crosses 180 degrees. "
            "Places without coordinates are in no box."
        ),
        examples=["105.5,34.3,106.5,35.2"],
    )
    has: list[LocationHas] = repeatable(
        "Places that have all of these; repeat for AND. `events`: events at the place or inside it, as `location` "
        "finds them; `outcomes`: outcomes of such events; `coordinates`: a point.",
        "events",
    )
    location_basis: LinkedBy = Field(
        LinkedBy.STATED,
        description=(
            "Which links of events to locations count for `has`: those `stated` in the source, or `any`, also those "
            "that the editors derived. `meta.derived_excluded` says how many places the default leaves out."
        ),
        examples=["any"],
    )
    sort: sort_type("name", "kind", "source", "id") = sort_field(  # type: ignore[valid-type]
        "id",
        "Names go by pinyin in Chinese",
        BY_SOURCE,
        "Places that no source mentions come last in either direction",
        example="name",
    )

    @model_validator(mode="after")
    def _check_basis(self) -> Self:
        check_location_basis(self, "has=events", "has=outcomes")
        return self

    def _depends_on_links(self) -> bool:
        return bool({LocationHas.EVENTS, LocationHas.OUTCOMES}.intersection(self.has))

    def filters(self) -> Filters:
        """Return the conditions of the locations that match."""
        mentioned = is_one_of("location_campaign.campaign", "campaign", self.campaign)
        events = is_in("event_location.event", "event", "number", is_one_of("event.id", "event", self.event))
        conditions = self.conditions() | {
            "campaign": is_in("location.id", "location_campaign", "location", mentioned),
            "event": is_in("location.id", "event_location", "location", events),
            "bbox": IN_BOX if self.bbox else "",
            "has": " AND ".join(_HAS[has] for has in sorted(set(self.has))),
        }
        links = with_derived_links(self.location_basis, is_filtered=self._depends_on_links())
        return Filters(conditions, values_with_derived_links=links)

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind."""
        box = box_values(corners(self.bbox)) if self.bbox else {}
        return {**super().values(), "location_basis": str(self.location_basis), **box}


class LocationMapParams(LocationFilterParams):
    """The parameters of locations on a map."""

    datum: Datum = datum_field()


class LocationListParams(LocationFilterParams, ListParams):
    """The parameters of the list of locations."""

    facets = {
        LocationFacet.CAMPAIGN: Facet(Resource.LOCATION, "location_campaign.campaign", Resource.CAMPAIGN, _MENTIONED),
        LocationFacet.KIND: Facet(Resource.LOCATION, "location.kind", LocationKind.name_of),
        LocationFacet.PARENT: Facet(Resource.LOCATION, "location.parent", Resource.LOCATION, has_places=True),
    }

    include: list[LocationPart] = include_field(LocationPart)
    facet: list[LocationFacet] = facet_field(*LocationFacet)


class LocationParams(LocalisedParams):
    """The parameters of one location."""

    include: list[LocationPart] = include_field(LocationPart)

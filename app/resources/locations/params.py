"""The parameters of the locations' endpoints, with their filters, sort keys and facets."""

from enum import StrEnum

from pydantic import Field

from app.db.facets import Facet
from app.db.filters import Filters
from app.db.statements import Value, is_in, is_one_of
from app.exports.format import Datum
from app.http.list_params import (
    FilterParams,
    ListParams,
    datum_field,
    facet_field,
    include_field,
    repeatable,
    sort_field,
    sort_type,
)
from app.http.param_types import BBox, CampaignIds, EventIds, LocationIds, corners
from app.http.params import LocalisedParams
from app.model.codes import LocationKind, Resource
from app.resources.locations.filters import IN_BOX, box_values
from app.resources.locations.schema import LocationPart
from app.resources.registry import LOCATIONS


class LocationFacet(StrEnum):
    """The facets of locations."""

    CAMPAIGN = "campaign"
    KIND = "kind"
    PARENT = "parent"


_MENTIONED = "JOIN location_campaign ON location_campaign.location = location.id"


class LocationFilterParams(FilterParams):
    """The filters and the order of locations."""

    default_sort = LOCATIONS.default_sort

    campaign: CampaignIds = repeatable(
        "Campaign ids; finds the places that their sources speak of. Repeat for OR.", "tianshui"
    )
    kind: list[LocationKind] = repeatable("What sort of place; repeat for OR.", "memorial")
    parent: LocationIds = repeatable("Location ids; finds what lies directly in them. Repeat for OR.", "tianshui")
    event: EventIds = repeatable(
        "Event ids; finds the places of those events. Repeat for OR.", "tianshui-five-ones-study"
    )
    bbox: BBox | None = Field(
        None,
        description=(
            "`west,south,east,north` in degrees, WGS 84, edges included. West beyond east crosses 180 degrees. "
            "Places without coordinates are in no box."
        ),
        examples=["105.5,34.3,106.5,35.2"],
    )
    sort: sort_type("name", "kind", "id") = sort_field(  # type: ignore[valid-type]
        "id", "Names go by pinyin in Chinese", example="name"
    )

    def filters(self) -> Filters:
        """Return the conditions of the locations that match."""
        mentioned = is_one_of("location_campaign.campaign", "campaign", self.campaign)
        events = is_in("event_location.event", "event", "number", is_one_of("event.id", "event", self.event))
        conditions = {
            "kind": is_one_of("location.kind", "kind", self.kind),
            "parent": is_one_of("location.parent", "parent", self.parent),
            "campaign": is_in("location.id", "location_campaign", "location", mentioned),
            "event": is_in("location.id", "event_location", "location", events),
            "bbox": IN_BOX if self.bbox else "",
        }
        return Filters(conditions, values=self.values())

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind."""
        return super().values() | (box_values(corners(self.bbox)) if self.bbox else {})


class LocationMapParams(LocationFilterParams):
    """The parameters of locations on a map."""

    datum: Datum = datum_field()


class LocationListParams(LocationFilterParams, ListParams):
    """The parameters of the list of locations."""

    facets = {
        LocationFacet.CAMPAIGN: Facet(Resource.LOCATION, "location_campaign.campaign", Resource.CAMPAIGN, _MENTIONED),
        LocationFacet.KIND: Facet(Resource.LOCATION, "location.kind", LocationKind),
        LocationFacet.PARENT: Facet(Resource.LOCATION, "location.parent", Resource.LOCATION),
    }

    include: list[LocationPart] = include_field(LocationPart)
    facet: list[LocationFacet] = facet_field(*LocationFacet)


class LocationParams(LocalisedParams):
    """The parameters of one location."""

    include: list[LocationPart] = include_field(LocationPart)

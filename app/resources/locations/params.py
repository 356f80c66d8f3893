"""The parameters of the locations' endpoints, with their filters, sort keys and facets."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field
from sqlalchemy import ColumnElement, select
from sqlmodel import col

from app.db.facets import Facet
from app.db.filters import Filters, compiled_for_values, one_of, values_condition
from app.db.statements import Value, compiled_once
from app.http.list_params import FilterParams, ListParams, facet_field, include_field, repeatable, sort_field, sort_type
from app.http.param_types import BBox, CampaignIds, EventIds, LocationIds, corners
from app.http.params import LocalisedParams
from app.model.codes import LocationKind, Resource
from app.resources.events.table import EventLocationRow, EventRow
from app.resources.locations.filters import box_values, in_box
from app.resources.locations.schema import LocationPart
from app.resources.locations.table import LocationCampaignRow, LocationRow
from app.resources.registry import LOCATIONS


class LocationFacet(StrEnum):
    """The facets of locations."""

    CAMPAIGN = "campaign"
    KIND = "kind"
    PARENT = "parent"


_has_kind = values_condition(LocationRow.kind, "kind")
_has_parent = values_condition(LocationRow.parent, "parent")
_is_in_box = compiled_once(LocationRow)(in_box)


@compiled_for_values(LocationRow)
def _is_mentioned(many: bool) -> ColumnElement[bool]:
    """Test that a source of a campaign mentions a location."""
    mentioned = one_of(LocationCampaignRow.campaign, "campaign", many=many)
    return col(LocationRow.id).in_(select(col(LocationCampaignRow.location)).where(mentioned))


@compiled_for_values(LocationRow)
def _is_place_of_event(many: bool) -> ColumnElement[bool]:
    numbers = select(col(EventRow.number)).where(one_of(EventRow.id, "event", many=many))
    places = select(col(EventLocationRow.location)).where(col(EventLocationRow.event).in_(numbers))
    return col(LocationRow.id).in_(places)


_MENTIONED = (LocationCampaignRow, col(LocationCampaignRow.location) == col(LocationRow.id))
_FACETS: Mapping[str, Facet] = {
    LocationFacet.CAMPAIGN: Facet(LocationRow, LocationCampaignRow.campaign, Resource.CAMPAIGN, [_MENTIONED]),
    LocationFacet.KIND: Facet(LocationRow, LocationRow.kind, LocationKind),
    LocationFacet.PARENT: Facet(LocationRow, LocationRow.parent, Resource.LOCATION),
}


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
        return Filters(
            {
                "kind": _has_kind(self.kind),
                "parent": _has_parent(self.parent),
                "campaign": _is_mentioned(self.campaign),
                "event": _is_place_of_event(self.event),
                "bbox": _is_in_box() if self.bbox else "",
            },
            values=self.values(),
        )

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind."""
        return super().values() | (box_values(corners(self.bbox)) if self.bbox else {})


class LocationListParams(LocationFilterParams, ListParams):
    """The parameters of the list of locations."""

    include: list[LocationPart] = include_field(LocationPart)
    facet: list[LocationFacet] = facet_field(*LocationFacet)

    def facets(self) -> Mapping[str, Facet]:
        """Return the facets of locations."""
        return _FACETS


class LocationParams(LocalisedParams):
    """The parameters of one location."""

    include: list[LocationPart] = include_field(LocationPart)

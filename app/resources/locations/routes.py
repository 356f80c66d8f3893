"""Locations: where."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Path, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlmodel import col

from app.db.facets import Facet
from app.db.filters import Filters, among, in_box, values_of_box
from app.db.statements import Value
from app.http.exports import answer_export, export_responses, format_parameter
from app.http.list_params import MAX_VALUES, FilterParams, ListParams, facet_field, include_field, sort_field, sort_type
from app.http.param_types import BBox, IdValue, corners
from app.http.params import LocalisedParams, ParamsReader, Refers
from app.http.responses import answer_list, answer_record
from app.http.routing import make_router
from app.model.codes import LocationKind, Resource
from app.model.envelopes import LocationDetail, LocationList
from app.resources.events.table import EventLocationRow, EventRow
from app.resources.locations.schema import LocationPart
from app.resources.locations.table import LocationCampaignRow, LocationRow
from app.resources.registry import LOCATIONS

router = make_router("locations")


class LocationFacet(StrEnum):
    """What locations can be counted by."""

    CAMPAIGN = "campaign"
    KIND = "kind"
    PARENT = "parent"


class LocationFilterParams(FilterParams):
    """Which locations are asked for, and in which order."""

    default_sort = LOCATIONS.default_sort

    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Campaign ids; finds the places that their sources speak of. Repeat for OR.",
        examples=[["tianshui"]],
    )
    kind: list[LocationKind] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="What sort of place; repeat for OR.",
        examples=[["memorial"]],
    )
    parent: Annotated[list[IdValue], Refers("location")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Location ids; finds what lies directly in them. Repeat for OR.",
        examples=[["tianshui"]],
    )
    event: Annotated[list[IdValue], Refers("event")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Event ids; finds the places of those events. Repeat for OR.",
        examples=[["tianshui-five-ones-study"]],
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

    def matching(self) -> Filters:
        """Give the conditions of the locations that are asked for."""
        id_ = col(LocationRow.id)
        conditions = {
            "kind": among(LocationRow.kind, "kind", len(self.kind)),
            "parent": among(LocationRow.parent, "parent", len(self.parent)),
        }
        if self.campaign:
            of_campaign = select(col(LocationCampaignRow.location)).where(
                *among(LocationCampaignRow.campaign, "campaign", len(self.campaign))
            )
            conditions["campaign"] = [id_.in_(of_campaign)]
        if self.event:
            numbers = select(col(EventRow.number)).where(*among(EventRow.id, "event", len(self.event)))
            places = select(col(EventLocationRow.location)).where(col(EventLocationRow.event).in_(numbers))
            conditions["event"] = [id_.in_(places)]
        if self.bbox:
            conditions["bbox"] = [in_box()]
        return Filters(conditions)

    def values(self) -> dict[str, Value]:
        """Give the values of what is given, by the names of their parameters in the question."""
        return super().values() | (values_of_box(corners(self.bbox)) if self.bbox else {})


class LocationListParams(LocationFilterParams, ListParams):
    """What the list of locations can be asked."""

    include: list[LocationPart] = include_field(LocationPart)
    facet: list[LocationFacet] = facet_field(*LocationFacet)

    def facets(self) -> Mapping[str, Facet]:
        """Give what locations can be counted by."""
        spoken_of = (LocationCampaignRow, col(LocationCampaignRow.location) == col(LocationRow.id))
        return {
            LocationFacet.CAMPAIGN: Facet(LocationCampaignRow.campaign, Resource.CAMPAIGN, [spoken_of]),
            LocationFacet.KIND: Facet(LocationRow.kind, LocationKind),
            LocationFacet.PARENT: Facet(LocationRow.parent, Resource.LOCATION),
        }


class LocationParams(LocalisedParams):
    """What a location can be asked."""

    include: list[LocationPart] = include_field(LocationPart)


@router.get("/v1/locations", response_model=LocationList, summary="List locations")
async def list_locations(
    request: Request, query: Annotated[LocationListParams, Depends(ParamsReader(LocationListParams))]
) -> Response:
    """List where: provinces, cities, counties and districts, towns, venues, memorials, offices.

    Coordinates are WGS 84, with the same point in GCJ-02 for Chinese base maps. They are null rather than
    guessed, and every point says what it is the point of, how far off it may be, and under which licence it is.
    """
    return await answer_list(request, LOCATIONS, query)


@router.get(
    "/v1/locations.{format}",
    response_class=Response,
    responses=export_responses(Resource.LOCATION),
    summary="Take all locations away",
)
async def export_locations(
    request: Request,
    format: Annotated[str, format_parameter(Resource.LOCATION)],  # noqa: A002
    query: Annotated[LocationFilterParams, Depends(ParamsReader(LocationFilterParams))],
) -> Response:
    """Give all the locations that are asked for as one document, by the same filters as the list and without pages."""
    return await answer_export(request, LOCATIONS, format, query)


@router.get("/v1/locations/{id}", response_model=LocationDetail, summary="Read a location")
async def read_location(
    request: Request,
    id: Annotated[str, Path(description="The location's id.", examples=["maiji"])],  # noqa: A002
    query: Annotated[LocationParams, Depends(ParamsReader(LocationParams))],
) -> Response:
    """Read one location."""
    return await answer_record(request, LOCATIONS, id, query)

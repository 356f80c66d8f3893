"""Locations: where."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlmodel import col

from app.published.answers import LocationDetail, LocationList
from app.published.location import PARTS, LocationPart
from app.storage.matching import among, in_box
from app.storage.paging import TITLE, Listing
from app.tables import EventLocationRow, EventRow, LocationCampaignRow, LocationRow
from app.vocabulary import LocationKind, RecordKind
from app.web.answers import Matching, answer_list, answer_record
from app.web.filters import BBox, IdValue, corners
from app.web.lists import MAX_VALUES, ListQuery, include_field, sort_type
from app.web.queries import LocalisedQuery, QueryReader, Refers

router = APIRouter(tags=["locations"])

LOCATIONS = Listing(
    kind=RecordKind.LOCATION,
    table=LocationRow,
    parts=PARTS,
    sort_keys={
        "name": TITLE,
        "kind": ((LocationRow.kind, True),),
        "id": ((LocationRow.id, True),),
    },
    default_sort="id",
)


class LocationQuery(ListQuery):
    """What the list of locations can be asked."""

    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        [],
        max_length=MAX_VALUES,
        description="Campaign ids; finds the places that their sources speak of. Repeat for OR.",
        examples=[["tianshui"]],
    )
    kind: list[LocationKind] = Field(
        [], max_length=MAX_VALUES, description="What sort of place; repeat for OR.", examples=[["memorial"]]
    )
    parent: Annotated[list[IdValue], Refers("location")] = Field(
        [],
        max_length=MAX_VALUES,
        description="Location ids; finds what lies directly in them. Repeat for OR.",
        examples=[["tianshui"]],
    )
    event: Annotated[list[IdValue], Refers("event")] = Field(
        [],
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
    sort: sort_type("name", "kind", "id") = Field(  # type: ignore[valid-type]
        "id",
        description=(
            "Keys by comma, `-` for descending; the id decides between equals. Names go by pinyin in Chinese."
        ),
        examples=["name"],
    )
    include: list[LocationPart] = include_field(LocationPart)

    def matching(self) -> Matching:
        """Give the conditions of the locations that are asked for."""
        id_ = col(LocationRow.id)
        conditions = [*among(LocationRow.kind, self.kind), *among(LocationRow.parent, self.parent)]
        if self.campaign:
            of_campaign = select(col(LocationCampaignRow.location)).where(
                *among(LocationCampaignRow.campaign, self.campaign)
            )
            conditions.append(id_.in_(of_campaign))
        if self.event:
            numbers = select(col(EventRow.number)).where(*among(EventRow.id, self.event))
            conditions.append(
                id_.in_(select(col(EventLocationRow.location)).where(col(EventLocationRow.event).in_(numbers)))
            )
        if self.bbox:
            conditions.append(in_box(corners(self.bbox)))
        return Matching(conditions)


class LocationDetailQuery(LocalisedQuery):
    """What a location can be asked."""

    include: list[LocationPart] = include_field(LocationPart)


@router.get("/v1/locations", response_model=LocationList, summary="List locations")
async def list_locations(
    request: Request, query: Annotated[LocationQuery, Depends(QueryReader(LocationQuery))]
) -> Response:
    """List where: provinces, cities, counties and districts, towns, venues, memorials, offices.

    Coordinates are WGS 84, with the same point in GCJ-02 for Chinese base maps. They are null rather than
    guessed, and every point says what it is the point of, how far off it may be, and under which licence it is.
    """
    return answer_list(request, LOCATIONS, query, query.matching())


@router.get("/v1/locations/{id}", response_model=LocationDetail, summary="Read a location")
async def read_location(
    request: Request,
    id: Annotated[str, Path(description="The location's id.", examples=["maiji"])],  # noqa: A002
    query: Annotated[LocationDetailQuery, Depends(QueryReader(LocationDetailQuery))],
) -> Response:
    """Read one location."""
    return answer_record(request, LOCATIONS, id, query)

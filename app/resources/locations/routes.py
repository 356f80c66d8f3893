"""Endpoints of locations."""

from typing import Annotated

from fastapi import Path, Query

from app.http.context import ApiRequest
from app.http.exports import add_export_routes
from app.http.lists import plan_list
from app.http.plan import Plan
from app.http.records import plan_record
from app.http.routing import make_router
from app.resources.locations.formats import EXPORTS
from app.resources.locations.params import LocationFilterParams, LocationListParams, LocationMapParams, LocationParams
from app.resources.locations.schema import LocationListResponse, LocationResponse
from app.resources.registry import LOCATIONS

router = make_router("locations")


@router.get("/v1/locations", response_model=LocationListResponse, summary="List locations")
def list_locations(request: ApiRequest, params: Annotated[LocationListParams, Query()]) -> Plan:
    """List where: provinces, cities, counties and districts, towns, venues, memorials, offices.

    Coordinates are WGS 84, with the same point in GCJ-02 for Chinese base maps. They are null where the point is
    not known. Each point has a precision, an uncertainty in kilometres, and the source and licence of its coordinates.
    """
    return plan_list(request, LOCATIONS, params, EXPORTS)


add_export_routes(router, LOCATIONS, EXPORTS, LocationFilterParams, LocationMapParams)


@router.get("/v1/locations/{id}", response_model=LocationResponse, summary="Read a location")
def read_location(
    request: ApiRequest,
    id: Annotated[str, Path(description="The location's id.", examples=["maiji"])],  # noqa: A002
    params: Annotated[LocationParams, Query()],
) -> Plan:
    """Read one location."""
    return plan_record(request, LOCATIONS, id, params)

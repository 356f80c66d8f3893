"""Endpoints of events."""

from typing import Annotated

from fastapi import Path, Query

from app.http.context import ApiRequest
from app.http.exports import export_route, format_parameter, plan_export
from app.http.lists import plan_list
from app.http.plan import Plan, StreamPlan
from app.http.records import plan_record
from app.http.routing import make_router
from app.resources.events.formats import EXPORTS
from app.resources.events.params import EventFilterParams, EventListParams, EventParams
from app.resources.events.schema import EventListResponse, EventResponse
from app.resources.registry import EVENTS

router = make_router("events")


@router.get("/v1/events", response_model=EventListResponse, summary="List events")
def list_events(request: ApiRequest, params: Annotated[EventListParams, Query()]) -> Plan:
    """List what was done: single events, series, initiatives and components of an event.

    Filters of different names are ANDed, values of one name ORed. `location` finds an event at a memorial in
    Maiji for `location=maiji`. Undated events come last; a window of dates excludes them by default.
    """
    return plan_list(request, EVENTS, params)


@export_route(router, EXPORTS)
def export_events(
    request: ApiRequest,
    format: Annotated[str, format_parameter(EXPORTS)],  # noqa: A002
    params: Annotated[EventFilterParams, Query()],
) -> StreamPlan:
    """Return all events that match as one document, with the filters of the list and without pages.

    The response is streamed. A calendar can subscribe to the URL of `ics`.
    """
    return plan_export(request, EVENTS, EXPORTS, format, params)


@router.get("/v1/events/{id}", response_model=EventResponse, summary="Read an event")
def read_event(
    request: ApiRequest,
    id: Annotated[str, Path(description="The event's id.", examples=["tianshui-five-ones-study"])],  # noqa: A002
    params: Annotated[EventParams, Query()],
) -> Plan:
    """Read one event."""
    return plan_record(request, EVENTS, id, params)

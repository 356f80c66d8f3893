"""Endpoints of events."""

from typing import Annotated

from fastapi import Path, Query, Response

from app.http.context import ApiRequest
from app.http.exports import add_export_routes, plan_document
from app.http.lists import plan_list
from app.http.params import LocalisedParams, with_query
from app.http.plan import Plan
from app.http.records import Links, plan_record
from app.http.routing import make_router
from app.resources.events.formats import EXPORTS
from app.resources.events.params import EventFilterParams, EventListParams, EventMapParams, EventParams
from app.resources.events.schema import EventListResponse, EventResponse
from app.resources.registry import EVENTS

router = make_router("events")

# Nothing else in an event's JSON looks like this: within a text the quotes are escaped. Parsing it takes far longer.
_UNDATED = b'"date":{"start":null'


@router.get("/v1/events", response_model=EventListResponse, summary="List events")
def list_events(request: ApiRequest, params: Annotated[EventListParams, Query()]) -> Plan:
    """List what was done: single events, series, initiatives and components of an event.

    Filters of different names are ANDed, values of one name ORed. `location` finds an event at a memorial in
    Maiji for `location=maiji`. Undated events come last; a window of dates excludes them by default.
    """
    return plan_list(request, EVENTS, params, EXPORTS)


add_export_routes(router, EVENTS, EXPORTS, EventFilterParams, EventMapParams)


EventId = Annotated[str, Path(description="The event's id.", examples=["tianshui-five-ones-study"])]


# Before the route of a record, whose id would match all of the name.
@router.get(
    "/v1/events/{id}.ics",
    response_class=Response,
    response_model=None,
    responses={200: {"description": "The calendar.", "content": {"text/calendar": {"schema": {"type": "string"}}}}},
    summary="Read an event as a calendar entry",
)
def read_event_ics(
    request: ApiRequest,
    id: EventId,  # noqa: A002
    params: Annotated[LocalisedParams, Query()],
) -> Plan:
    """Read one event as an iCalendar, with the same entry as in the calendar of all events.

    An event without a date has none: that is a 404 with the reason, as far as it is known.
    """
    return plan_document(request, EVENTS, EXPORTS, id, params, extension="ics")


@router.get("/v1/events/{id}", response_model=EventResponse, summary="Read an event")
def read_event(
    request: ApiRequest,
    id: EventId,  # noqa: A002
    params: Annotated[EventParams, Query()],
) -> Plan:
    """Read one event."""

    def add_calendar(event: bytes, links: Links) -> Links:
        calendar = with_query(f"{links['collection']}/{id}.ics", params.canonical(without=("include",)))
        return {**links, "calendar": None if _UNDATED in event else calendar}

    return plan_record(request, EVENTS, id, params, add_calendar)

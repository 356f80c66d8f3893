"""Events: what was done."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from fastapi import Depends, Path, Request, Response
from pydantic import Field, model_validator
from sqlalchemy import select
from sqlmodel import col

from app.db.facets import Facet, to_places
from app.db.filters import (
    DateFilter,
    Filters,
    among,
    events_in_box,
    events_within,
    is_undated,
    organised_by,
    overlapping,
    values_of_box,
    values_of_window,
    within_place,
)
from app.db.statements import Value
from app.http.exports import answer_export, export_responses, format_parameter
from app.http.list_params import MAX_VALUES, FilterParams, ListParams, facet_field, include_field, sort_field, sort_type
from app.http.param_types import (
    BBox,
    IdValue,
    LinkedBy,
    Undated,
    check_undated,
    check_window,
    corners,
    link_bases,
    refuse_basis,
)
from app.http.param_values import IsoDate
from app.http.params import LocalisedParams, ParamsReader, Refers
from app.http.responses import answer_list, answer_record
from app.http.routing import make_router
from app.model.codes import EventCategory, EventKind, Resource
from app.model.envelopes import EventDetail, EventList
from app.resources.events.schema import EventPart
from app.resources.events.table import EventOrganiserRow, EventRow, EventWithinRow
from app.resources.registry import EVENTS

router = make_router("events")

_ALSO = ("`outcomes`: what came of it", "`locations`: the whole record of each place, under `locations[].record`")


class EventFacet(StrEnum):
    """What events can be counted by."""

    CAMPAIGN = "campaign"
    PILLAR = "pillar"
    CATEGORY = "category"
    KIND = "kind"
    ORGANISER = "organiser"
    LOCATION = "location"


class EventFilterParams(FilterParams):
    """Which events are asked for, and in which order."""

    default_sort = EVENTS.default_sort

    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        default_factory=list, max_length=MAX_VALUES, description="Campaign ids; repeat for OR.", examples=[["tianshui"]]
    )
    pillar: Annotated[list[IdValue], Refers("pillar")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Pillar ids; repeat for OR.",
        examples=[["two-combinations"]],
    )
    category: list[EventCategory] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="What took place; repeat for OR.",
        examples=[["symposium"]],
    )
    kind: list[EventKind] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="What sort of record; repeat for OR.",
        examples=[["series"]],
    )
    organiser: Annotated[list[IdValue], Refers("organisation")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Organisation ids; repeat for OR.",
        examples=[["tianshui-psb"]],
    )
    parent: Annotated[list[IdValue], Refers("event")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Ids of events; finds what is a part of them. Repeat for OR.",
        examples=[["tianshui-commendation-ceremony"]],
    )
    location: Annotated[list[IdValue], Refers("location")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Location ids; matches the place and everything inside it. Repeat for OR.",
        examples=[["maiji"]],
    )
    basis: LinkedBy = Field(
        LinkedBy.STATED,
        description=(
            "Which links to places count for `location` and `bbox`: `stated` in the source, or `any`, "
            "those that the editors derived too."
        ),
        examples=["any"],
    )
    bbox: BBox | None = Field(
        None,
        description=(
            "`west,south,east,north` in degrees, WGS 84, edges included: events with a place in the box. West "
            "beyond east crosses 180 degrees. Places without coordinates are in no box."
        ),
        examples=["105.5,34.3,106.5,35.2"],
    )
    date_from: IsoDate | None = Field(
        None,
        description=(
            "The first day of a window, inclusive: finds what overlaps it. What is known only to the month matches "
            "any window that touches the month."
        ),
        examples=["2024-10-01"],
    )
    date_to: IsoDate | None = Field(None, description="The last day of the window, inclusive.", examples=["2024-10-31"])
    undated: Undated | None = Field(
        None,
        description=(
            "Events without a date: `include` them (the default without a window), `exclude` them (the default "
            "with one; `meta.undated_excluded` counts them), or `only` them."
        ),
        examples=["only"],
    )
    sort: sort_type("date", "title", "category", "id") = sort_field(  # type: ignore[valid-type]
        "date", "The undated come last in either direction", "Titles go by pinyin in Chinese", example="-date"
    )

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        check_window(self.date_from, self.date_to)
        if self.basis is LinkedBy.ANY and not (self.location or self.bbox or "location" in getattr(self, "facet", ())):
            refuse_basis()
        check_undated(self.undated, self.date_from, self.date_to)
        return self

    def matching(self) -> Filters:
        """Give the conditions of the events that are asked for."""
        number = col(EventRow.number)
        conditions = {
            "campaign": among(EventRow.campaign, "campaign", len(self.campaign)),
            "pillar": among(EventRow.pillar, "pillar", len(self.pillar)),
            "category": among(EventRow.category, "category", len(self.category)),
            "kind": among(EventRow.kind, "kind", len(self.kind)),
            "parent": among(EventRow.part_of, "parent", len(self.parent)),
        }
        ways = {}
        if len(self.location) == 1:
            ways["location"] = within_place(self.basis)
        elif self.location:
            conditions["location"] = [number.in_(events_within(len(self.location), self.basis))]
        if len(self.organiser) == 1:
            ways["organiser"] = organised_by()
        elif self.organiser:
            organised = select(col(EventOrganiserRow.event)).where(
                *among(EventOrganiserRow.organisation, "organiser", len(self.organiser))
            )
            conditions["organiser"] = [number.in_(organised)]
        if self.bbox:
            conditions["bbox"] = [number.in_(events_in_box(link_bases(self.basis)))]
        return Filters(conditions, ways, self._dates())

    def _dates(self) -> DateFilter | None:
        window = overlapping(date_from=self.date_from is not None, date_to=self.date_to is not None)
        given = self.date_from is not None or self.date_to is not None
        match self.undated or (Undated.EXCLUDE if given else Undated.INCLUDE):
            case Undated.ONLY:
                return DateFilter([], undated=is_undated())
            case Undated.EXCLUDE:
                return DateFilter(window if given else [~is_undated()], left_out=is_undated())
            case Undated.INCLUDE:
                return DateFilter(window, undated=is_undated()) if given else None

    def values(self) -> dict[str, Value]:
        """Give the values of what is given, by the names of their parameters in the question."""
        box = values_of_box(corners(self.bbox)) if self.bbox else {}
        return super().values() | values_of_window(self.date_from, self.date_to) | box


class EventListParams(EventFilterParams, ListParams):
    """What the list of events can be asked."""

    include: list[EventPart] = include_field(EventPart, *_ALSO)
    facet: list[EventFacet] = facet_field(*EventFacet)

    def facets(self) -> Mapping[str, Facet]:
        """Give what events can be counted by."""
        number = col(EventRow.number)
        organised = (EventOrganiserRow, col(EventOrganiserRow.event) == number)
        return {
            EventFacet.CAMPAIGN: Facet(EventRow.campaign, Resource.CAMPAIGN),
            EventFacet.PILLAR: Facet(EventRow.pillar, Resource.PILLAR),
            EventFacet.CATEGORY: Facet(EventRow.category, EventCategory),
            EventFacet.KIND: Facet(EventRow.kind, EventKind),
            EventFacet.ORGANISER: Facet(EventOrganiserRow.organisation, Resource.ORGANISATION, [organised]),
            EventFacet.LOCATION: Facet(EventWithinRow.location, Resource.LOCATION, [to_places(number, self.basis)]),
        }


class EventParams(LocalisedParams):
    """What an event can be asked."""

    include: list[EventPart] = include_field(EventPart, *_ALSO)


@router.get("/v1/events", response_model=EventList, summary="List events")
async def list_events(
    request: Request, query: Annotated[EventListParams, Depends(ParamsReader(EventListParams))]
) -> Response:
    """List what was done: single events, series, initiatives and components of an event.

    Filters of different names are ANDed, values of one name ORed. `location` finds an event at a memorial in
    Maiji for `location=maiji`. Undated events are honest gaps of the source: they come last, and leave the list
    as soon as a window of dates is asked for.
    """
    return await answer_list(request, EVENTS, query)


@router.get(
    "/v1/events.{format}",
    response_class=Response,
    responses=export_responses(Resource.EVENT),
    summary="Take all events away",
)
async def export_events(
    request: Request,
    format: Annotated[str, format_parameter(Resource.EVENT)],  # noqa: A002
    query: Annotated[EventFilterParams, Depends(ParamsReader(EventFilterParams))],
) -> Response:
    """Give all the events that are asked for as one document, by the same filters as the list and without pages.

    It is sent as it is made, whatever its size. A calendar can subscribe to the address of `ics`.
    """
    return await answer_export(request, EVENTS, format, query)


@router.get("/v1/events/{id}", response_model=EventDetail, summary="Read an event")
async def read_event(
    request: Request,
    id: Annotated[str, Path(description="The event's id.", examples=["tianshui-five-ones-study"])],  # noqa: A002
    query: Annotated[EventParams, Depends(ParamsReader(EventParams))],
) -> Response:
    """Read one event."""
    return await answer_record(request, EVENTS, id, query)

"""The parameters of the events' endpoints, with their filters, sort keys and facets."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator
from sqlalchemy import ColumnElement, select
from sqlmodel import col

from app.db.facets import Facet
from app.db.filters import DateFilter, Filters, compiled_for_values, one_of, values_condition
from app.db.statements import Value
from app.http.list_params import FilterParams, ListParams, facet_field, include_field, repeatable, sort_field, sort_type
from app.http.param_types import (
    BBox,
    CampaignIds,
    EventIds,
    IdValue,
    LinkedBy,
    LocationIds,
    PillarIds,
    Undated,
    check_location_basis,
    check_undated,
    check_window,
    corners,
    link_bases,
)
from app.http.param_values import IsoDate
from app.http.params import LocalisedParams, Refers
from app.model.codes import Basis, EventCategory, EventKind, Resource
from app.resources.events.filters import (
    events_within,
    has_place_in_box,
    is_dated,
    is_undated,
    link_to_places,
    path_of_organiser,
    path_within_place,
    window_conditions,
    window_values,
)
from app.resources.events.schema import EventPart
from app.resources.events.table import EventOrganiserRow, EventRow, EventWithinRow
from app.resources.locations.filters import box_values
from app.resources.registry import EVENTS

_ALSO = ("`outcomes`: its outcomes", "`locations`: the whole record of each place, under `locations[].record`")


class EventFacet(StrEnum):
    """The facets of events."""

    CAMPAIGN = "campaign"
    PILLAR = "pillar"
    CATEGORY = "category"
    KIND = "kind"
    ORGANISER = "organiser"
    LOCATION = "location"


_in_campaign = values_condition(EventRow.campaign, "campaign")
_has_pillar = values_condition(EventRow.pillar, "pillar")
_has_category = values_condition(EventRow.category, "category")
_has_kind = values_condition(EventRow.kind, "kind")
_is_part_of = values_condition(EventRow.part_of, "parent")
_has_basis = values_condition(EventRow.date_basis, "basis")


@compiled_for_values(EventRow)
def _is_within_places(many: bool, linked_by: LinkedBy) -> ColumnElement[bool]:
    return col(EventRow.number).in_(events_within(linked_by, many=many))


@compiled_for_values(EventRow)
def _has_organiser(many: bool) -> ColumnElement[bool]:
    is_organiser = one_of(EventOrganiserRow.organisation, "organiser", many=many)
    return col(EventRow.number).in_(select(col(EventOrganiserRow.event)).where(is_organiser))


@cache
def _facets(linked_by: LinkedBy) -> Mapping[str, Facet]:
    number = col(EventRow.number)
    organisers = (EventOrganiserRow, col(EventOrganiserRow.event) == number)
    places = link_to_places(number, linked_by)
    return {
        EventFacet.CAMPAIGN: Facet(EventRow, EventRow.campaign, Resource.CAMPAIGN),
        EventFacet.PILLAR: Facet(EventRow, EventRow.pillar, Resource.PILLAR),
        EventFacet.CATEGORY: Facet(EventRow, EventRow.category, EventCategory),
        EventFacet.KIND: Facet(EventRow, EventRow.kind, EventKind),
        EventFacet.ORGANISER: Facet(EventRow, EventOrganiserRow.organisation, Resource.ORGANISATION, [organisers]),
        EventFacet.LOCATION: Facet(EventRow, EventWithinRow.location, Resource.LOCATION, [places]),
    }


class EventFilterParams(FilterParams):
    """The filters and the order of events."""

    default_sort = EVENTS.default_sort

    campaign: CampaignIds = repeatable("Campaign ids; repeat for OR.", "tianshui")
    pillar: PillarIds = repeatable("Pillar ids; repeat for OR.", "two-combinations")
    category: list[EventCategory] = repeatable("What took place; repeat for OR.", "symposium")
    kind: list[EventKind] = repeatable("What sort of record; repeat for OR.", "series")
    organiser: Annotated[list[IdValue], Refers("organisation")] = repeatable(
        "Organisation ids; repeat for OR.", "tianshui-psb"
    )
    parent: EventIds = repeatable(
        "Ids of events; finds what is a part of them. Repeat for OR.", "tianshui-commendation-ceremony"
    )
    location: LocationIds = repeatable(
        "Location ids; matches the place and everything inside it. Repeat for OR.", "maiji"
    )
    location_basis: LinkedBy = Field(
        LinkedBy.STATED,
        description=(
            "Which links to locations count for `location` and `bbox`: those `stated` in the source, or `any`, also "
            "those that the editors derived."
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
    basis: list[Basis] = repeatable(
        "The basis of the date; repeat for OR. Which links to locations count is `location_basis`.", "derived"
    )
    sort: sort_type("date", "title", "category", "id") = sort_field(  # type: ignore[valid-type]
        "date", "The undated come last in either direction", "Titles go by pinyin in Chinese", example="-date"
    )

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        check_window(self.date_from, self.date_to)
        has_location = bool(self.location or self.bbox or "location" in getattr(self, "facet", ()))
        check_location_basis(self.location_basis, has_location=has_location)
        check_undated(self.undated, self.date_from, self.date_to)
        return self

    def filters(self) -> Filters:
        """Return the conditions of the events that match."""
        conditions = {
            "campaign": _in_campaign(self.campaign),
            "pillar": _has_pillar(self.pillar),
            "category": _has_category(self.category),
            "kind": _has_kind(self.kind),
            "parent": _is_part_of(self.parent),
            "basis": _has_basis(self.basis),
            "bbox": has_place_in_box(link_bases(self.location_basis)) if self.bbox else "",
        }
        # A path with one value returns events in their order; of several, each event must be found once.
        paths = {}
        if len(self.location) == 1:
            paths["location"] = path_within_place(self.location_basis)
        else:
            conditions["location"] = _is_within_places(self.location, self.location_basis)
        if len(self.organiser) == 1:
            paths["organiser"] = path_of_organiser()
        else:
            conditions["organiser"] = _has_organiser(self.organiser)
        return Filters(conditions, paths, self._dates(), self.values())

    def _dates(self) -> DateFilter | None:
        has_window = self.date_from is not None or self.date_to is not None
        window: Sequence[str] = ()
        if has_window:
            window = window_conditions(date_from=self.date_from is not None, date_to=self.date_to is not None)
        match self.undated or (Undated.EXCLUDE if has_window else Undated.INCLUDE):
            case Undated.ONLY:
                return DateFilter([], undated=is_undated())
            case Undated.EXCLUDE:
                return DateFilter(window or [is_dated()], excluded=is_undated())
            case Undated.INCLUDE:
                return DateFilter(window, undated=is_undated()) if has_window else None

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind."""
        box = box_values(corners(self.bbox)) if self.bbox else {}
        return super().values() | window_values(self.date_from, self.date_to) | box


class EventListParams(EventFilterParams, ListParams):
    """The parameters of the list of events."""

    include: list[EventPart] = include_field(EventPart, *_ALSO)
    facet: list[EventFacet] = facet_field(*EventFacet)

    def facets(self) -> Mapping[str, Facet]:
        """Return the facets of events."""
        return _facets(self.location_basis)


class EventParams(LocalisedParams):
    """The parameters of one event."""

    include: list[EventPart] = include_field(EventPart, *_ALSO)

"""The parameters of the events' endpoints, with their filters, sort keys and facets."""

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.db.facets import Facet
from app.db.filters import DateFilter, Filters, JoinPath, either
from app.db.statements import Value, is_in, is_one_of
from app.exports.format import Datum, PointLayout
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
from app.http.param_dates import (
    FirstDay,
    LastDay,
    Month,
    Period,
    Undated,
    check_window,
    date_field,
    days_of_months,
    expand_date,
)
from app.http.param_types import (
    BBox,
    CampaignIds,
    CountyIds,
    EventIds,
    IdValue,
    LinkedBy,
    LocationIds,
    PillarIds,
    StrandIds,
    check_location_basis,
    corners,
)
from app.http.params import LocalisedParams, Refers
from app.model.codes import Basis, EventCategory, EventKind, Resource
from app.model.phrases import name_of_month
from app.resources.events.filters import (
    IS_LINK_COUNTED,
    IS_UNDATED,
    is_within,
    place_facet,
    window_conditions,
    window_values,
    with_derived_links,
)
from app.resources.events.schema import EventPart
from app.resources.locations.filters import IN_BOX, box_values
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
    STRAND = "strand"
    COUNTY = "county"
    MONTH = "month"


_ORGANISERS = "JOIN event_organiser ON event_organiser.event = event.number"
_MONTHS = "JOIN event_month ON event_month.event = event.number"
_place_facet = partial(
    place_facet,
    Resource.EVENT,
    event="event.number",
    places="(SELECT location AS location_id, linked_by FROM event_within WHERE event_within.event = event.number)",
)


class EventFilterParams(FilterParams):
    """The filters and the order of events."""

    default_sort = EVENTS.default_sort
    columns = {
        "id": "event.id",
        "campaign": "event.campaign",
        "pillar": "event.pillar",
        "strand": "event.strand",
        "category": "event.category",
        "kind": "event.kind",
        "parent": "event.part_of",
        "basis": "event.date_basis",
    }

    id: EventIds = repeatable("The ids of the events themselves; repeat for OR.", "tianshui-police-open-day")
    campaign: CampaignIds = repeatable("Campaign ids; repeat for OR.", "tianshui")
    pillar: PillarIds = repeatable("Pillar ids; repeat for OR.", "two-combinations")
    strand: StrandIds = repeatable(
        "Ids of strands of pillars, whether the source or the editors put the event there; repeat for OR.", "going-out"
    )
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
    county: CountyIds = repeatable(
        "Ids of counties or districts, as the campaign's summary counts them. Repeat for OR.", "maiji"
    )
    location_basis: LinkedBy = Field(
        LinkedBy.STATED,
        description=(
            "Which links to locations count for `location`, `county` and `bbox`: those `stated` in the source (the "
            "default), or `any`, also those that the editors derived. `meta.derived_excluded` says how many events "
            "the default leaves out."
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
    date: Period | None = date_field()
    date_from: FirstDay | None = Field(
        None,
        description=(
            "The first day of a window, inclusive: finds what overlaps it. A month or a year is its first day. What "
            "is known only to the month matches any window that touches the month."
        ),
        examples=["2024-10-01", "2024-10", "2024"],
    )
    date_to: LastDay | None = Field(
        None,
        description="The last day of the window, inclusive. A month or a year is its last day.",
        examples=["2024-10-31", "2024-10", "2024"],
    )
    month: list[Month] = repeatable(
        "Months that the event may have been in, as the campaign's summary counts them; repeat for OR.", "2024-10"
    )
    undated: Undated | None = Field(
        None,
        description=(
            "Events without a date: `include` them (the default without a window or `month`), `exclude` them (the "
            "default with one; `meta.undated_excluded` counts them), or `only` them."
        ),
        examples=["only"],
    )
    basis: list[Basis] = repeatable(
        "The basis of the date; repeat for OR. Which links to locations count is `location_basis`.", "derived"
    )
    sort: sort_type("date", "title", "category", "source", "id") = sort_field(  # type: ignore[valid-type]
        "date",
        "The undated come last in either direction",
        "Titles go by pinyin in Chinese",
        BY_SOURCE,
        example="-date",
    )

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        params = expand_date(self)
        check_window(params.date_from, params.date_to, self.month, self.undated)
        check_location_basis(self, "location", "county", "bbox", "facet=location", "facet=county")
        return params

    def filters(self) -> Filters:
        """Return the conditions of the events that match."""
        is_organiser = is_one_of("event_organiser.organisation", "organiser", self.organiser)
        conditions = self.conditions()
        if self.bbox:
            conditions["bbox"] = self._is_in_box()
        # A path with one value returns events in their order; of several, each event must be found once.
        paths = {}
        for name, places in (("location", self.location), ("county", self.county)):
            within = is_within(name, places)
            if len(places) == 1:
                paths[name] = JoinPath.through("event_within", "event_within.event", "event.number", within)
            else:
                conditions[name] = is_in("event.number", "event_within", "event", within)
        if len(self.organiser) == 1:
            paths["organiser"] = JoinPath.through(
                "event_organiser", "event_organiser.event", "event.number", is_organiser
            )
        else:
            conditions["organiser"] = is_in("event.number", "event_organiser", "event", is_organiser)
        links = with_derived_links(self.location_basis, is_filtered=bool(self.location or self.county or self.bbox))
        return Filters(conditions, paths, self._dates(), links)

    def _is_in_box(self) -> str:
        """Return the condition that an event is linked to a place in the box."""
        linked = "event_location JOIN location ON location.id = event_location.location"
        return is_in("event.number", linked, "event_location.event", f"{IN_BOX} AND {IS_LINK_COUNTED}")

    @property
    def _has_window(self) -> bool:
        return self.date_from is not None or self.date_to is not None

    def _window(self) -> tuple[FirstDay | None, LastDay | None]:
        """Return the window that bounds the search: the one that is given, else that of the months."""
        return days_of_months(self.month) if self.month and not self._has_window else (self.date_from, self.date_to)

    def _dates(self) -> DateFilter | None:
        first, last = self._window()
        window: Sequence[str] = ()
        if first is not None or last is not None:
            window = window_conditions(date_from=first is not None, date_to=last is not None)
        without_month = None
        if self.month:
            without_month = either(window) if self._has_window else ""
            in_month = is_in("event.number", "event_month", "event", is_one_of("month", "month", self.month))
            window = [f"({condition}) AND {in_month}" for condition in window]
        match self.undated or (Undated.EXCLUDE if window else Undated.INCLUDE):
            case Undated.ONLY:
                return DateFilter([], undated=IS_UNDATED)
            case Undated.EXCLUDE:
                return DateFilter(window or [f"NOT {IS_UNDATED}"], excluded=IS_UNDATED, without_month=without_month)
            case Undated.INCLUDE:
                return DateFilter(window, undated=IS_UNDATED, without_month=without_month) if window else None

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind."""
        box = box_values(corners(self.bbox)) if self.bbox else {}
        window = window_values(*self._window())
        return {**super().values(), "location_basis": str(self.location_basis), **window, **box}


class EventMapParams(EventFilterParams):
    """The parameters of events on a map."""

    datum: Datum = datum_field()
    points: PointLayout = Field(
        PointLayout.TOGETHER,
        description=(
            "`together`: one feature an event, with the points of all its places. `split`: one feature for each event "
            "and place, with the place's properties: a Point, or null where the point or the place is not known."
        ),
        examples=["split"],
    )


class EventListParams(EventFilterParams, ListParams):
    """The parameters of the list of events."""

    facets = {
        EventFacet.CAMPAIGN: Facet(Resource.EVENT, "event.campaign", Resource.CAMPAIGN),
        EventFacet.PILLAR: Facet(Resource.EVENT, "event.pillar", Resource.PILLAR),
        EventFacet.CATEGORY: Facet(Resource.EVENT, "event.category", EventCategory.name_of),
        EventFacet.KIND: Facet(Resource.EVENT, "event.kind", EventKind.name_of),
        EventFacet.ORGANISER: Facet(Resource.EVENT, "event_organiser.organisation", Resource.ORGANISATION, _ORGANISERS),
        EventFacet.LOCATION: _place_facet(Resource.LOCATION),
        EventFacet.STRAND: Facet(Resource.EVENT, "event.strand", "strand"),
        EventFacet.COUNTY: _place_facet("county"),
        EventFacet.MONTH: Facet(Resource.EVENT, "event_month.month", name_of_month, _MONTHS),
    }

    include: list[EventPart] = include_field(EventPart, *_ALSO)
    facet: list[EventFacet] = facet_field(*EventFacet)


class EventParams(LocalisedParams):
    """The parameters of one event."""

    include: list[EventPart] = include_field(EventPart, *_ALSO)

"""The parameters of the events' endpoints, with their filters, sort keys and facets."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.db.facets import Facet
from app.db.filters import DateFilter, Filters, JoinPath
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
from app.http.param_dates import FirstDay, LastDay, Period, Undated, check_window, date_field, expand_date
from app.http.param_types import (
    BBox,
    CampaignIds,
    EventIds,
    IdValue,
    LinkedBy,
    LocationIds,
    PillarIds,
    check_location_basis,
    corners,
)
from app.http.params import LocalisedParams, Refers
from app.model.codes import Basis, EventCategory, EventKind, Resource
from app.resources.events.filters import (
    IS_LINK_COUNTED,
    IS_UNDATED,
    derived_links,
    is_left_out,
    is_within,
    join_places,
    window_conditions,
    window_values,
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


_ORGANISERS = "JOIN event_organiser ON event_organiser.event = event.number"
_PLACES = join_places("event.number")
_IS_LEFT_OUT = is_left_out("event_within WHERE event_within.event = event.number")


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
            "those that the editors derived. `meta.derived_excluded` says how many events the default leaves out."
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
        params = expand_date(self)
        check_window(params.date_from, params.date_to, self.undated)
        has_location = bool(self.location or self.bbox or "location" in getattr(self, "facet", ()))
        check_location_basis(self.location_basis, has_location=has_location)
        return params

    def filters(self) -> Filters:
        """Return the conditions of the events that match."""
        within = is_within(self.location)
        is_organiser = is_one_of("event_organiser.organisation", "organiser", self.organiser)
        conditions = {
            "campaign": is_one_of("event.campaign", "campaign", self.campaign),
            "pillar": is_one_of("event.pillar", "pillar", self.pillar),
            "category": is_one_of("event.category", "category", self.category),
            "kind": is_one_of("event.kind", "kind", self.kind),
            "parent": is_one_of("event.part_of", "parent", self.parent),
            "basis": is_one_of("event.date_basis", "basis", self.basis),
            "bbox": self._is_in_box() if self.bbox else "",
        }
        # A path with one value returns events in their order; of several, each event must be found once.
        paths = {}
        if len(self.location) == 1:
            paths["location"] = JoinPath.through("event_within", "event_within.event", "event.number", within)
        else:
            conditions["location"] = is_in("event.number", "event_within", "event", within)
        if len(self.organiser) == 1:
            paths["organiser"] = JoinPath.through(
                "event_organiser", "event_organiser.event", "event.number", is_organiser
            )
        else:
            conditions["organiser"] = is_in("event.number", "event_organiser", "event", is_organiser)
        links = derived_links(self.location_basis, filters=bool(self.location or self.bbox))
        return Filters(conditions, paths, self._dates(), self.values(), links)

    def _is_in_box(self) -> str:
        """Return the condition that an event is linked to a place in the box."""
        linked = "event_location JOIN location ON location.id = event_location.location"
        return is_in("event.number", linked, "event_location.event", f"{IN_BOX} AND {IS_LINK_COUNTED}")

    def _dates(self) -> DateFilter | None:
        has_window = self.date_from is not None or self.date_to is not None
        window: Sequence[str] = ()
        if has_window:
            window = window_conditions(date_from=self.date_from is not None, date_to=self.date_to is not None)
        match self.undated or (Undated.EXCLUDE if has_window else Undated.INCLUDE):
            case Undated.ONLY:
                return DateFilter([], undated=IS_UNDATED)
            case Undated.EXCLUDE:
                return DateFilter(window or [f"NOT {IS_UNDATED}"], excluded=IS_UNDATED)
            case Undated.INCLUDE:
                return DateFilter(window, undated=IS_UNDATED) if has_window else None

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind."""
        box = box_values(corners(self.bbox)) if self.bbox else {}
        window = window_values(self.date_from, self.date_to)
        return {**super().values(), "location_basis": str(self.location_basis), **window, **box}


class EventMapParams(EventFilterParams):
    """The parameters of events on a map."""

    datum: Datum = datum_field()


class EventListParams(EventFilterParams, ListParams):
    """The parameters of the list of events."""

    facets = {
        EventFacet.CAMPAIGN: Facet(Resource.EVENT, "event.campaign", Resource.CAMPAIGN),
        EventFacet.PILLAR: Facet(Resource.EVENT, "event.pillar", Resource.PILLAR),
        EventFacet.CATEGORY: Facet(Resource.EVENT, "event.category", EventCategory),
        EventFacet.KIND: Facet(Resource.EVENT, "event.kind", EventKind),
        EventFacet.ORGANISER: Facet(Resource.EVENT, "event_organiser.organisation", Resource.ORGANISATION, _ORGANISERS),
        EventFacet.LOCATION: Facet(
            Resource.EVENT, "event_within.location", Resource.LOCATION, _PLACES, left_out=_IS_LEFT_OUT
        ),
    }

    include: list[EventPart] = include_field(EventPart, *_ALSO)
    facet: list[EventFacet] = facet_field(*EventFacet)


class EventParams(LocalisedParams):
    """The parameters of one event."""

    include: list[EventPart] = include_field(EventPart, *_ALSO)

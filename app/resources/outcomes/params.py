"""The parameters of the outcomes' endpoints, with their filters, sort keys and facets."""

from enum import StrEnum
from functools import partial
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.db.facets import Facet
from app.db.filters import DateFilter, Filters
from app.db.statements import Value, is_in, is_one_of
from app.http.list_params import (
    BY_SOURCE,
    FilterParams,
    ListParams,
    facet_field,
    include_field,
    repeatable,
    sort_field,
    sort_type,
)
from app.http.param_dates import FirstDay, LastDay, Month, Period, check_window, date_field, expand_date
from app.http.param_types import (
    CampaignIds,
    CountyIds,
    EventIds,
    IdValue,
    LinkedBy,
    LocationIds,
    OutcomeIds,
    PillarIds,
    StrandIds,
    check_location_basis,
)
from app.http.param_values import Decimal, format_number, invalid
from app.http.params import LocalisedParams, Refers
from app.messages import message
from app.model.codes import Basis, OutcomeKind, Resource, ScopeLevel
from app.model.phrases import name_of_month
from app.resources.events.filters import (
    IS_UNDATED,
    is_of_window,
    is_within,
    place_facet,
    window_values,
    with_derived_links,
)
from app.resources.outcomes.schema import OutcomePart
from app.resources.registry import OUTCOMES


class OutcomeFacet(StrEnum):
    """The facets of outcomes."""

    CAMPAIGN = "campaign"
    PILLAR = "pillar"
    SCOPE = "scope"
    KIND = "kind"
    METRIC = "metric"
    UNIT = "unit"
    LOCATION = "location"
    STRAND = "strand"
    COUNTY = "county"
    MONTH = "month"


_EVENTS = "JOIN outcome_event ON outcome_event.outcome = outcome.number"
_OF_EVENTS = f"{_EVENTS} JOIN event ON event.number = outcome_event.event"
_MONTHS = f"{_EVENTS} JOIN event_month ON event_month.event = outcome_event.event"
_place_facet = partial(
    place_facet,
    Resource.OUTCOME,
    event="outcome_event.event",
    places=(
        "(SELECT DISTINCT location AS location_id, linked_by FROM outcome_event JOIN event_within USING (event)"
        " WHERE outcome_event.outcome = outcome.number)"
    ),
    joins=_EVENTS,
)


def _is_credited(table: str, event: str, condition: str) -> str:
    """Return the condition that an outcome is of an event that meets a condition; "" where there is no condition.

    `event` is the column of `table` that has the number of the event.
    """
    events = is_in("outcome_event.event", table, event, condition)
    return is_in("outcome.number", "outcome_event", "outcome", events)


class OutcomeFilterParams(FilterParams):
    """The filters and the order of outcomes."""

    default_sort = OUTCOMES.default_sort
    columns = {
        "id": "outcome.id",
        "campaign": "outcome.campaign",
        "pillar": "outcome.pillar",
        "scope": "outcome.scope_level",
        "kind": "outcome.kind",
        "metric": "outcome.metric",
        "unit": "outcome.unit",
        "basis": "outcome.basis",
    }

    id: OutcomeIds = repeatable("The ids of the outcomes themselves; repeat for OR.", "tianshui-works-created")
    campaign: CampaignIds = repeatable("Campaign ids; repeat for OR.", "tianshui")
    pillar: PillarIds = repeatable(
        "Pillar ids; finds outcomes of the pillar itself and of its events. Repeat for OR.", "dual-vehicles"
    )
    strand: StrandIds = repeatable("Ids of strands of pillars; outcomes of their events. Repeat for OR.", "going-out")
    event: EventIds = repeatable(
        "Event ids; finds what the source credits them with. Repeat for OR.", "tianshui-commendation-ceremony"
    )
    scope: list[ScopeLevel] = repeatable("What they are outcomes of; repeat for OR.", "campaign")
    kind: list[OutcomeKind] = repeatable("Figures or claims; repeat for OR.", "quantitative")
    metric: Annotated[list[IdValue], Refers("metric")] = repeatable("What is measured; repeat for OR.", "works_created")
    unit: Annotated[list[IdValue], Refers("unit")] = repeatable(
        "The code of what is counted; repeat for OR.", "activity"
    )
    basis: list[Basis] = repeatable(
        "The basis of the figure; repeat for OR. Which links to locations count is `location_basis`.", "derived"
    )
    location: LocationIds = repeatable(
        "Location ids; outcomes of events at the place or anywhere inside it. Repeat for OR.", "maiji"
    )
    county: CountyIds = repeatable(
        "Ids of counties or districts; outcomes of events that the campaign's summary counts there. Repeat for OR.",
        "maiji",
    )
    location_basis: LinkedBy = Field(
        LinkedBy.STATED,
        description=(
            "Which links to locations count for `location` and `county`: those `stated` in the source (the default), "
            "or `any`, also those that the editors derived. `meta.derived_excluded` says how many outcomes the "
            "default leaves out."
        ),
        examples=["any"],
    )
    date: Period | None = date_field()
    date_from: FirstDay | None = Field(
        None,
        description=(
            "The first day of a window, inclusive: outcomes of events that overlap it. A month or a year is its "
            "first day. Outcomes without a dated event are left out, and `meta.undated_excluded` counts them."
        ),
        examples=["2024-09-01", "2024-09", "2024"],
    )
    date_to: LastDay | None = Field(
        None,
        description="The last day of the window, inclusive. A month or a year is its last day.",
        examples=["2024-12-31", "2024-12", "2024"],
    )
    month: list[Month] = repeatable(
        "Months; outcomes of events that may have been in one of them. Outcomes without a dated event are left out, "
        "and `meta.undated_excluded` counts them. Repeat for OR.",
        "2024-10",
    )
    value_gte: Decimal | None = Field(
        None, description="The least value, inclusive; outcomes without a value do not match.", examples=[100]
    )
    value_lte: Decimal | None = Field(
        None, description="The greatest value, inclusive; outcomes without a value do not match.", examples=[500]
    )
    sort: sort_type("value", "metric", "source", "id") = sort_field(  # type: ignore[valid-type]
        "id",
        "Outcomes without a value come last in either direction",
        "Values of different units are ordered as numbers, and mean different things",
        BY_SOURCE,
        example="-value",
    )

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        params = expand_date(self)
        check_window(params.date_from, params.date_to, self.month)
        check_location_basis(self, "location", "county", "facet=location", "facet=county")
        low, high = self.value_gte, self.value_lte
        if low is not None and high is not None and low > high:
            reason = message(
                "is more than value_lte ({value_lte}); put the smaller number in value_gte",
                value_lte=format_number(high),
            )
            raise invalid("out_of_order", reason, parameter="value_gte")
        return params

    def filters(self) -> Filters:
        """Return the conditions of the outcomes that match."""
        conditions = self.conditions() | {
            "event": _is_credited("event", "number", is_one_of("event.id", "event", self.event)),
            "strand": _is_credited("event", "number", is_one_of("event.strand", "strand", self.strand)),
            "location": _is_credited("event_within", "event", is_within("location", self.location)),
            "county": _is_credited("event_within", "event", is_within("county", self.county)),
            "value_gte": "outcome.value >= :value_gte" if self.value_gte is not None else "",
            "value_lte": "outcome.value <= :value_lte" if self.value_lte is not None else "",
        }
        links = with_derived_links(self.location_basis, is_filtered=bool(self.location or self.county))
        return Filters(conditions, dates=self._dates(), values_with_derived_links=links)

    def _dates(self) -> DateFilter | None:
        has_window = self.date_from is not None or self.date_to is not None
        if not (has_window or self.month):
            return None
        window = ""
        if has_window:
            is_inside = is_of_window(date_from=self.date_from is not None, date_to=self.date_to is not None)
            window = _is_credited("event", "number", is_inside)
        in_month = _is_credited("event_month", "event", is_one_of("month", "month", self.month))
        of_dated_event = _is_credited("event", "number", f"NOT {IS_UNDATED}")
        return DateFilter(
            [" AND ".join(filter(None, (window, in_month)))],
            excluded=f"NOT ({of_dated_event})",
            without_month=window,
        )

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind."""
        window = window_values(self.date_from, self.date_to)
        return {**super().values(), "location_basis": str(self.location_basis), **window}


class OutcomeListParams(OutcomeFilterParams, ListParams):
    """The parameters of the list of outcomes."""

    facets = {
        OutcomeFacet.CAMPAIGN: Facet(Resource.OUTCOME, "outcome.campaign", Resource.CAMPAIGN),
        OutcomeFacet.PILLAR: Facet(Resource.OUTCOME, "outcome.pillar", Resource.PILLAR),
        OutcomeFacet.SCOPE: Facet(Resource.OUTCOME, "outcome.scope_level", ScopeLevel.name_of),
        OutcomeFacet.KIND: Facet(Resource.OUTCOME, "outcome.kind", OutcomeKind.name_of),
        OutcomeFacet.METRIC: Facet(Resource.OUTCOME, "outcome.metric", "metric"),
        OutcomeFacet.UNIT: Facet(Resource.OUTCOME, "outcome.unit", "unit"),
        OutcomeFacet.LOCATION: _place_facet(Resource.LOCATION),
        OutcomeFacet.STRAND: Facet(Resource.OUTCOME, "event.strand", "strand", _OF_EVENTS, repeats=True),
        OutcomeFacet.COUNTY: _place_facet("county"),
        OutcomeFacet.MONTH: Facet(Resource.OUTCOME, "event_month.month", name_of_month, _MONTHS, repeats=True),
    }

    include: list[OutcomePart] = include_field(OutcomePart)
    facet: list[OutcomeFacet] = facet_field(*OutcomeFacet)


class OutcomeParams(LocalisedParams):
    """The parameters of one outcome."""

    include: list[OutcomePart] = include_field(OutcomePart)

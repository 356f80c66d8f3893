"""The parameters of the outcomes' endpoints, with their filters, sort keys and facets."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from app.db.facets import Facet
from app.db.filters import DateFilter, Filters, compiled_for_values, one_of, values_condition
from app.db.statements import Value, bind, compiled_once
from app.http.list_params import FilterParams, ListParams, facet_field, include_field, repeatable, sort_field, sort_type
from app.http.param_types import (
    CampaignIds,
    EventIds,
    IdValue,
    LinkedBy,
    LocationIds,
    PillarIds,
    check_location_basis,
    check_window,
)
from app.http.param_values import Decimal, IsoDate
from app.http.params import LocalisedParams, Refers
from app.model.codes import Basis, OutcomeKind, Resource, ScopeLevel
from app.resources.events.filters import events_within, in_window, link_to_places, window_values, without_date
from app.resources.events.table import EventRow, EventWithinRow
from app.resources.outcomes.schema import OutcomePart
from app.resources.outcomes.table import OutcomeEventRow, OutcomeRow
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


_in_campaign = values_condition(OutcomeRow.campaign, "campaign")
_has_pillar = values_condition(OutcomeRow.pillar, "pillar")
_has_scope = values_condition(OutcomeRow.scope_level, "scope")
_has_kind = values_condition(OutcomeRow.kind, "kind")
_has_metric = values_condition(OutcomeRow.metric, "metric")
_has_unit = values_condition(OutcomeRow.unit, "unit")
_has_basis = values_condition(OutcomeRow.basis, "basis")


def _is_of(events: Select[Any]) -> ColumnElement[bool]:
    """Test that the source credits one of some events with an outcome."""
    credited = select(col(OutcomeEventRow.outcome)).where(col(OutcomeEventRow.event).in_(events))
    return col(OutcomeRow.number).in_(credited)


@compiled_for_values(OutcomeRow)
def _is_of_event(many: bool) -> ColumnElement[bool]:
    return _is_of(select(col(EventRow.number)).where(one_of(EventRow.id, "event", many=many)))


@compiled_for_values(OutcomeRow)
def _is_of_place(many: bool, linked_by: LinkedBy) -> ColumnElement[bool]:
    return _is_of(events_within(linked_by, many=many))


@compiled_once(OutcomeRow)
def _is_at_least() -> ColumnElement[bool]:
    return col(OutcomeRow.value) >= bind("value_gte")


@compiled_once(OutcomeRow)
def _is_at_most() -> ColumnElement[bool]:
    return col(OutcomeRow.value) <= bind("value_lte")


@compiled_once(OutcomeRow)
def _is_of_window(date_from: bool, date_to: bool) -> ColumnElement[bool]:
    return _is_of(select(col(EventRow.number)).where(in_window(date_from=date_from, date_to=date_to)))


@compiled_once(OutcomeRow)
def _is_of_no_dated_event() -> ColumnElement[bool]:
    return ~_is_of(select(col(EventRow.number)).where(~without_date()))


@cache
def _facets(linked_by: LinkedBy) -> Mapping[str, Facet]:
    event = (OutcomeEventRow, col(OutcomeEventRow.outcome) == col(OutcomeRow.number))
    places = link_to_places(col(OutcomeEventRow.event), linked_by)
    return {
        OutcomeFacet.CAMPAIGN: Facet(OutcomeRow, OutcomeRow.campaign, Resource.CAMPAIGN),
        OutcomeFacet.PILLAR: Facet(OutcomeRow, OutcomeRow.pillar, Resource.PILLAR),
        OutcomeFacet.SCOPE: Facet(OutcomeRow, OutcomeRow.scope_level, ScopeLevel),
        OutcomeFacet.KIND: Facet(OutcomeRow, OutcomeRow.kind, OutcomeKind),
        OutcomeFacet.METRIC: Facet(OutcomeRow, OutcomeRow.metric, "metric"),
        OutcomeFacet.UNIT: Facet(OutcomeRow, OutcomeRow.unit, "unit"),
        OutcomeFacet.LOCATION: Facet(
            OutcomeRow, EventWithinRow.location, Resource.LOCATION, [event, places], repeats=True
        ),
    }


class OutcomeFilterParams(FilterParams):
    """The filters and the order of outcomes."""

    default_sort = OUTCOMES.default_sort

    campaign: CampaignIds = repeatable("Campaign ids; repeat for OR.", "tianshui")
    pillar: PillarIds = repeatable(
        "Pillar ids; finds outcomes of the pillar itself and of its events. Repeat for OR.", "dual-vehicles"
    )
    event: EventIds = repeatable(
        "Event ids; finds what the source credits them with. Repeat for OR.", "tianshui-commendation-ceremony"
    )
    scope: list[ScopeLevel] = repeatable("What they are outcomes of; repeat for OR.", "campaign")
    kind: list[OutcomeKind] = repeatable("Figures or claims; repeat for OR.", "quantitative")
    metric: Annotated[list[IdValue], Refers("metric")] = repeatable("What is measured; repeat for OR.", "works_created")
    unit: Annotated[list[IdValue], Refers("unit")] = repeatable(
        "The code of what is counted; repeat for OR.", "session"
    )
    basis: list[Basis] = repeatable(
        "The basis of the figure; repeat for OR. Which links to locations count is `location_basis`.", "derived"
    )
    location: LocationIds = repeatable(
        "Location ids; outcomes of events at the place or anywhere inside it. Repeat for OR.", "maiji"
    )
    location_basis: LinkedBy = Field(
        LinkedBy.STATED,
        description=(
            "Which links to locations count for `location`: those `stated` in the source, or `any`, also those that "
            "the editors derived."
        ),
        examples=["any"],
    )
    date_from: IsoDate | None = Field(
        None,
        description=(
            "The first day of a window, inclusive: outcomes of events that overlap it. Outcomes of no dated event "
            "are left out, and `meta.undated_excluded` counts them."
        ),
        examples=["2024-09-01"],
    )
    date_to: IsoDate | None = Field(None, description="The last day of the window, inclusive.", examples=["2024-12-31"])
    value_gte: Decimal | None = Field(
        None, description="The least value, inclusive; outcomes without a value do not match.", examples=[100]
    )
    value_lte: Decimal | None = Field(
        None,
        description="The greatest value, inclusive; outcomes without a value do not match.",
        examples=[500],
    )
    sort: sort_type("value", "metric", "id") = sort_field(  # type: ignore[valid-type]
        "id",
        "Outcomes without a value come last in either direction",
        "Values of different units are ordered as numbers, and mean different things",
        example="-value",
    )

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        check_window(self.date_from, self.date_to)
        has_location = bool(self.location or "location" in getattr(self, "facet", ()))
        check_location_basis(self.location_basis, has_location=has_location)
        low, high = self.value_gte, self.value_lte
        if low is not None and high is not None and low > high:
            raise PydanticCustomError(
                "out_of_order",
                "is more than value_lte ({high}); put the smaller number in value_gte",
                {
                    "parameter": "value_gte",
                    "value": f"{low:g}",
                    "high": f"{high:g}",
                    "suggestion": f"{high:g}",
                },
            )
        return self

    def filters(self) -> Filters:
        """Return the conditions of the outcomes that match."""
        conditions = {
            "campaign": _in_campaign(self.campaign),
            "pillar": _has_pillar(self.pillar),
            "scope": _has_scope(self.scope),
            "kind": _has_kind(self.kind),
            "metric": _has_metric(self.metric),
            "unit": _has_unit(self.unit),
            "basis": _has_basis(self.basis),
            "event": _is_of_event(self.event),
            "location": _is_of_place(self.location, self.location_basis),
            "value_gte": _is_at_least() if self.value_gte is not None else "",
            "value_lte": _is_at_most() if self.value_lte is not None else "",
        }
        return Filters(conditions, dates=self._dates(), values=self.values())

    def _dates(self) -> DateFilter | None:
        if self.date_from is None and self.date_to is None:
            return None
        return DateFilter(
            [_is_of_window(self.date_from is not None, self.date_to is not None)], excluded=_is_of_no_dated_event()
        )

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind."""
        return super().values() | window_values(self.date_from, self.date_to)


class OutcomeListParams(OutcomeFilterParams, ListParams):
    """The parameters of the list of outcomes."""

    include: list[OutcomePart] = include_field(OutcomePart)
    facet: list[OutcomeFacet] = facet_field(*OutcomeFacet)

    def facets(self) -> Mapping[str, Facet]:
        """Return the facets of outcomes."""
        return _facets(self.location_basis)


class OutcomeParams(LocalisedParams):
    """The parameters of one outcome."""

    include: list[OutcomePart] = include_field(OutcomePart)

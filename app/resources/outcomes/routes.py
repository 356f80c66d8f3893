"""Outcomes: what came of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from fastapi import Depends, Path, Request, Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import Select, or_, select
from sqlmodel import col

from app.db.facets import Facet, to_places
from app.db.filters import DateFilter, Filters, among, events_within, is_undated, overlapping, values_of_window
from app.db.statements import Value, given
from app.http.exports import answer_export, export_responses, format_parameter
from app.http.list_params import MAX_VALUES, FilterParams, ListParams, facet_field, include_field, sort_field, sort_type
from app.http.param_types import IdValue, LinkedBy, check_window, refuse_basis
from app.http.param_values import Decimal, IsoDate
from app.http.params import LocalisedParams, ParamsReader, Refers
from app.http.responses import answer_list, answer_record
from app.http.routing import make_router
from app.model.codes import OutcomeKind, Resource, ScopeLevel
from app.model.envelopes import OutcomeDetail, OutcomeList
from app.resources.events.table import EventRow, EventWithinRow
from app.resources.outcomes.schema import OutcomePart
from app.resources.outcomes.table import OutcomeEventRow, OutcomeRow
from app.resources.registry import OUTCOMES

router = make_router("outcomes")


class OutcomeFacet(StrEnum):
    """What outcomes can be counted by."""

    CAMPAIGN = "campaign"
    PILLAR = "pillar"
    SCOPE = "scope"
    KIND = "kind"
    METRIC = "metric"
    UNIT = "unit"
    LOCATION = "location"


class OutcomeFilterParams(FilterParams):
    """Which outcomes are asked for, and in which order."""

    default_sort = OUTCOMES.default_sort

    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        default_factory=list, max_length=MAX_VALUES, description="Campaign ids; repeat for OR.", examples=[["tianshui"]]
    )
    pillar: Annotated[list[IdValue], Refers("pillar")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Pillar ids; finds outcomes of the pillar itself and of its events. Repeat for OR.",
        examples=[["dual-vehicles"]],
    )
    event: Annotated[list[IdValue], Refers("event")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Event ids; finds what the source credits them with. Repeat for OR.",
        examples=[["tianshui-commendation-ceremony"]],
    )
    scope: list[ScopeLevel] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="What they are outcomes of; repeat for OR.",
        examples=[["campaign"]],
    )
    kind: list[OutcomeKind] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Figures or claims; repeat for OR.",
        examples=[["quantitative"]],
    )
    metric: Annotated[list[IdValue], Refers("metric")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="What is measured; repeat for OR.",
        examples=[["works_created"]],
    )
    unit: Annotated[list[IdValue], Refers("unit")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="The code of what is counted; repeat for OR.",
        examples=[["session"]],
    )
    location: Annotated[list[IdValue], Refers("location")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Location ids; outcomes of events at the place or anywhere inside it. Repeat for OR.",
        examples=[["maiji"]],
    )
    basis: LinkedBy = Field(
        LinkedBy.STATED,
        description=(
            "Which links to places count for `location`: `stated` in the source, or `any`, those "
            "that the editors derived too."
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
    def _coherent(self) -> Self:
        check_window(self.date_from, self.date_to)
        if self.basis is LinkedBy.ANY and not (self.location or "location" in getattr(self, "facet", ())):
            refuse_basis()
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

    def matching(self) -> Filters:
        """Give the conditions of the outcomes that are asked for."""
        number, value = col(OutcomeRow.number), col(OutcomeRow.value)
        conditions = {
            "campaign": among(OutcomeRow.campaign, "campaign", len(self.campaign)),
            "pillar": among(OutcomeRow.pillar, "pillar", len(self.pillar)),
            "scope": among(OutcomeRow.scope_level, "scope", len(self.scope)),
            "kind": among(OutcomeRow.kind, "kind", len(self.kind)),
            "metric": among(OutcomeRow.metric, "metric", len(self.metric)),
            "unit": among(OutcomeRow.unit, "unit", len(self.unit)),
            "value": [
                *([value >= given("value_gte")] if self.value_gte is not None else []),
                *([value <= given("value_lte")] if self.value_lte is not None else []),
            ],
        }
        if self.event:
            named = select(col(EventRow.number)).where(*among(EventRow.id, "event", len(self.event)))
            conditions["event"] = [number.in_(_of_events(named))]
        if self.location:
            conditions["location"] = [number.in_(_of_events(events_within(len(self.location), self.basis)))]
        return Filters(conditions, dates=self._dates())

    def _dates(self) -> DateFilter | None:
        if self.date_from is None and self.date_to is None:
            return None
        number, event = col(OutcomeRow.number), col(EventRow.number)
        window = overlapping(date_from=self.date_from is not None, date_to=self.date_to is not None)
        dated = _of_events(select(event).where(~is_undated()))
        return DateFilter([number.in_(_of_events(select(event).where(or_(*window))))], left_out=number.not_in(dated))

    def values(self) -> dict[str, Value]:
        """Give the values of what is given, by the names of their parameters in the question."""
        return super().values() | values_of_window(self.date_from, self.date_to)


class OutcomeListParams(OutcomeFilterParams, ListParams):
    """What the list of outcomes can be asked."""

    include: list[OutcomePart] = include_field(OutcomePart)
    facet: list[OutcomeFacet] = facet_field(*OutcomeFacet)

    def facets(self) -> Mapping[str, Facet]:
        """Give what outcomes can be counted by."""
        credited = (OutcomeEventRow, col(OutcomeEventRow.outcome) == col(OutcomeRow.number))
        places = to_places(col(OutcomeEventRow.event), self.basis)
        return {
            OutcomeFacet.CAMPAIGN: Facet(OutcomeRow.campaign, Resource.CAMPAIGN),
            OutcomeFacet.PILLAR: Facet(OutcomeRow.pillar, Resource.PILLAR),
            OutcomeFacet.SCOPE: Facet(OutcomeRow.scope_level, ScopeLevel),
            OutcomeFacet.KIND: Facet(OutcomeRow.kind, OutcomeKind),
            OutcomeFacet.METRIC: Facet(OutcomeRow.metric, "metric"),
            OutcomeFacet.UNIT: Facet(OutcomeRow.unit, "unit"),
            OutcomeFacet.LOCATION: Facet(EventWithinRow.location, Resource.LOCATION, [credited, places], repeats=True),
        }


def _of_events(events: Select[Any]) -> Select[Any]:
    return select(col(OutcomeEventRow.outcome)).where(col(OutcomeEventRow.event).in_(events))


class OutcomeParams(LocalisedParams):
    """What an outcome can be asked."""

    include: list[OutcomePart] = include_field(OutcomePart)


@router.get("/v1/outcomes", response_model=OutcomeList, summary="List outcomes")
async def list_outcomes(
    request: Request, query: Annotated[OutcomeListParams, Depends(ParamsReader(OutcomeListParams))]
) -> Response:
    """List what came of it: counted figures, and claims that the source makes.

    Figures stand for themselves: the source does not say whether one is contained in another, so they are never
    to be summed. A figure that the source does not give is null, and its note says so.
    """
    return await answer_list(request, OUTCOMES, query)


@router.get(
    "/v1/outcomes.{format}",
    response_class=Response,
    responses=export_responses(Resource.OUTCOME),
    summary="Take all outcomes away",
)
async def export_outcomes(
    request: Request,
    format: Annotated[str, format_parameter(Resource.OUTCOME)],  # noqa: A002
    query: Annotated[OutcomeFilterParams, Depends(ParamsReader(OutcomeFilterParams))],
) -> Response:
    """Give all the outcomes that are asked for as one document, by the same filters as the list and without pages."""
    return await answer_export(request, OUTCOMES, format, query)


@router.get("/v1/outcomes/{id}", response_model=OutcomeDetail, summary="Read an outcome")
async def read_outcome(
    request: Request,
    id: Annotated[str, Path(description="The outcome's id.", examples=["tianshui-works-created"])],  # noqa: A002
    query: Annotated[OutcomeParams, Depends(ParamsReader(OutcomeParams))],
) -> Response:
    """Read one outcome."""
    return await answer_record(request, OUTCOMES, id, query)

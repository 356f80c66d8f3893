"""Endpoints of outcomes."""

from typing import Annotated

from fastapi import Path, Query

from app.http.context import ApiRequest
from app.http.exports import add_export_routes
from app.http.lists import plan_list
from app.http.plan import Plan
from app.http.records import plan_record
from app.http.routing import make_router
from app.resources.outcomes.formats import EXPORTS
from app.resources.outcomes.params import OutcomeFilterParams, OutcomeListParams, OutcomeParams
from app.resources.outcomes.schema import OutcomeListResponse, OutcomeResponse
from app.resources.registry import OUTCOMES

router = make_router("outcomes")


@router.get("/v1/outcomes", response_model=OutcomeListResponse, summary="List outcomes")
def list_outcomes(request: ApiRequest, params: Annotated[OutcomeListParams, Query()]) -> Plan:
    """List what came of it: counted figures, and claims that the source makes.

    Figures must not be summed: the source does not say whether one contains another. A figure that the source
    does not give is null, and its note says so.
    """
    return plan_list(request, OUTCOMES, params, EXPORTS)


add_export_routes(router, OUTCOMES, EXPORTS, OutcomeFilterParams)


@router.get("/v1/outcomes/{id}", response_model=OutcomeResponse, summary="Read an outcome")
def read_outcome(
    request: ApiRequest,
    id: Annotated[str, Path(description="The outcome's id.", examples=["tianshui-works-created"])],  # noqa: A002
    params: Annotated[OutcomeParams, Query()],
) -> Plan:
    """Read one outcome."""
    return plan_record(request, OUTCOMES, id, params)

"""Endpoints of sources."""

from typing import Annotated

from fastapi import Path, Query

from app.http.context import ApiRequest
from app.http.lists import plan_list
from app.http.plan import Plan
from app.http.records import plan_record
from app.http.routing import make_router
from app.resources.registry import SOURCES
from app.resources.sources.params import SourceListParams, SourceParams
from app.resources.sources.schema import SourceListResponse, SourceResponse

router = make_router("sources")


@router.get("/v1/sources", response_model=SourceListResponse, summary="List sources")
def list_sources(request: ApiRequest, params: Annotated[SourceListParams, Query()]) -> Plan:
    """List the documents that the records were drawn from.

    Each has its publisher, address and digests, and the position, length and digest of every sentence, with what it
    says in the editors' own words. The text itself is not copied here; evidence points into it.
    """
    return plan_list(request, SOURCES, params)


@router.get("/v1/sources/{id}", response_model=SourceResponse, summary="Read a source")
def read_source(
    request: ApiRequest,
    id: Annotated[str, Path(description="The source's id.", examples=["tianshui-report"])],  # noqa: A002
    params: Annotated[SourceParams, Query()],
) -> Plan:
    """Read one source."""
    return plan_record(request, SOURCES, id, params)

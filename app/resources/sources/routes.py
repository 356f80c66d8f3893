"""Sources: the documents that the records were drawn from."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Path, Request, Response
from pydantic import Field

from app.db.facets import Facet
from app.db.filters import Filters, among
from app.http.list_params import MAX_VALUES, ListParams, facet_field, include_field
from app.http.param_types import IdValue
from app.http.params import LocalisedParams, ParamsReader, Refers
from app.http.responses import answer_list, answer_record
from app.http.routing import make_router
from app.model.codes import Resource
from app.model.envelopes import SourceDetail, SourceList
from app.resources.registry import SOURCES
from app.resources.sources.schema import SourcePart
from app.resources.sources.table import SourceRow

router = make_router("sources")


class SourceFacet(StrEnum):
    """What sources can be counted by."""

    CAMPAIGN = "campaign"


class SourceListParams(ListParams):
    """What the list of sources can be asked."""

    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        default_factory=list, max_length=MAX_VALUES, description="Campaign ids; repeat for OR.", examples=[["tianshui"]]
    )
    include: list[SourcePart] = include_field(SourcePart)
    facet: list[SourceFacet] = facet_field(*SourceFacet)

    def matching(self) -> Filters:
        """Give the conditions of the sources that are asked for."""
        return Filters({"campaign": among(SourceRow.campaign, "campaign", len(self.campaign))})

    def facets(self) -> Mapping[str, Facet]:
        """Give what sources can be counted by."""
        return {SourceFacet.CAMPAIGN: Facet(SourceRow.campaign, Resource.CAMPAIGN)}


class SourceParams(LocalisedParams):
    """What a source can be asked."""

    include: list[SourcePart] = include_field(SourcePart)


@router.get("/v1/sources", response_model=SourceList, summary="List sources")
async def list_sources(
    request: Request, query: Annotated[SourceListParams, Depends(ParamsReader(SourceListParams))]
) -> Response:
    """List the documents that the records were drawn from.

    Each has its publisher, address and digests, and the position, length and digest of every sentence. The text
    itself is not copied here; evidence points into it.
    """
    return await answer_list(request, SOURCES, query)


@router.get("/v1/sources/{id}", response_model=SourceDetail, summary="Read a source")
async def read_source(
    request: Request,
    id: Annotated[str, Path(description="The source's id.", examples=["tianshui-report"])],  # noqa: A002
    query: Annotated[SourceParams, Depends(ParamsReader(SourceParams))],
) -> Response:
    """Read one source."""
    return await answer_record(request, SOURCES, id, query)

"""Sources: the documents that the records were drawn from."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Path, Request, Response
from pydantic import Field

from app.published.answers import SourceDetail, SourceList
from app.published.source import SourcePart
from app.storage.facets import Facet
from app.storage.matching import Matching, among
from app.tables import SourceRow
from app.vocabulary import RecordKind
from app.web.answers import answer_list, answer_record
from app.web.filters import IdValue
from app.web.listings import SOURCES
from app.web.lists import MAX_VALUES, ListQuery, facet_field, include_field
from app.web.queries import LocalisedQuery, QueryReader, Refers
from app.web.routes import make_router

router = make_router("sources")


class SourceFacet(StrEnum):
    """What sources can be counted by."""

    CAMPAIGN = "campaign"


class SourceQuery(ListQuery):
    """What the list of sources can be asked."""

    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        default_factory=list, max_length=MAX_VALUES, description="Campaign ids; repeat for OR.", examples=[["tianshui"]]
    )
    include: list[SourcePart] = include_field(SourcePart)
    facet: list[SourceFacet] = facet_field(*SourceFacet)

    def matching(self) -> Matching:
        """Give the conditions of the sources that are asked for."""
        return Matching({"campaign": among(SourceRow.campaign, "campaign", len(self.campaign))})

    def facets(self) -> Mapping[str, Facet]:
        """Give what sources can be counted by."""
        return {SourceFacet.CAMPAIGN: Facet(SourceRow.campaign, RecordKind.CAMPAIGN)}


class SourceDetailQuery(LocalisedQuery):
    """What a source can be asked."""

    include: list[SourcePart] = include_field(SourcePart)


@router.get("/v1/sources", response_model=SourceList, summary="List sources")
async def list_sources(request: Request, query: Annotated[SourceQuery, Depends(QueryReader(SourceQuery))]) -> Response:
    """List the documents that the records were drawn from.

    Each has its publisher, address and digests, and the position, length and digest of every sentence. The text
    itself is not copied here; evidence points into it.
    """
    return await answer_list(request, SOURCES, query)


@router.get("/v1/sources/{id}", response_model=SourceDetail, summary="Read a source")
async def read_source(
    request: Request,
    id: Annotated[str, Path(description="The source's id.", examples=["tianshui-report"])],  # noqa: A002
    query: Annotated[SourceDetailQuery, Depends(QueryReader(SourceDetailQuery))],
) -> Response:
    """Read one source."""
    return await answer_record(request, SOURCES, id, query)

"""Sources: the documents that the records were drawn from."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field

from app.published.answers import SourceDetail, SourceList
from app.published.source import PARTS, SourcePart
from app.storage.matching import among
from app.storage.paging import Listing
from app.tables import SourceRow
from app.vocabulary import RecordKind
from app.web.answers import Matching, answer_list, answer_record
from app.web.filters import IdValue
from app.web.lists import MAX_VALUES, ListQuery, include_field
from app.web.queries import LocalisedQuery, QueryReader, Refers

router = APIRouter(tags=["sources"])

SOURCES = Listing(
    kind=RecordKind.SOURCE,
    table=SourceRow,
    parts=PARTS,
    sort_keys={"id": ((SourceRow.id, True),)},
    default_sort="id",
)


class SourceQuery(ListQuery):
    """What the list of sources can be asked."""

    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        [], max_length=MAX_VALUES, description="Campaign ids; repeat for OR.", examples=[["tianshui"]]
    )
    include: list[SourcePart] = include_field(SourcePart)

    def matching(self) -> Matching:
        """Give the conditions of the sources that are asked for."""
        return Matching([*among(SourceRow.campaign, self.campaign)])


class SourceDetailQuery(LocalisedQuery):
    """What a source can be asked."""

    include: list[SourcePart] = include_field(SourcePart)


@router.get("/v1/sources", response_model=SourceList, summary="List sources")
async def list_sources(request: Request, query: Annotated[SourceQuery, Depends(QueryReader(SourceQuery))]) -> Response:
    """List the documents that the records were drawn from.

    Each has its publisher, address and digests, and the position, length and digest of every sentence. The text
    itself is not copied here; evidence points into it.
    """
    return answer_list(request, SOURCES, query, query.matching())


@router.get("/v1/sources/{id}", response_model=SourceDetail, summary="Read a source")
async def read_source(
    request: Request,
    id: Annotated[str, Path(description="The source's id.", examples=["tianshui-report"])],  # noqa: A002
    query: Annotated[SourceDetailQuery, Depends(QueryReader(SourceDetailQuery))],
) -> Response:
    """Read one source."""
    return answer_record(request, SOURCES, id, query)

"""Campaigns: what the report tells of."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.published.answers import CampaignDetail, CampaignList
from app.published.campaign import PARTS, CampaignPart
from app.storage.paging import Listing
from app.tables import CampaignRow
from app.vocabulary import RecordKind
from app.web.answers import Matching, answer_list, answer_record
from app.web.lists import ListQuery, include_field
from app.web.queries import LocalisedQuery, QueryReader

router = APIRouter(tags=["campaigns"])

CAMPAIGNS = Listing(
    kind=RecordKind.CAMPAIGN,
    table=CampaignRow,
    parts=PARTS,
    sort_keys={"id": ((CampaignRow.id, True),)},
    default_sort="id",
)


class CampaignQuery(ListQuery):
    """What the list of campaigns can be asked."""

    include: list[CampaignPart] = include_field(CampaignPart)

    def matching(self) -> Matching:
        """Give the conditions of the campaigns that are asked for."""
        return Matching([])


class CampaignDetailQuery(LocalisedQuery):
    """What a campaign can be asked."""

    include: list[CampaignPart] = include_field(CampaignPart)


@router.get("/v1/campaigns", response_model=CampaignList, summary="List campaigns")
async def list_campaigns(
    request: Request, query: Annotated[CampaignQuery, Depends(QueryReader(CampaignQuery))]
) -> Response:
    """List the campaigns.

    Each carries its own `version`, a digest that changes exactly when its data change, so that an app reloads just
    what is new.
    """
    return answer_list(request, CAMPAIGNS, query, query.matching())


@router.get("/v1/campaigns/{id}", response_model=CampaignDetail, summary="Read a campaign")
async def read_campaign(
    request: Request,
    id: Annotated[str, Path(description="The campaign's id.", examples=["tianshui"])],  # noqa: A002
    query: Annotated[CampaignDetailQuery, Depends(QueryReader(CampaignDetailQuery))],
) -> Response:
    """Read one campaign."""
    return answer_record(request, CAMPAIGNS, id, query)

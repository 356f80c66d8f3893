"""Campaigns: what the report tells of."""

from typing import Annotated

from fastapi import Depends, Path, Request, Response

from app.db.records import read_part
from app.http.bundle import answer_snapshot
from app.http.list_params import ListParams, include_field
from app.http.lookup import find_record, number_of
from app.http.negotiation import JSON, accept_of, require_media
from app.http.params import LocalisedParams, ParamsReader
from app.http.plan import language_of
from app.http.responses import answer_list, answer_record, represent_record
from app.http.routing import make_router
from app.model.codes import Resource
from app.model.envelopes import CampaignDetail, CampaignList, SnapshotDetail, SummaryDetail
from app.model.tables import SUMMARY
from app.resources.campaigns.schema import CampaignPart
from app.resources.registry import CAMPAIGNS

router = make_router("campaigns")


class CampaignListParams(ListParams):
    """What the list of campaigns can be asked."""

    include: list[CampaignPart] = include_field(CampaignPart)


class CampaignParams(LocalisedParams):
    """What a campaign can be asked."""

    include: list[CampaignPart] = include_field(CampaignPart)


@router.get("/v1/campaigns", response_model=CampaignList, summary="List campaigns")
async def list_campaigns(
    request: Request, query: Annotated[CampaignListParams, Depends(ParamsReader(CampaignListParams))]
) -> Response:
    """List the campaigns.

    Each carries its own `version`, a digest that changes exactly when its data change, so that an app reloads just
    what is new.
    """
    return await answer_list(request, CAMPAIGNS, query)


@router.get("/v1/campaigns/{id}", response_model=CampaignDetail, summary="Read a campaign")
async def read_campaign(
    request: Request,
    id: Annotated[str, Path(description="The campaign's id.", examples=["tianshui"])],  # noqa: A002
    query: Annotated[CampaignParams, Depends(ParamsReader(CampaignParams))],
) -> Response:
    """Read one campaign."""
    return await answer_record(request, CAMPAIGNS, id, query)


@router.get("/v1/campaigns/{id}/summary", response_model=SummaryDetail, summary="Read a campaign at a glance")
async def read_campaign_summary(
    request: Request,
    id: Annotated[str, Path(description="The campaign's id.", examples=["tianshui"])],  # noqa: A002
    query: Annotated[LocalisedParams, Depends(ParamsReader(LocalisedParams))],
) -> Response:
    """Read what a first screen shows: figures, counts, the span of dates, the box on the map.

    Counts are of records, and each is what the list with that filter counts; they say nothing of the source's figures.
    """
    require_media(accept_of(request), JSON)
    found = find_record(request, CAMPAIGNS, id, query)
    language = language_of(request, query, [found])
    number = number_of(found)
    return await represent_record(
        request, query, language, lambda reader: read_part(reader, Resource.CAMPAIGN, number, SUMMARY, language)
    )


@router.get("/v1/campaigns/{id}/snapshot", response_model=SnapshotDetail, summary="Take a whole campaign offline")
async def read_campaign_snapshot(
    request: Request,
    id: Annotated[str, Path(description="The campaign's id.", examples=["tianshui"])],  # noqa: A002
    query: Annotated[LocalisedParams, Depends(ParamsReader(LocalisedParams))],
) -> Response:
    """Read everything of a campaign in one answer: every record with its evidence and its texts in every language.

    An app that works offline loads it once, keeps it with its `ETag`, and asks again with `If-None-Match`: it gets a
    304 until something in it changes. Of other campaigns nothing is in it but what they say of the same places, under
    `mentions`. `meta.version` is the campaign's own.
    """
    require_media(accept_of(request), JSON)
    found = find_record(request, CAMPAIGNS, id, query)
    return await answer_snapshot(request, found, query, language_of(request, query, [found]))

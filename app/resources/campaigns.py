"""Campaigns: what the report tells of."""

from typing import Annotated

from fastapi import Depends, Path, Request, Response

from app.published.answers import CampaignDetail, CampaignList, SnapshotDetail, SummaryDetail
from app.published.campaign import CampaignPart
from app.storage.records import read_part
from app.tables import SUMMARY
from app.vocabulary import RecordKind
from app.web.answers import answer_list, answer_record, represent_record
from app.web.asking import language_of
from app.web.finding import find_record, number_of
from app.web.listings import CAMPAIGNS
from app.web.lists import ListQuery, include_field
from app.web.negotiation import JSON, accept_of, require_media
from app.web.offline import answer_snapshot
from app.web.queries import LocalisedQuery, QueryReader
from app.web.routes import make_router

router = make_router("campaigns")


class CampaignQuery(ListQuery):
    """What the list of campaigns can be asked."""

    include: list[CampaignPart] = include_field(CampaignPart)


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
    return await answer_list(request, CAMPAIGNS, query)


@router.get("/v1/campaigns/{id}", response_model=CampaignDetail, summary="Read a campaign")
async def read_campaign(
    request: Request,
    id: Annotated[str, Path(description="The campaign's id.", examples=["tianshui"])],  # noqa: A002
    query: Annotated[CampaignDetailQuery, Depends(QueryReader(CampaignDetailQuery))],
) -> Response:
    """Read one campaign."""
    return await answer_record(request, CAMPAIGNS, id, query)


@router.get("/v1/campaigns/{id}/summary", response_model=SummaryDetail, summary="Read a campaign at a glance")
async def read_campaign_summary(
    request: Request,
    id: Annotated[str, Path(description="The campaign's id.", examples=["tianshui"])],  # noqa: A002
    query: Annotated[LocalisedQuery, Depends(QueryReader(LocalisedQuery))],
) -> Response:
    """Read what a first screen shows: figures, counts, the span of dates, the box on the map.

    Counts are of records, and each is what the list with that filter counts; they say nothing of the source's figures.
    """
    require_media(accept_of(request), JSON)
    found = find_record(request, CAMPAIGNS, id, query)
    language = language_of(request, query, [found])
    number = number_of(found)
    return await represent_record(
        request, query, language, lambda reader: read_part(reader, RecordKind.CAMPAIGN, number, SUMMARY, language)
    )


@router.get("/v1/campaigns/{id}/snapshot", response_model=SnapshotDetail, summary="Take a whole campaign offline")
async def read_campaign_snapshot(
    request: Request,
    id: Annotated[str, Path(description="The campaign's id.", examples=["tianshui"])],  # noqa: A002
    query: Annotated[LocalisedQuery, Depends(QueryReader(LocalisedQuery))],
) -> Response:
    """Read everything of a campaign in one answer: every record with its evidence and its texts in every language.

    An app that works offline loads it once, keeps it with its `ETag`, and asks again with `If-None-Match`: it gets a
    304 until something in it changes. Of other campaigns nothing is in it but what they say of the same places, under
    `mentions`. `meta.version` is the campaign's own.
    """
    require_media(accept_of(request), JSON)
    found = find_record(request, CAMPAIGNS, id, query)
    return await answer_snapshot(request, found, query, language_of(request, query, [found]))

"""Endpoints of campaigns."""

from typing import Annotated

from fastapi import Path, Query

from app.db.connections import Reader
from app.db.records import RecordView, read_summary
from app.http.context import ApiRequest
from app.http.lists import plan_list
from app.http.params import LocalisedParams, include_of
from app.http.plan import Plan, StreamPlan
from app.http.records import plan_part, plan_record
from app.http.routing import make_router
from app.languages import Language
from app.resources.campaigns.bundle import plan_snapshot
from app.resources.campaigns.params import CampaignListParams, CampaignParams, SummaryParams
from app.resources.campaigns.schema import CampaignListResponse, CampaignResponse
from app.resources.campaigns.snapshot import SnapshotResponse
from app.resources.campaigns.summary import SummaryResponse
from app.resources.registry import CAMPAIGNS

router = make_router("campaigns")

CampaignId = Annotated[str, Path(description="The campaign's id.", examples=["tianshui"])]


@router.get("/v1/campaigns", response_model=CampaignListResponse, summary="List campaigns")
def list_campaigns(request: ApiRequest, params: Annotated[CampaignListParams, Query()]) -> Plan:
    """List the campaigns.

    Each campaign has its own `version`, a digest that changes only when its data change, so an app can reload only
    changed campaigns.
    """
    return plan_list(request, CAMPAIGNS, params)


@router.get("/v1/campaigns/{id}", response_model=CampaignResponse, summary="Read a campaign")
def read_campaign(
    request: ApiRequest,
    id: CampaignId,  # noqa: A002
    params: Annotated[CampaignParams, Query()],
) -> Plan:
    """Read one campaign."""
    return plan_record(request, CAMPAIGNS, id, params)


@router.get("/v1/campaigns/{id}/summary", response_model=SummaryResponse, summary="Read a campaign at a glance")
def read_campaign_summary(
    request: ApiRequest,
    id: CampaignId,  # noqa: A002
    params: Annotated[SummaryParams, Query()],
) -> Plan:
    """Read what a first screen shows: figures, counts, the span of dates, the box on the map.

    Counts are numbers of records and equal `meta.total` of the list with the same filter. They are not the figures that
    the source states.
    """
    include = include_of(params)

    def read(reader: Reader, number: int, language: Language) -> bytes:
        return read_summary(reader, number, RecordView(language, include))

    return plan_part(request, CAMPAIGNS, id, params, read)


@router.get(
    "/v1/campaigns/{id}/snapshot", response_model=SnapshotResponse, summary="Download a campaign as one document"
)
def read_campaign_snapshot(
    request: ApiRequest,
    id: CampaignId,  # noqa: A002
    params: Annotated[LocalisedParams, Query()],
) -> StreamPlan:
    """Return all records of a campaign and its summary, with evidence and all texts in every language.

    An app that works offline stores the document with its `ETag` and revalidates it with `If-None-Match`. Other
    campaigns appear only under `mentions`, with what they state about the same places, without their evidence.
    `meta.version` is the campaign's own.
    """
    return plan_snapshot(request, id, params)
